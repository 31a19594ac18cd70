// A comparison as a table, for terminals and as Markdown.

/// Formats comparisons: rows by implementations with forward and backward columns, totals, and what changed.
///
/// ✓ passes, ✗ fails, – is not there; other statuses are words.
public struct ComparisonReport: Sendable {
  /// The forms that a comparison can have.
  public enum Form: String, CaseIterable, Sendable {
    /// For terminals.
    case table
    /// For the summary of a CI job.
    case markdown
    /// For programs.
    case json
  }

  private let form: Form

  /// A formatter.
  public init(_ form: Form) {
    self.form = form
  }

  /// The comparison as text that ends in a line break.
  public func text(of comparison: Comparison) -> String {
    let lines =
      switch form {
      case .table: table(of: comparison) + changes(in: comparison)
      case .markdown: markdownTable(of: comparison) + changes(in: comparison)
      case .json: [comparison.json.text]
      }
    return lines.joined(separator: "\n") + "\n"
  }

  private func table(of comparison: Comparison) -> [String] {
    let titles = ["Test"] + comparison.rows.map { printable($0.title) } + ["Forward, backward", "TOTAL"]
    let titleWidth = (titles.map(\.count).max() ?? 0) + 2
    let columns = comparison.reports.indices.map { column(of: comparison, $0) }
    func line(_ title: String, _ cells: [String]) -> String {
      "|" + (" " + title).padded(to: titleWidth) + "|" + cells.map { $0 + "|" }.joined()
    }
    let widths = columns.map { column in
      let halves = column.cells.flatMap { [$0.forward.count, $0.backward.count] }.max() ?? 0
      return max(halves + 2, (column.name.count + 2) / 2, (column.score.count + 2) / 2)
    }
    func halves(_ place: Int) -> [String] {
      zip(columns, widths).map { column, width in
        let cell = column.cells[place]
        return cell.forward.centred(to: width) + "|" + cell.backward.centred(to: width)
      }
    }
    func wide(_ texts: [String]) -> [String] {
      zip(texts, widths).map { $0.centred(to: 2 * $1 + 1) }
    }
    let rule =
      "+" + String(repeating: "-", count: titleWidth) + "+"
      + widths.map { String(repeating: "-", count: 2 * $0 + 1) + "+" }.joined()
    let body = titles.dropLast().indices.dropFirst().map { line(titles[$0], halves($0)) }
    return [rule, line("", wide(columns.map(\.name))), line(titles[0], halves(0)), rule]
      + body.dropLast() + [rule] + body.suffix(1) + [line("TOTAL", wide(columns.map(\.score))), rule]
  }

  private func markdownTable(of comparison: Comparison) -> [String] {
    let columns = comparison.reports.indices.map { column(of: comparison, $0) }
    let titles = comparison.rows.map { markdown($0.title) } + ["**Forward, backward**"]
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let head = columns.flatMap { [markdown($0.name) + "<br>forward", "<br>backward"] }
    let body = titles.enumerated().map { place, title in
      line([title] + columns.flatMap { [$0.cells[place + 1].forward, $0.cells[place + 1].backward] })
    }
    return [line(["Test"] + head), line([":--"] + head.map { _ in ":-:" })] + body
      + [line(["**TOTAL**"] + columns.flatMap { ["**\($0.score)**", ""] })]
  }

  /// What stands below a report's name.
  private struct Column {
    let name: String
    let score: String
    /// The head, the rows, the totals.
    let cells: [(forward: String, backward: String)]
  }

  private func column(of comparison: Comparison, _ place: Int) -> Column {
    let report = comparison.reports[place]
    let rows = comparison.rows.map { row in
      func mark(_ direction: Direction) -> String { row.statuses(of: direction)[place]?.mark ?? "–" }
      return (forward: mark(.forward), backward: mark(.backward))
    }
    func total(_ direction: Direction) -> String {
      let total = comparison.total(place, direction)
      return "\(total.passed)/\(total.total)"
    }
    return Column(
      name: printable(report.label), score: "\(report.score)/\(report.total)",
      cells: [("forward", "backward")] + rows + [(total(.forward), total(.backward))])
  }

