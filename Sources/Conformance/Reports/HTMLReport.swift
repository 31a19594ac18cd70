// The report as one page that needs nothing else, for people.

/// Formats reports as a self-contained HTML page.
///
/// The page holds the JSON report, and a script that shows it: rows with their headroom, opening to samples and
/// quantities, maps of where the errors are, and what earlier reports said. Without scripts it shows the table.
public struct HTMLReport: Sendable {
  private let history: [Report]

  /// A formatter.
  ///
  /// - Parameter history: Earlier reports, oldest first.
  public init(history: [Report] = []) {
    self.history = history
  }

  /// The page.
  public func text(of report: Report) -> String {
    let title = "\(report.score)/\(report.total) · \(html(report.implementation))"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <link rel="icon" href="data:,">
      <style>
      \(Self.style)</style>
      </head>
      <body>
      <noscript><pre>\(fallback(for: report))</pre></noscript>
      <script type="application/json" id="data">\(data(of: report))</script>
      <script>
      \(Self.pageScript)\(Self.partsScript)</script>
      </body>
      </html>

      """
  }

  private func fallback(for report: Report) -> String {
    TableReport().text(of: report).split(separator: "\n", omittingEmptySubsequences: false)
      .map { html(String($0)) }.joined(separator: "\n")
  }

  /// The report and its history as JSON in which no tag can begin.
  private func data(of report: Report) -> String {
    let earlier = JSONValue.array(history.map(Self.summary)).text
    return "{\"report\": \(JSONReport().text(of: report)), \"history\": \(earlier)}"
      .replacing("<", with: "\\u003c")
  }

  /// What the history shows of a report.
  private static func summary(of report: Report) -> JSONValue {
    let rows = report.rows.map { row in
      let headroom = row.headroom.map { $0.isFinite ? JSONValue.double($0) : .string("infinity") }
      return (row.id, JSONValue.array([.string(row.status.rawValue), headroom ?? .null]))
    }
    return .object([
      "label": .string(report.label), "score": .int(report.score), "total": .int(report.total),
      "rows": .object(Dictionary(rows) { first, _ in first }),
    ])
  }
}
