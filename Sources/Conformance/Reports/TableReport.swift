// The report as a table, for people.

/// Formats reports as the score table, with what failed above it.
public struct TableReport: Sendable {
  private let isColoured: Bool

  /// A table, with scores in green and red for terminals if wanted.
  public init(isColoured: Bool = false) {
    self.isColoured = isColoured
  }

  /// What failed, and the table.
  public func text(of report: Report) -> String {
    let details = report.rows.filter { $0.status != .pass }.flatMap(details)
    let lines = details.isEmpty ? [] : details + [""]
    return (lines + table(of: report)).joined(separator: "\n") + "\n"
  }

  private func table(of report: Report) -> [String] {
    let titles = report.rows.map { Self.shortened(printable($0.title)) }
    let total = "\(report.score)/\(report.total)"
    let titleWidth = max(44, (titles.map(\.count).max() ?? 0) + 2)
    let scoreWidth = max(13, total.count + 2)
    let rule = "+" + repeated("-", titleWidth) + "+" + repeated("-", scoreWidth) + "+"
    func line(_ title: String, _ score: String, _ passes: Bool?) -> String {
      "|" + title + "|" + coloured(centred(score, scoreWidth), passes) + "|"
    }
    let rows = zip(titles, report.rows).map { title, row in
      let padding = repeated(" ", titleWidth - 1 - title.count)
      return line(" " + title + padding, "\(row.score)", row.status == .pass)
    }
    return ["Summary:", rule, line(centred("Test", titleWidth), "Score", nil), rule] + rows
      + [rule, line(centred("TOTAL", titleWidth), total, report.isFullScore), rule]
  }

  /// A row's status, and its samples that do not pass; samples with the same message are one line.
  private func details(of row: RowResult) -> [String] {
    let head = "\(printable(row.title)) (\(printable(row.id))): \(row.status.rawValue)"
    let complaints = row.complaints
    guard !complaints.isEmpty else { return [head + ", " + printable(row.message ?? "no reason given")] }
    let shown = complaints.prefix(Complaint.mostShown).map { "  " + printable($0.description) }
    let rest = complaints.count - shown.count
    let departure = row.samples.compactMap(\.departure).prefix(1).map { "  departs first: " + printable($0) }
    return [head] + shown + (rest > 0 ? ["  … and \(rest) more"] : []) + departure
  }

  /// A title as it fits into a table.
  private static func shortened(_ title: String) -> String {
    title.count <= 100 ? title : title.prefix(99) + "…"
  }

  private func coloured(_ text: String, _ passes: Bool?) -> String {
    guard isColoured, let passes else { return text }
    return "\u{1B}[\(passes ? 32 : 31)m\(text)\u{1B}[0m"
  }

  private func centred(_ text: String, _ width: Int) -> String {
    let space = max(0, width - text.count)
    return repeated(" ", space / 2) + text + repeated(" ", space - space / 2)
  }

  private func repeated(_ character: Character, _ count: Int) -> String {
    String(repeating: character, count: max(0, count))
  }
}

/// Text from a file as it may go to a terminal: line breaks and tabs become spaces, other control characters the
/// replacement character.
public func printable(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map(printable)))
}

private func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  switch scalar.properties.generalCategory {
  case .control where scalar.properties.isWhitespace, .lineSeparator, .paragraphSeparator: " "
  case .control, .format, .surrogate: "\u{FFFD}"
  default: scalar
  }
}
