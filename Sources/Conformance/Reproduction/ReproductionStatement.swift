// The statement that a reproduction ends with.

/// Says of a reproduction what is identical and what is not.
public struct ReproductionStatement: Equatable, Sendable {
  /// The statement, ending in a line break.
  public let text: String
  /// Whether everything is as it should be: full score in every run, identical bits, fixtures with the manifest's
  /// content, and results with the committed digests.
  public let holds: Bool

  /// A statement.
  ///
  /// - Parameters:
  ///   - reproduction: The runs.
  ///   - facts: Lines about the machine and versions.
  ///   - committed: The digests to compare with; nil where there are none.
  ///   - isWhole: Whether all rows of the suite were run.
  public init(_ reproduction: Reproduction, facts: [String], committed: ResultDigests?, isWhole: Bool) {
    let runs = reproduction.runs
    let differences = reproduction.differences
    let rows = reproduction.digests.rows.count
    let samples = runs.first?.report.rows.reduce(0) { $0 + $1.samples.count } ?? 0
    var lines = ["\(reproduction.digests.implementation) on \(rows) rows, \(samples) samples"] + facts + [""]
    let width = runs.map(\.name.count).max() ?? 0
    for (name, report) in runs {
      let padding = String(repeating: " ", count: width - name.count)
      let total = ResultDigests(of: report, contents: [:]).total
      lines.append("\(name)\(padding)  \(report.score)/\(report.total)  \(total)")
    }
    lines.append("")
    lines += Self.finding(
      "Results: the bits of every output and gradient are identical in all \(runs.count) runs.",
      "Results: \(differences.count) samples have not the same bits in all \(runs.count) runs:", differences)
    lines += Self.finding(
      "Fixtures: the content of every file is the manifest's.",
      "Fixtures: \(reproduction.contentFaults.count) are not as they should be:",
      reproduction.contentFaults)
    var departures = ["there is no \(ResultDigests.file); --update writes it"]
    if let committed { departures = reproduction.departures(from: committed, isWhole: isWhole) }
    lines += Self.finding(
      "Committed: the results have the digests in \(ResultDigests.file).",
      "Committed: the results have not the digests in \(ResultDigests.file):", departures)
    if !reproduction.isFullScore { lines.append("Score: a run has not full score.") }
    text = lines.joined(separator: "\n") + "\n"
    holds =
      reproduction.isFullScore && differences.isEmpty && reproduction.contentFaults.isEmpty
      && departures.isEmpty
  }

  private static func finding(_ good: String, _ bad: String, _ faults: [String]) -> [String] {
    faults.isEmpty ? [good] : [bad] + faults.map { "  \($0)" }
  }
}