  private func changes(in comparison: Comparison) -> [String] {
    comparison.changes.flatMap { changes in
      let (first, last) = (comparison.reports[changes.first], comparison.reports[changes.last])
      let score = "\(first.score)/\(first.total) → \(last.score)/\(last.total)"
      let title = "\(show(first.label)) → \(show(last.label)): \(score)"
      let sections = [
        section("No longer passing", Self.outermost(changes.regressions)),
        section("Passing now", Self.outermost(changes.turns.filter { $0.after == .pass })),
        section(
          "Otherwise", Self.outermost(changes.turns.filter { $0.after != .pass && $0.before != .pass })),
        section("Errors that grew", changes.growths.map(\.text)),
        section("Bits that changed", changes.digests.map { "\($0.row): \($0.samples) samples" }),
      ]
      let body = sections.flatMap { $0 }
      return ["", (form == .markdown ? "### " : "") + title]
        + (body.isEmpty ? ["", "Nothing changed."] : body)
    }
  }

  private static let mostShown = 20

  /// Turns without those of the parts of what turned the same way.
  private static func outermost(_ turns: [Changes.Turn]) -> [String] {
    var whole: String?
    return turns.filter { turn in
      if let whole, turn.place.hasPrefix(whole + " ") { return false }
      whole = turn.place
      return true
    }.map(\.text)
  }

  private func section(_ title: String, _ entries: [String]) -> [String] {
    guard !entries.isEmpty else { return [] }
    let bullet = form == .markdown ? "- " : "  "
    let rest = entries.count - Self.mostShown
    return ["", "\(title) (\(entries.count)):"] + (form == .markdown ? [""] : [])
      + entries.prefix(Self.mostShown).map { bullet + show($0) }
      + (rest > 0 ? [bullet + "… and \(rest) more"] : [])
  }

  private func show(_ text: String) -> String { form == .markdown ? markdown(text) : printable(text) }
}

extension Report {
  /// Name, version and date, as far as they are known.
  var label: String {
    [implementation, version, date.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
  }
}

extension Changes.Turn {
  fileprivate var text: String {
    "\(place): \(before?.rawValue ?? "absent") → \(after?.rawValue ?? "absent")"
  }
}

extension Changes.Growth {
  fileprivate var text: String { "\(place): E \(brief(before)) → \(brief(after))" }
}

extension Comparison {
  /// The comparison for programs.
  fileprivate var json: JSONValue {
    let total = reports.indices.map { place in
      Dictionary(
        uniqueKeysWithValues: Direction.allCases.map { direction in
          (direction.rawValue, JSONValue.int(self.total(place, direction).passed))
        })
    }
    return .object([
      "format_version": .int(Report.formatVersion),
      "reports": .array(
        zip(reports, total).map { report, halves in
          .object(
            [
              "implementation": .string(report.implementation), "version": JSONValue(report.version),
              "date": JSONValue(report.date), "score": .int(report.score), "total": .int(report.total),
            ].merging(halves) { $1 })
        }),
      "rows": .array(
        rows.map { row in
          let halves = Direction.allCases.map { row.statuses(of: $0) }
          return .object([
            "id": .string(row.id), "title": .string(row.title),
            "results": .array(
              row.results.enumerated().map { place, result in
                .object([
                  "status": JSONValue(result?.status.rawValue),
                  "forward": JSONValue(halves[0][place]?.rawValue),
                  "backward": JSONValue(halves[1][place]?.rawValue),
                ])
              }),
          ])
        }),
      "changes": .array(changes.map(\.json)),
    ])
  }
}

extension Changes {
  fileprivate var json: JSONValue {
    .object([
      "first": .int(first), "last": .int(last),
      "regressions": .int(regressions.count),
      "turns": .array(
        turns.map {
          .object([
            "place": .string($0.place), "before": JSONValue($0.before?.rawValue),
            "after": JSONValue($0.after?.rawValue),
          ])
        }),
      "growths": .array(
        growths.map {
          .object([
            "place": .string($0.place), "before": .double($0.before),
            "after": $0.after.isFinite ? .double($0.after) : .string("infinity"),
          ])
        }),
      "digests": .array(
        digests.map { .object(["row": .string($0.row), "samples": .int($0.samples)]) }),
    ])
  }
}

extension JSONValue {
  fileprivate init(_ text: String?) {
    self = text.map { .string($0) } ?? .null
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func centred(to width: Int) -> String {
    (String(repeating: " ", count: max(0, width - count) / 2) + self).padded(to: width)
  }
}
