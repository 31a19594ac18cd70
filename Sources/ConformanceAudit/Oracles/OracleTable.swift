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

    /// Asks the oracles about every sample of a row's fixture.
    package init(_ row: Suite.Row, of suite: Suite) {
      self.init(row.id) { tally in
        tally.attempt(row.file) { tally in
          let fixture = try suite.fixture(of: row)
          for name in fixture.sampleNames {
            tally.attempt(name) { try $0.check(fixture.sample(name)) }
          }
        }
      }
    }

    /// Asks the oracles about samples.
    package init(_ id: String, _ samples: [Sample]) {
      self.init(id) { tally in
        for sample in samples { tally.attempt(sample.name) { try $0.check(sample) } }
      }
    }

    private init(_ id: String, _ ask: (inout Tally) -> Void) {
      var tally = Tally()
      ask(&tally)
      (self.id, self.tally, complaints) = (id, tally, tally.complaints)
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
        String(format: "%.1e", tally.differences.worst), "\(tally.allIdentities.comparisons)",
        String(format: "%.1f", tally.allIdentities.worst), names.joined(separator: ", "),
      ])
    }
    let identities = rows.reduce(into: [String: Count]()) { all, row in
      for (name, count) in row.tally.identities {
        all[name, default: Count()].add(count.comparisons, count.worst)
      }
    }
    lines += identities.sorted { $0.key < $1.key }.map { name, count in
      "\(name): \(count.comparisons) comparisons, worst E \(String(format: "%.1f", count.worst))"
    }
    for row in rows {
      lines += row.tally.omissions.sorted { $0.key < $1.key }.map { "\(row.id): left out \($1) \($0)" }
    }
    lines += complaints.map { "- \($0)" }
    let vouched = rows.count { $0.complaints.isEmpty }
    let differences = rows.map(\.tally.differences)
    lines.append(
      """
      \(vouched)/\(rows.count) rows are vouched for by PyTorch (\(rows.reduce(0) { $0 + $1.tally.stored }) numbers), \
      finite differences (\(differences.reduce(0) { $0 + $1.comparisons }), worst \
      \(String(format: "%.1e", differences.map(\.worst).max() ?? 0))) and identities \
      (\(identities.values.reduce(0) { $0 + $1.comparisons }), worst E \
      \(String(format: "%.1f", identities.values.map(\.worst).max() ?? 0)))
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
