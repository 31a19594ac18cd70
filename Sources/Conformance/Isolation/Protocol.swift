// The messages of the protocol between the harness and an implementation, see reference/PROTOCOL.md.

/// The protocol's version.
public enum ProtocolVersion {
  /// The version that is spoken.
  public static let current = 1
}

/// What the harness asks an implementation.
enum Request: Equatable {
  /// Who are you?
  case hello(version: Int)
  /// Compute these samples of a file of questions and write a file of answers.
  case evaluate(id: Int, questions: String, samples: [String], answers: String)

  /// The request as one line.
  var line: String {
    switch self {
    case .hello(let version):
      JSONValue.object(["method": .string("hello"), "protocol": .int(version)]).text
    case .evaluate(let id, let questions, let samples, let answers):
      JSONValue.object([
        "method": .string("evaluate"), "id": .int(id), "questions": .string(questions),
        "samples": .array(samples.map { .string($0) }), "answers": .string(answers),
      ]).text
    }
  }

  /// Reads a request.
  ///
  /// - Throws: ``ProtocolError`` when it is none.
  init(line: String) throws {
    let members = try Self.members(of: line)
    switch members["method"]?.stringValue {
    case "hello":
      guard let version = members["protocol"]?.intValue else { throw ProtocolError("hello needs protocol") }
      self = .hello(version: version)
    case "evaluate":
      guard let id = members["id"]?.intValue, let questions = members["questions"]?.stringValue,
        let answers = members["answers"]?.stringValue, let samples = members["samples"]?.arrayValue,
        samples.allSatisfy({ $0.stringValue != nil })
      else { throw ProtocolError("evaluate needs id, questions, samples and answers") }
      self = .evaluate(
        id: id, questions: questions, samples: samples.compactMap(\.stringValue), answers: answers)
    case let method:
      throw ProtocolError("there is no method \(JSONValue.quoted(method ?? ""))")
    }
  }

  fileprivate static func members(of line: String) throws -> [String: JSONValue] {
    do {
      guard let members = try JSONValue(parsing: line).objectValue else {
        throw ProtocolError("it is no JSON object")
      }
      return members
    } catch let error as JSONError {
      throw ProtocolError("it is not JSON: \(error)")
    }
  }
}

/// What an implementation replies.
enum Reply: Equatable {
  /// The implementation's name and version.
  case hello(protocolVersion: Int, name: String, version: String?)
  /// What became of one sample.
  case sample(id: Int, sample: String, SampleReply)
  /// All samples were replied to, the answers are written.
  case done(id: Int)

  /// The reply as one line.
  var line: String {
    switch self {
    case .hello(let protocolVersion, let name, let version):
      JSONValue.object([
        "method": .string("hello"), "protocol": .int(protocolVersion), "name": .string(name),
        "version": version.map { .string($0) } ?? .null,
      ]).text
    case .sample(let id, let sample, let reply):
      JSONValue.object(
        ["id": .int(id), "sample": .string(sample), "status": .string(reply.status)]
          .merging(reply.message.map { ["message": .string($0)] } ?? [:]) { $1 }
      ).text
    case .done(let id):
      JSONValue.object(["id": .int(id), "status": .string("done")]).text
    }
  }

  /// Reads a reply.
  ///
  /// - Throws: ``ProtocolError`` when it is none.
  init(line: String) throws {
    let members = try Request.members(of: line)
    if members["method"]?.stringValue == "hello" {
      guard let version = members["protocol"]?.intValue, let name = members["name"]?.stringValue else {
        throw ProtocolError("hello needs protocol and name")
      }
      self = .hello(protocolVersion: version, name: name, version: members["version"]?.stringValue)
      return
    }
    guard let id = members["id"]?.intValue, let status = members["status"]?.stringValue else {
      throw ProtocolError("a reply needs id and status")
    }
    guard let sample = members["sample"]?.stringValue else {
      guard status == "done" else { throw ProtocolError("the status \"\(status)\" needs a sample") }
      self = .done(id: id)
      return
    }
    guard let reply = SampleReply(status: status, message: members["message"]?.stringValue) else {
      throw ProtocolError("there is no status \(JSONValue.quoted(status))")
    }
    self = .sample(id: id, sample: sample, reply)
  }
}

/// What became of one sample.
enum SampleReply: Equatable {
  /// The answers are in the file.
  case answered
  /// The implementation lacks the operation.
  case unsupported(String?)
  /// The implementation reports an error for these inputs.
  case refused(String?)

  init?(status: String, message: String?) {
    switch status {
    case "answered": self = .answered
    case "unsupported": self = .unsupported(message)
    case "refused": self = .refused(message)
    default: return nil
    }
  }

  var status: String {
    switch self {
    case .answered: "answered"
    case .unsupported: "unsupported"
    case .refused: "refused"
    }
  }

  var message: String? {
    switch self {
    case .answered: nil
    case .unsupported(let message), .refused(let message): message
    }
  }
}

/// A message that makes no sense.
struct ProtocolError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The beginning of a line, in quotation marks, for messages.
func excerpt(_ line: String) -> String {
  JSONValue.quoted(line.count <= 80 ? line : line.prefix(79) + "…")
}
