// The implementation's side of the protocol.

import Foundation

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
      let questions = try Questions(reading: questions)
      var writer = AnswerWriter()
      for sample in samples {
        let reply = answer(try questions.computation(of: sample), of: sample, &writer)
        try progress(Reply.sample(id: id, sample: sample, reply).line + "\n")
      }
      try writer.write(to: answers)
      return [.done(id: id)]
    }
  }

  private func answer(
    _ computation: Computation, of sample: String, _ writer: inout AnswerWriter
  ) -> SampleReply {
    do {
      writer.add(try implementation.evaluate(computation), of: sample)
      return .answered
    } catch let error as UnsupportedOperation {
      return .unsupported("\(error)")
    } catch {
      return .refused("\(error)")
    }
  }
}
