// The child that opens files which come from outside: fixtures, and what an implementation answered.

import Foundation
import HDF5

/// What the harness asks the examiner.
enum Examination: Equatable {
  /// Open a fixture and write its questions.
  case open(file: String, digest: String?, questions: String)
  /// Say a fixture's id and title.
  case describe(file: String)
  /// Judge what was replied to samples of the open fixture.
  case judge(answers: String, replies: [(sample: String, reply: SampleReply)])
  /// Write the question for the values between the layers in a sample of the open fixture.
  case trace(sample: String, questions: String)
  /// Say where a sample departs, from the answers with those values.
  case locate(sample: String, answers: String)
  /// Say a file's content digest.
  case content(file: String)

  static func == (one: Examination, other: Examination) -> Bool { one.line == other.line }

  var line: String {
    let members: [String: JSONValue] =
      switch self {
      case .open(let file, let digest, let questions):
        [
          "method": .string("open"), "file": .string(file), "sha256": digest.map { .string($0) } ?? .null,
          "questions": .string(questions),
        ]
      case .describe(let file): ["method": .string("describe"), "file": .string(file)]
      case .judge(let answers, let replies):
        [
          "method": .string("judge"), "answers": .string(answers),
          "replies": .array(
            replies.map { sample, reply in
              .array([.string(sample), .string(reply.status), reply.message.map { .string($0) } ?? .null])
            }),
        ]
      case .trace(let sample, let questions):
        ["method": .string("trace"), "sample": .string(sample), "questions": .string(questions)]
      case .locate(let sample, let answers):
        ["method": .string("locate"), "sample": .string(sample), "answers": .string(answers)]
      case .content(let file): ["method": .string("content"), "file": .string(file)]
      }
    return JSONValue.object(members).text
  }

  init(line: String) throws {
    let members = try JSONValue(parsing: line).objectValue ?? [:]
    func text(_ name: String) throws -> String {
      guard let text = members[name]?.stringValue else { throw ProtocolError("\(name) is missing") }
      return text
    }
    switch try text("method") {
    case "open":
      self = .open(
        file: try text("file"), digest: members["sha256"]?.stringValue, questions: try text("questions"))
    case "describe": self = .describe(file: try text("file"))
    case "judge":
      let replies = try (members["replies"]?.arrayValue ?? []).map { json in
        let parts = json.arrayValue ?? []
        guard parts.count == 3, let sample = parts[0].stringValue, let status = parts[1].stringValue,
          let reply = SampleReply(status: status, message: parts[2].stringValue)
        else { throw ProtocolError("a reply is malformed") }
        return (sample, reply)
      }
      self = .judge(answers: try text("answers"), replies: replies)
    case "trace": self = .trace(sample: try text("sample"), questions: try text("questions"))
    case "locate": self = .locate(sample: try text("sample"), answers: try text("answers"))
    case "content": self = .content(file: try text("file"))
    case let method: throw ProtocolError("there is no method \(method)")
    }
  }
}

/// What the examiner replies.
enum Finding: Equatable {
  /// The fixture is open.
  case opened(id: String, title: String, digest: String, samples: [String])
  /// A sample is judged, or can't be used.
  case sample(SampleResult)
  /// The fixture, or a file of answers, can't be used.
  case unreadable(String)
  /// All that was asked is done; for `locate`, what departs first, for `content`, the digest.
  case done(String?)

  var line: String {
    switch self {
    case .opened(let id, let title, let digest, let samples):
      JSONValue.object([
        "opened": .string(id), "title": .string(title), "digest": .string(digest),
        "samples": .array(samples.map { .string($0) }),
      ]).text
    case .sample(let result): "{\"sample\": \(JSONReport().sample(result, ""))}"
    case .unreadable(let reason): JSONValue.object(["unreadable": .string(reason)]).text
    case .done(let departure): JSONValue.object(["done": departure.map { .string($0) } ?? .null]).text
    }
  }

  init(line: String) throws {
    let members = try JSONValue(parsing: line).objectValue ?? [:]
    if let id = members["opened"]?.stringValue, let title = members["title"]?.stringValue,
      let digest = members["digest"]?.stringValue, let samples = members["samples"]?.arrayValue
    {
      self = .opened(id: id, title: title, digest: digest, samples: samples.compactMap(\.stringValue))
    } else if let sample = members["sample"] {
      self = .sample(try JSONReport.sample(sample))
    } else if let reason = members["unreadable"]?.stringValue {
      self = .unreadable(reason)
    } else if let departure = members["done"] {
      self = .done(departure.stringValue)
    } else {
      throw ProtocolError("it is no finding")
    }
  }
}

