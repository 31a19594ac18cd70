// The report as Markdown, for the summary of a CI job.

/// Formats reports as GitHub's Markdown: the score, what is wrong (folded), and the table.
public struct MarkdownReport: Sendable {
  /// A formatter.
  public init() {}

  /// The report as Markdown that ends in a line break.
  public func text(of report: Report) -> String {
    let name = [report.implementation, report.version].compactMap { $0 }.joined(separator: " ")
    let date = report.date.map { ", \(markdown($0))" } ?? ""
    let mark = report.isFullScore ? "✅" : "❌"
    let head = ["## \(mark) \(report.score)/\(report.total)", "", "\(markdown(name))\(date)", ""]
    let failed = report.rows.filter { $0.status != .pass }
    return (head + failed.flatMap(details) + table(of: report.rows)).joined(separator: "\n") + "\n"
  }

  private func table(of rows: [RowResult]) -> [String] {
    let head = ["| Test | Score | Forward | Backward | Headroom |", "| :-- | :-: | :-: | :-: | --: |"]
    return head
      + rows.map { row in
        let halves = Direction.allCases.map { row.status(of: $0)?.mark ?? "–" }
        let cells = [markdown(row.title), "\(row.score)"] + halves + [row.headroom.map(brief) ?? "–"]
        return "| " + cells.joined(separator: " | ") + " |"
      } + ["", "Headroom is the largest error over its limit: at most 1 passes."]
  }

  /// A row's status, opening to what is wrong.
  private func details(of row: RowResult) -> [String] {
    let complaints = row.complaints
    var lines = complaints.prefix(Complaint.mostShown).map { "- " + markdown($0.description) }
    if complaints.isEmpty { lines = ["- " + markdown(row.message ?? "no reason given")] }
    if complaints.count > Complaint.mostShown {
      lines.append("- … and \(complaints.count - lines.count) more")
    }
    lines += row.samples.compactMap(\.departure).prefix(1).map { "- departs first: " + markdown($0) }
    let summary = "<b>\(html(row.title))</b> (\(html(row.id))): \(row.status.rawValue)"
    return ["<details><summary>\(summary)</summary>", ""] + lines + ["", "</details>", ""]
  }
}

/// Text that Markdown shows as it is, on one line.
func markdown(_ text: String) -> String {
  printable(text).unicodeScalars.map { scalar in
    switch scalar {
    case "&", "<", ">": html(String(scalar))
    case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!", "$", "@": "\\" + String(scalar)
    default: String(scalar)
    }
  }.joined()
}

/// Text that HTML shows as it is, on one line; also between quotation marks.
func html(_ text: String) -> String {
  printable(text).unicodeScalars.map { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    default: String(scalar)
    }
  }.joined()
}
