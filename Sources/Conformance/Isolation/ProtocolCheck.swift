// Whether a program speaks the protocol: `conformance check-implementation`.

import Foundation

/// One thing that the protocol asks of a program.
public struct ProtocolCheckResult: Equatable, Sendable {
  /// How it came out.
  public enum Outcome: Equatable, Sendable {
    /// As it should.
    case passed
    /// Not as it should, with the reason.
    case failed(String)
    /// It can't be told, with the reason.
    case skipped(String)
  }

  /// What is asked.
  public let name: String
  /// How it came out.
  public let outcome: Outcome
}

/// Tests a program against the protocol, on computations of its own that need no fixtures.
///
/// A program needn't have any of the operations. Where it has `add`, its answers show whether it reads and writes the
/// files of tensors as the protocol says.
public struct ProtocolCheck: Sendable {
  private let command: ChildCommand
  private let limits: ChildLimits

  /// A test of a program, which may take so many seconds for a reply.
  public init(_ command: ChildCommand, timeout: Double = IsolatedRunner.Limits().timeout) {
    self.command = command
    limits = ChildLimits(timeout: timeout, memory: IsolatedRunner.Limits().memory)
  }

  /// Runs all checks. What can't be asked any more because an earlier one failed is skipped.
  ///
  /// - Throws: ``SuiteError`` when no temporary directory can be made.
  public func run() throws -> [ProtocolCheckResult] {
    let directory = try ActiveChildren.makeDirectory()
    defer { ActiveChildren.removeDirectory(directory) }
    let conversation = Conversation(command, limits, directory)
    return Self.checks.map { name, check in
      ProtocolCheckResult(name: name, outcome: conversation.outcome(of: check))
    }
  }

  private typealias Check = @Sendable (Conversation) throws -> ProtocolCheckResult.Outcome

  private static let checks: [(name: String, check: Check)] = [
    ("it starts and says who it is", { try $0.greet() }),
    ("a request without samples is done, with a file of answers", { try $0.nothing() }),
    ("an operation that nobody has is unsupported", { try $0.unknownOperation() }),
    ("samples are replied to in order, requests by their numbers", { try $0.severalSamples() }),
    ("answers have the right values, types and shapes", { try $0.values() }),
    ("gradients are those of the inputs that want one", { try $0.gradients() }),
    ("inputs that make no sense are refused, and the program lives on", { try $0.refusal() }),
    ("it exits when its input ends", { $0.exit() }),
  ]
}

/// A conversation with the program under test, check by check.
private final class Conversation {
  private let command: ChildCommand
  private let limits: ChildLimits
  private let directory: URL
  private var child: ChildProcess?
  private var requests = 0
  private var isBroken = false

  init(_ command: ChildCommand, _ limits: ChildLimits, _ directory: URL) {
    (self.command, self.limits, self.directory) = (command, limits, directory)
  }

  func outcome(
    of check: (Conversation) throws -> ProtocolCheckResult.Outcome
  ) -> ProtocolCheckResult.Outcome {
    guard !isBroken else { return .skipped("the conversation ended before") }
    do {
      return try check(self)
    } catch let failure as ChildFailure {
      isBroken = true
      return .failed(failure.message)
    } catch {
      return .failed("\(error)")
    }
  }

  // MARK: - Checks

  func greet() throws -> ProtocolCheckResult.Outcome {
    let child = try ChildProcess(command, longestLine: ChildProcess.longestReply)
    self.child = child
    let start = ChildLimits(timeout: max(Lane.startTimeout, limits.timeout), memory: limits.memory)
    try child.send(Request.hello(version: ProtocolVersion.current).line, start)
    guard case .hello(let version, _, _) = try reply(start) else {
      throw child.malformed("it answers hello with something else")
    }
    guard version == ProtocolVersion.current else {
      throw child.malformed("it speaks version \(version), expected \(ProtocolVersion.current)")
    }
    return .passed
  }

  func nothing() throws -> ProtocolCheckResult.Outcome {
    _ = try ask([])
    _ = try Answers(reading: file("answers"))
    return .passed
  }

  func unknownOperation() throws -> ProtocolCheckResult.Outcome {
    let replies = try ask([("0000", Self.add([2], "no.such.operation"))])
    guard case .unsupported = replies.first else {
      return .failed("the reply is \(replies.first?.status ?? "none")")
    }
    return .passed
  }

  func severalSamples() throws -> ProtocolCheckResult.Outcome {
    _ = try ask((0..<5).map { ("000\($0)", Self.add([$0])) })
    _ = try ask([("b", Self.add([2])), ("a", Self.add([3]))])
    return .passed
  }

