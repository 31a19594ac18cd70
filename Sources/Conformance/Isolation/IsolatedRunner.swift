// Scoring an implementation that runs in processes of its own.

import Foundation
import Synchronization

/// Scores a program that speaks the protocol.
///
/// The program runs in child processes, and so does everything that opens files from outside. Whatever one sample
/// does to its process, the run goes on.
public struct IsolatedRunner: Sendable {
  /// What a run may take.
  public struct Limits: Sendable {
    /// Seconds for one sample.
    public var timeout = 10.0
    /// Bytes of memory that the implementation may hold, its child processes included.
    public var memory = 4 << 30
    /// How many rows are scored at the same time.
    public var jobs = ProcessInfo.processInfo.activeProcessorCount

    /// Ten seconds, 4 GiB, as many jobs as there are processors.
    public init() {}
  }

  private let examiner: ChildCommand
  private let implementation: ChildCommand
  private let limits: Limits

  /// A runner.
  ///
  /// - Parameters:
  ///   - implementation: The program under test.
  ///   - examiner: A program that runs ``Examiner/run()``.
  ///   - limits: What the implementation may take.
  public init(_ implementation: ChildCommand, examiner: ChildCommand, limits: Limits = Limits()) {
    self.implementation = implementation
    self.examiner = examiner
    self.limits = limits
  }

  /// Scores all rows.
  ///
  /// - Parameters:
  ///   - suite: The rows.
  ///   - progress: Called after each row, from several threads but one at a time, with how many are done.
  /// - Throws: ``ImplementationError`` when the program does not start or does not speak the protocol.
  public func run(
    _ suite: Suite, progress: @escaping @Sendable (_ row: RowResult, _ done: Int) -> Void = { _, _ in }
  ) throws -> Report {
    let directory = try ActiveChildren.makeDirectory()
    defer { ActiveChildren.removeDirectory(directory) }
    let run = Run(suite, progress)
    let lanes = max(1, min(limits.jobs, suite.rows.count))
    DispatchQueue.concurrentPerform(iterations: lanes) { number in
      score(run, in: directory.appendingPathComponent("\(number)", isDirectory: true))
    }
    return try run.report()
  }

  private func score(_ run: Run, in directory: URL) {
    try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    let lane = Lane(
      examiner: examiner, implementation: implementation,
      limits: ChildLimits(timeout: limits.timeout, memory: limits.memory), directory: directory)
    do {
      run.greeted(try lane.greet())
    } catch {
      return run.failed(error)
    }
    while let (index, row) = run.next() { run.finished(index, lane.result(of: row, in: run.suite)) }
    lane.finish()
  }
}

/// A program that can't be scored.
public struct ImplementationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Why.
  public let description: String
}

/// What the lanes of a run share: the rows that are left, and the results.
private final class Run: Sendable {
  private struct State {
    var next = 0
    var results: [Int: RowResult] = [:]
    var identity: (name: String, version: String?)?
    var failure: ChildFailure?
  }

  let suite: Suite
  private let progress: @Sendable (RowResult, Int) -> Void
  private let state = Mutex(State())

  init(_ suite: Suite, _ progress: @escaping @Sendable (RowResult, Int) -> Void) {
    self.suite = suite
    self.progress = progress
  }

  func greeted(_ identity: (name: String, version: String?)) {
    state.withLock { $0.identity = identity }
  }

  /// Without a first conversation nothing can be scored: the other lanes stop too.
  func failed(_ failure: ChildFailure) {
    state.withLock { $0.failure = failure }
  }

  /// The next row that nobody scores yet.
  func next() -> (index: Int, row: Suite.Row)? {
    state.withLock { state in
      guard state.failure == nil, state.next < suite.rows.count else { return nil }
      defer { state.next += 1 }
      return (state.next, suite.rows[state.next])
    }
  }

  func finished(_ index: Int, _ result: RowResult) {
    state.withLock { state in
      state.results[index] = result
      progress(result, state.results.count)
    }
  }

  /// The report, when the program could be scored.
  func report() throws -> Report {
    try state.withLock { state in
      if let failure = state.failure { throw ImplementationError(description: failure.message) }
      return Report(
        implementation: state.identity?.name ?? "unknown", version: state.identity?.version, of: suite,
        results: state.results)
    }
  }
}

extension Report {
  /// One result for every row of a suite, whatever became of it: rows that nothing is known of were not run.
  ///
  /// - Parameter results: The results by the rows' places in the suite.
  package init(implementation: String, version: String?, of suite: Suite, results: [Int: RowResult]) {
    let rows = suite.rows.enumerated().map { index, row in
      results[index] ?? RowResult(row, .notRun, "it was not scored")
    }
    self.init(implementation: implementation, version: version, rows: rows)
  }
}