/// Opens fixtures and judges answers on behalf of a harness in another process.
///
/// Files that come from outside can crash libhdf5; then they crash this process, and the harness goes on.
public final class Examiner {
  private var samples: [String: Sample] = [:]
  private var fixture: Fixture?

  /// An examiner without a fixture.
  public init() {}

  /// Answers requests on standard input until it ends.
  ///
  /// - Throws: A description of a request that makes no sense, or the failure to write.
  public func run() throws {
    exitWithParent()
    while let line = readLine() {
      let text = try findings(for: Examination(line: line)).map { $0.line + "\n" }.joined()
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
  }

  private func findings(for examination: Examination) throws -> [Finding] {
    do {
      switch examination {
      case .open(let file, let digest, let questions): return try open(file, digest, questions)
      case .describe(let file):
        let fixture = try Fixture(reading: file)
        return [.opened(id: fixture.id, title: fixture.title, digest: "", samples: [])]
      case .judge(let answers, let replies): return try judge(answers, replies)
      case .trace(let sample, let questions): return try trace(sample, questions)
      case .locate(let sample, let answers): return try locate(sample, answers)
      case .content(let file): return [.done(try ContentDigest.hexDigest(of: contents(of: file), name: file))]
      }
    } catch let error as FixtureError {
      return [.unreadable(error.description)]
    } catch let error as HDF5Error {
      return [.unreadable(error.reason)]
    }
  }

  private func contents(of file: String) throws -> Data {
    guard let image = FileManager.default.contents(atPath: file) else {
      throw FixtureError("the file cannot be read")
    }
    return image
  }

  private func open(_ file: String, _ digest: String?, _ questions: String) throws -> [Finding] {
    (samples, fixture) = ([:], nil)
    let image = try contents(of: file)
    let found = SHA256.hexDigest(of: image)
    guard digest == nil || digest == found else { throw FixtureError("the SHA-256 is not the manifest's") }
    let fixture = try Fixture(image: image, name: file)
    self.fixture = fixture
    var unusable: [Finding] = []
    for name in fixture.sampleNames {
      do {
        samples[name] = try fixture.sample(name)
      } catch {
        unusable.append(.sample(SampleResult(unreadable: name, "\(error)")))
      }
    }
    let usable = samples.values.sorted { $0.name < $1.name }
    try Questions.write(usable.map { ($0.name, $0.computation) }, to: questions)
    let opened = Finding.opened(
      id: fixture.id, title: fixture.title, digest: found, samples: usable.map(\.name))
    return [opened] + unusable + [.done(nil)]
  }

  private func judge(_ answers: String, _ replies: [(sample: String, reply: SampleReply)]) throws -> [Finding]
  {
    let isAnswered = replies.contains { $0.reply == .answered }
    let found = isAnswered ? try Answers(reading: answers) : nil
    let findings = try replies.map { name, reply in
      guard let sample = samples[name] else { throw ProtocolError("there is no sample \(name)") }
      return Finding.sample(Self.result(sample, reply, found))
    }
    return findings + [.done(nil)]
  }

  /// A malformed answer is the implementation's fault, and costs its own sample.
  private static func result(_ sample: Sample, _ reply: SampleReply, _ answers: Answers?) -> SampleResult {
    switch reply {
    case .unsupported(let message):
      return SampleResult(
        sample, .unsupported(message ?? "\(sample.computation.operation) is not implemented"))
    case .refused(let message): return SampleResult(sample, .refused(message ?? "no reason given"))
    case .answered:
      do {
        return SampleResult(
          sample, .values(try answers?.evaluation(of: sample.name) ?? Evaluation(outputs: [:])))
      } catch {
        return SampleResult(sample, .malformed("the answer cannot be read: \(error)"))
      }
    }
  }

  private func trace(_ name: String, _ questions: String) throws -> [Finding] {
    guard let sample = samples[name], let traced = try fixture?.traceOrder(of: name), !traced.isEmpty else {
      return [.done(nil)]
    }
    try Questions.write([(name, sample.computation.tracing(traced))], to: questions)
    return [.done("traced")]
  }

  private func locate(_ name: String, _ answers: String) throws -> [Finding] {
    let trace = try Answers(reading: answers).evaluation(of: name).trace
    return [.done(try fixture?.departure(of: trace, in: name))]
  }
}