  func values() throws -> ProtocolCheckResult.Outcome {
    let questions: [(name: String, computation: Computation, sum: Value)] = [
      ("float32", Self.add([2, 3]), Value(shape: [2, 3], .float32([0, 3, 6, 9, 12, 15]))),
      (
        "float64", Self.add([3], precision: .float64), Value(shape: [3], .float64([0, 3, 6]))
      ),
      ("single", Self.add([]), Value(shape: [], .float32([0]))),
      ("empty", Self.add([0, 2]), Value(shape: [0, 2], .float32([]))),
      (
        "int64",
        Computation(
          operation: "add",
          inputs: [
            Operand(name: "input", value: Value(shape: [2], .int64([1 << 40, -1]))),
            Operand(name: "other", value: Value(shape: [], .int64([2]))),
          ]), Value(shape: [2], .int64([1 << 40 + 2, 1]))
      ),
    ]
    let replies = try ask(questions.map { ($0.name, $0.computation) })
    guard replies.contains(.answered) else { return .skipped("it answers no add") }
    let answers = try Answers(reading: file("answers"))
    for (question, reply) in zip(questions, replies) where reply == .answered {
      let found = try answers.evaluation(of: question.name).outputs["output"]
      guard found == question.sum else {
        return .failed("add (\(question.name)): \(describe(found)), expected \(describe(question.sum))")
      }
    }
    return .passed
  }

  func gradients() throws -> ProtocolCheckResult.Outcome {
    let cotangent = Value(shape: [2, 3], .float32([5, 1, -2, 0.5, 3, 7]))
    let wanting = Self.add([2, 3], requiresGradient: true, cotangent: cotangent)
    guard try ask([("0000", wanting)]) == [.answered] else { return .skipped("it answers no add") }
    let found = try Answers(reading: file("answers")).evaluation(of: "0000").gradients
    guard found["input"] == cotangent else {
      return .failed("add: \(describe(found["input"])), expected \(describe(cotangent))")
    }
    return .passed
  }

  func refusal() throws -> ProtocolCheckResult.Outcome {
    let senseless = Computation(
      operation: "add",
      inputs: [
        Operand(name: "input", value: Value(shape: [2], .float32([1, 2]))),
        Operand(name: "other", value: Value(shape: [3], .float32([1, 2, 3]))),
      ])
    let replies = try ask([("0000", senseless), ("0001", Self.add([2]))])
    guard replies.first != .answered else { return .failed("it adds arrays of two and of three elements") }
    return .passed
  }

  func exit() -> ProtocolCheckResult.Outcome {
    switch child?.finish(patience: 3) {
    case .exited(0)?: .passed
    case .exited(let code)?: .failed("it ended with status \(code)")
    case .signaled(let number)?: .failed("it was ended by signal \(number)")
    case nil: .failed("it still runs three seconds later")
    }
  }

  // MARK: - Requests

  /// The sum of 0, 1, 2, … and twice that.
  private static func add(
    _ shape: [Int], _ operation: String = "add", precision: Precision = .float32,
    requiresGradient: Bool = false, cotangent: Value? = nil
  ) -> Computation {
    let count = shape.reduce(1, *)
    func value(_ factor: Int) -> Value {
      switch precision {
      case .float32: Value(shape: shape, .float32((0..<count).map { Float($0 * factor) }))
      case .float64: Value(shape: shape, .float64((0..<count).map { Double($0 * factor) }))
      }
    }
    return Computation(
      operation: operation, precision: precision,
      inputs: [
        Operand(name: "input", value: value(1), requiresGradient: requiresGradient),
        Operand(name: "other", value: value(2)),
      ], cotangents: cotangent.map { ["output": $0] } ?? [:])
  }

  private func ask(_ questions: [(name: String, computation: Computation)]) throws -> [SampleReply] {
    guard let child else { throw ChildFailure(.crash, "it does not run") }
    requests += 1
    try? FileManager.default.removeItem(atPath: file("answers"))
    try Questions.write(questions, to: file("questions"))
    let names = questions.map(\.name)
    try child.send(
      Request.evaluate(id: requests, questions: file("questions"), samples: names, answers: file("answers"))
        .line, limits)
    var replies: [SampleReply] = []
    while true {
      switch try reply(limits) {
      case .sample(requests, let sample, let reply)
      where replies.count < names.count && sample == names[replies.count]:
        replies.append(reply)
      case .done(requests) where replies.count == names.count: return replies
      case let reply: throw child.malformed("it writes a reply that is not expected: \(reply.line)")
      }
    }
  }

  private func reply(_ limits: ChildLimits) throws -> Reply {
    guard let child else { throw ChildFailure(.crash, "it does not run") }
    let line = try child.receive(limits)
    do {
      return try Reply(line: line)
    } catch {
      throw child.malformed("it writes to standard output what is no reply: \(excerpt(line)) (\(error))")
    }
  }

  private func file(_ name: String) -> String { directory.appendingPathComponent("\(name).h5").path }

  private func describe(_ value: Value?) -> String {
    guard let value else { return "absent" }
    return "\(value.dtype) \(value.shape) \(value.elements)"
  }
}
