// What the three oracles say of each row, as a table.

import Conformance
import Foundation

/// What the three oracles say of each row.
package struct OracleTable: Sendable {
  /// What they say of one row.
  package struct Row: Sendable {
    /// The row's id.
    package let id: String
    /// What keeps it from being vouched for, with the place; empty when all three agree.
    package let complaints: [String]
    let tally: Tally

    /// Asks the oracles about every sample of a row.
    package init(_ row: Suite.Row, of suite: Suite) {
      var tally = Tally()
      tally.attempt(row.file) { tally in
        let fixture = try suite.fixture(of: row)
        for name in fixture.sampleNames {
          tally.attempt(name) { tally in
            if let sample = try OracleSample(fixture.sample(name)) { tally.check(sample) }
          }
        }
      }
      (id, self.tally, complaints) = (row.id, tally, tally.complaints)
    }
  }

  private let rows: [Row]

  /// A table of rows.
  package init(_ rows: [Row]) { self.rows = rows }

  /// What keeps rows from being vouched for.
  package var complaints: [String] { rows.flatMap { row in row.complaints.map { "\(row.id) \($0)" } } }

  /// The table, what identities leave out, the complaints, and a summary.
  package var text: String {
    var lines = [
      Self.line(["row", "PyTorch", "differences", "skipped", "worst", "identities", "worst E", "which"])
    ]
    lines += rows.map { row in
      let tally = row.tally
      let names = tally.identities.filter { $0.value.comparisons > 0 }.keys.sorted()
      return Self.line([
        row.id, "\(tally.stored)", "\(tally.differences.comparisons)", "\(tally.skipped)",
        String(format: "%.1e", tally.differences.worst), "\(tally.identity.comparisons)",
        String(format: "%.1f", tally.identity.worst), names.joined(separator: ", "),
      ])
    }
    for row in rows {
      lines += row.tally.omissions.sorted { $0.key < $1.key }.map { "\(row.id): left out \($1) \($0)" }
    }
    lines += complaints.map { "- \($0)" }
    let vouched = rows.count { $0.complaints.isEmpty }
    let differences = rows.map(\.tally.differences)
    let identities = rows.map(\.tally.identity)
    lines.append(
      """
      \(vouched)/\(rows.count) rows are vouched for by PyTorch (\(rows.reduce(0) { $0 + $1.tally.stored }) numbers), \
      finite differences (\(differences.reduce(0) { $0 + $1.comparisons }), worst \
      \(String(format: "%.1e", differences.map(\.worst).max() ?? 0))) and identities \
      (\(identities.reduce(0) { $0 + $1.comparisons }), worst E \
      \(String(format: "%.1f", identities.map(\.worst).max() ?? 0)))
      """)
    return lines.joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String {
    let widths = [28, 8, 11, 7, 8, 10, 8]
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return column == 0 ? cell.0 + space : space + cell.0
    }
    return (padded + cells.dropFirst(widths.count)).joined(separator: " ")
  }
}
