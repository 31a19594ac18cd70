// One lane of a run: an examiner and an implementation, each in a process of its own, scoring row after row.

import Foundation

/// Scores rows one after the other; several lanes score at the same time.
final class Lane {
  private let commands: (examiner: ChildCommand, implementation: ChildCommand)
  private let limits: ChildLimits
  private let directory: URL
  private var examiner: ChildProcess?
  private var implementation: ChildProcess?
  private var requests = 0

  /// A lane that keeps its files in a directory of its own.
  init(examiner: ChildCommand, implementation: ChildCommand, limits: ChildLimits, directory: URL) {
    commands = (examiner, implementation)
    self.limits = limits
    self.directory = directory
  }

  /// Starts the implementation and asks who it is.
  ///
  /// - Throws: ``ChildFailure`` when it does not answer.
  func greet() throws(ChildFailure) -> (name: String, version: String?) {
    let child = try ChildProcess(commands.implementation, longestLine: ChildProcess.longestReply)
    implementation = child
    let start = ChildLimits(timeout: max(Self.startTimeout, limits.timeout), memory: limits.memory)
    try child.send(Request.hello(version: ProtocolVersion.current).line, start)
    let reply = try reply(of: child, start)
    guard case .hello(let version, let name, let implementationVersion) = reply else {
      throw child.malformed("it answers hello with something else")
    }
    guard version == ProtocolVersion.current else {
      throw child.malformed(
        "it speaks version \(version) of the protocol, expected \(ProtocolVersion.current)")
    }
    return (name, implementationVersion)
  }

  /// Ends both processes.
  func finish() {
    implementation?.finish()
    examiner?.finish()
    (implementation, examiner) = (nil, nil)
  }

  /// Scores a row.
  func result(of row: Suite.Row, in suite: Suite) -> RowResult {
    let path: String
    do {
      path = try suite.path(of: row)
    } catch {
      return RowResult(row, error.status, error.message(for: row.file))
    }
    if let failure = row.readerFailure {
      return RowResult(row, .unreadable, "\(row.file): the reader failed: \(failure)")
    }
    do {
      return try score(row, path)
    } catch {
      examiner = nil
      return RowResult(row, .unreadable, "\(row.file): the reader failed: \(error.message)")
    }
  }

  // MARK: - Rows

  /// - Throws: ``ChildFailure`` of the examiner.
  private func score(_ row: Suite.Row, _ path: String) throws(ChildFailure) -> RowResult {
    let opened = try open(row, path)
    guard case .fixture(let id, let title, let names, var results) = opened else {
      if case .unreadable(let reason) = opened {
        return RowResult(row, .unreadable, "\(row.file): \(reason)")
      }
      return RowResult(row, .unreadable, row.file)
    }
    guard id == row.id, title == row.title else {
      return RowResult(row, .unreadable, "\(row.file): it is \"\(id)\", \"\(title)\", not this row")
    }
    var failures = 0
    // The samples to ask; of those that had their replies before a failure only the answers are still wanted.
    var pending = [(batch: names, hadReplies: false)]
    while let (batch, hadReplies) = pending.popLast() {
      // What had its replies fails again only where an implementation is fickle; that has an end too.
      guard failures < Self.mostFailures || (hadReplies && failures == Self.mostFailures) else {
        for name in batch {
          results[name] = .notRun(name, "not asked after \(failures) failures in this row")
        }
        continue
      }
      guard !batch.isEmpty else { continue }
      let (replies, failure) = evaluate(batch, questions: file("questions"))
      guard let failure else {
        try judge(replies, row, path, &results)
        continue
      }
      failures += 1
      implementation = nil
      let culprit = min(replies.count, batch.count - 1)
      results[batch[culprit]] = .failed(batch[culprit], failure)
      pending.append((Array(batch[(culprit + 1)...]), hadReplies))
      pending.append((Array(batch[..<culprit]), true))
    }
    try locate(&results)
    let samples = results.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return RowResult(row, samples)
  }

  private enum Opened {
    case fixture(id: String, title: String, names: [String], unusable: [String: SampleResult])
    case unreadable(String)
  }

  private func open(_ row: Suite.Row, _ path: String) throws(ChildFailure) -> Opened {
    var opened: Opened?
    var unusable: [String: SampleResult] = [:]
    let request = Examination.open(file: path, digest: row.digest, questions: file("questions"))
    try examine(request) { finding in
      switch finding {
      case .opened(let id, let title, _, let samples):
        opened = .fixture(id: id, title: title, names: samples, unusable: [:])
      case .sample(let result): unusable[result.name] = result
      case .unreadable(let reason): opened = .unreadable(reason)
      case .done: break
      }
    }
    guard case .fixture(let id, let title, let names, _) = opened else {
      return opened ?? .unreadable("no reason")
    }
    return .fixture(id: id, title: title, names: names, unusable: unusable)
  }

