// Running a suite under several conditions, and what of it came out the same.

/// What runs of one suite under several conditions gave.
public struct Reproduction: Sendable {
  /// The conditions' names and the reports, in order; at least one.
  public let runs: [(name: String, report: Report)]
  /// What is wrong with a fixture's content, in table order.
  public let contentFaults: [String]
  /// The digests of the first run.
  public let digests: ResultDigests

  /// Runs a suite under all conditions, in fresh processes, and digests its files.
  ///
  /// - Parameters:
  ///   - suite: The rows.
  ///   - conditions: At least one.
  ///   - examiner: A program that runs ``Examiner/run()``.
  ///   - limits: What the implementation may take.
  /// - Throws: ``ImplementationError`` when the program does not start or does not run under the conditions.
  public init(
    _ suite: Suite, under conditions: [Conditions], examiner: ChildCommand,
    limits: IsolatedRunner.Limits = IsolatedRunner.Limits()
  ) throws {
    var runs: [(name: String, report: Report)] = []
    for condition in conditions {
      try condition.check()
      let runner = IsolatedRunner(condition.implementation, examiner: examiner, limits: limits)
      runs.append((condition.name, try runner.run(suite)))
    }
    guard let first = runs.first?.report else { throw ImplementationError(description: "no conditions") }
    let reader = ContentReader(examiner)
    var contents: [String: String] = [:]
    var faults: [String] = []
    for row in suite.rows {
      switch reader.digest(of: row, in: suite) {
      case .success(let digest):
        contents[row.id] = digest
        if row.contentDigest == nil {
          faults.append("\(row.id): the manifest does not give its content's digest")
        } else if row.contentDigest != digest {
          faults.append("\(row.id): its content is not the manifest's")
        }
      case .failure(let error): faults.append("\(row.id): \(error)")
      }
    }
    self.init(runs: runs, contentFaults: faults, digests: ResultDigests(of: first, contents: contents))
  }

  /// What runs gave.
  package init(runs: [(name: String, report: Report)], contentFaults: [String], digests: ResultDigests) {
    (self.runs, self.contentFaults, self.digests) = (runs, contentFaults, digests)
  }

  /// The samples whose bits are not the same in all runs, as sentences.
  public var differences: [String] {
    guard let first = runs.first else { return [] }
    return first.report.rows.indices.flatMap { index -> [String] in
      let rows = runs.map { $0.report.rows[index] }
      let names = Set(rows.flatMap { $0.samples.map(\.name) }).sorted()
      return names.compactMap { name in
        let bits = rows.map { row in
          row.samples.first { $0.name == name }.map { $0.digest ?? $0.status.rawValue } ?? "nothing"
        }
        let odd = runs.indices.filter { bits[$0] != bits[0] }.map { runs[$0].name }
        guard !odd.isEmpty else { return nil }
        return
          "\(rows[0].id), sample \(name): not the bits of \(first.name) under \(odd.joined(separator: "; "))"
      }
    }
  }

  /// Whether every run has full score.
  public var isFullScore: Bool { runs.allSatisfy(\.report.isFullScore) }

  /// What departs from digests that were committed, as sentences. Rows that weren't run are left out.
  ///
  /// - Parameters:
  ///   - committed: The digests.
  ///   - isWhole: Whether all rows of the suite were run.
  public func departures(from committed: ResultDigests, isWhole: Bool) -> [String] {
    var departures: [String] = []
    if committed.implementation != digests.implementation {
      departures.append("they are results of \(committed.implementation)")
    }
    let known = Dictionary(committed.rows.map { ($0.id, $0) }) { first, _ in first }
    for row in digests.rows {
      guard let expected = known[row.id] else {
        departures.append("\(row.id): there is no digest of it")
        continue
      }
      if let content = expected.content, content != row.content {
        departures.append("\(row.id): the fixture is another, so its results are")
      } else if expected.results != row.results {
        departures.append("\(row.id): the results are others")
      }
    }
    if isWhole {
      let found = Set(digests.rows.map(\.id))
      departures += committed.rows.filter { !found.contains($0.id) }.map { "\($0.id): the row is gone" }
    }
    return departures
  }
}
