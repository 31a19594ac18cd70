// The implementation's side of the protocol.

import Foundation
import HDF5

/// Answers the harness's requests with an implementation; the main program of an adapter written in Swift.
///
/// ```swift
/// try Server(MyLibrary()).run()
/// ```
///
/// While it runs, what is printed to standard output goes to standard error.
public struct Server {
  private let implementation: any Implementation

  /// A server for an implementation.
  public init(_ implementation: any Implementation) {
    self.implementation = implementation
  }

  /// Reads requests from standard input and replies to standard output until the input ends.
  ///
  /// - Throws: A description of a request that makes no sense, or the failure to write.
  public func run() throws {
    let output = FileHandle(fileDescriptor: dup(STDOUT_FILENO), closeOnDealloc: true)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    while let line = readLine() {
      for reply in try replies(
        to: Request(line: line), progress: { try output.write(contentsOf: Data($0.utf8)) })
      {
        try output.write(contentsOf: Data((reply.line + "\n").utf8))
      }
    }
  }

  private func replies(to request: Request, progress: (String) throws -> Void) throws -> [Reply] {
    switch request {
    case .hello:
      return [
        .hello(
          protocolVersion: ProtocolVersion.current, name: implementation.name, version: implementation.version
        )
      ]
    case .evaluate(let id, let questions, let samples, let answers):
      let group = try HDF5File(reading: questions).root().group("samples")
      let writer = try AnswerWriter(creating: answers)
      for sample in samples {
        let reply = try answer(SampleReader(group.group(sample), sample).question(), of: sample, writer)
        try progress(Reply.sample(id: id, sample: sample, reply).line + "\n")
      }
      try writer.finish()
      return [.done(id: id)]
    }
  }

  private func answer(
    _ computation: Computation, of sample: String, _ writer: AnswerWriter
  ) throws -> SampleReply {
    let evaluation: Evaluation
    do {
      evaluation = try implementation.evaluate(computation)
    } catch let error as UnsupportedOperation {
      return .unsupported("\(error)")
    } catch {
      return .refused("\(error)")
    }
    try writer.write(evaluation, of: sample)
    return .answered
  }
}