  /// Judges replies. A file of answers that can't be read is the implementation's fault.
  private func judge(
    _ replies: [(sample: String, reply: SampleReply)], _ row: Suite.Row, _ path: String,
    _ results: inout [String: SampleResult]
  ) throws(ChildFailure) {
    var found: [String: SampleResult] = [:]
    var fault: String?
    do {
      try examine(.judge(answers: file("answers"), replies: replies)) { finding in
        switch finding {
        case .sample(let result): found[result.name] = result
        case .unreadable(let reason): fault = "the answers cannot be read: \(reason)"
        case .opened, .done: break
        }
      }
    } catch {
      fault = "the answers cannot be read: the reader failed: \(error.message)"
      examiner = nil
      _ = try open(row, path)
    }
    for (name, _) in replies {
      results[name] =
        found[name] ?? .failed(name, ChildFailure(status: .malformed, message: fault ?? "no verdict"))
    }
  }

  /// Finds where the first failing sample with values between its layers departs.
  private func locate(_ results: inout [String: SampleResult]) throws(ChildFailure) {
    for result in results.values.filter({ $0.status == .fail }).sorted(by: { $0.name < $1.name }) {
      var isTraced = false
      try examine(.trace(sample: result.name, questions: file("questions"))) { finding in
        if case .done(let answer) = finding { isTraced = answer != nil }
      }
      guard isTraced else { continue }
      let (replies, failure) = evaluate([result.name], questions: file("questions"))
      if failure != nil { implementation = nil }
      guard failure == nil, replies.first?.reply == .answered else { continue }
      try examine(.locate(sample: result.name, answers: file("answers"))) { finding in
        if case .done(let departure?) = finding { results[result.name] = result.departing(departure) }
      }
    }
  }

  // MARK: - The implementation

  /// Asks the implementation for a batch of samples: what it replied, and why it stopped before the end.
  private func evaluate(
    _ batch: [String], questions: String
  ) -> (replies: [(sample: String, reply: SampleReply)], failure: ChildFailure?) {
    var replies: [(sample: String, reply: SampleReply)] = []
    do throws(ChildFailure) {
      if implementation == nil { _ = try greet() }
      guard let child = implementation else { return (replies, nil) }
      requests += 1
      let id = requests
      let request = Request.evaluate(id: id, questions: questions, samples: batch, answers: file("answers"))
      try child.send(request.line, limits)
      while true {
        switch try reply(of: child, limits) {
        case .sample(id, let sample, let reply)
        where replies.count < batch.count && sample == batch[replies.count]:
          replies.append((sample, reply))
        case .done(id) where replies.count == batch.count:
          return (replies, nil)
        case let reply:
          throw child.malformed("it writes a reply that is not expected: \(reply.line)")
        }
      }
    } catch {
      return (replies, error)
    }
  }

  private func reply(of child: ChildProcess, _ limits: ChildLimits) throws(ChildFailure) -> Reply {
    let line = try child.receive(limits)
    do {
      return try Reply(line: line)
    } catch {
      throw child.malformed("it writes to standard output what is no reply: \(excerpt(line)) (\(error))")
    }
  }

  // MARK: - The examiner

  /// Asks the examiner, and hands on what it finds, up to the last.
  private func examine(_ examination: Examination, _ take: (Finding) -> Void) throws(ChildFailure) {
    if examiner == nil { examiner = try ChildProcess(commands.examiner) }
    guard let child = examiner else { return }
    try child.send(examination.line, reading)
    while true {
      let line = try child.receive(reading)
      guard let finding = try? Finding(line: line) else {
        throw child.malformed("it writes \(excerpt(line))")
      }
      take(finding)
      switch finding {
      case .done, .unreadable: return
      case .opened, .sample: continue
      }
    }
  }

  private func file(_ name: String) -> String { directory.appendingPathComponent("\(name).h5").path }

  private static let mostFailures = 3
  /// Seconds that a program may take to start: some load large libraries.
  static let startTimeout = 120.0
  /// What reading a file may take, unless a run says otherwise.
  static let examinerLimits = ChildLimits(timeout: 10, memory: 480 << 20)
  /// A file may be read as long as a sample may be computed.
  private var reading: ChildLimits {
    ChildLimits(timeout: limits.timeout, memory: Self.examinerLimits.memory)
  }
}

extension SampleResult {
  /// A sample at which the implementation's process failed.
  fileprivate static func failed(_ name: String, _ failure: ChildFailure) -> SampleResult {
    SampleResult(name: name, operation: nil, precision: nil, status: failure.status, message: failure.message)
  }

  fileprivate static func notRun(_ name: String, _ message: String) -> SampleResult {
    SampleResult(name: name, operation: nil, precision: nil, status: .notRun, message: message)
  }

  /// The same result, knowing where the sample departs.
  fileprivate func departing(_ departure: String) -> SampleResult {
    SampleResult(
      name: name, operation: operation, precision: precision, status: status, message: message,
      quantities: quantities, departure: departure, digest: digest)
  }
}
