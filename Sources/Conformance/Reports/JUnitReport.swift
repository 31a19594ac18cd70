// The report as JUnit XML, for CI systems.

/// Formats reports as JUnit XML: a suite for every row, a case for every sample.
///
/// What fails is a `failure`, what the implementation lacks is `skipped`, any other status is an `error` of that
/// type. A row without samples is one case, named by its title.
public struct JUnitReport: Sendable {
  /// A formatter.
  public init() {}

  /// The report as XML text that ends in a line break.
  public func text(of report: Report) -> String {
    let suites = report.rows.map { row in (row: row, cases: Self.cases(of: row)) }
    let name = [report.implementation, report.version].compactMap { $0 }.joined(separator: " ")
    let head = "<testsuites" + Self.attribute("name", name) + Self.counts(suites.flatMap(\.cases)) + ">"
    let body = suites.map { row, cases in
      "  <testsuite" + Self.attribute("name", row.title) + Self.counts(cases) + ">\n"
        + cases.map { Self.text(of: $0, in: row) }.joined() + "  </testsuite>\n"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(head)\n\(body.joined())</testsuites>\n"
  }

  /// What CI systems count.
  private struct Case {
    let name: String
    let status: Status
    let message: String?
    let details: [String]

    /// The element that says why it does not pass.
    var element: String? {
      switch status {
      case .pass: nil
      case .fail: "failure"
      case .unsupported: "skipped"
      default: "error"
      }
    }
  }

  private static func cases(of row: RowResult) -> [Case] {
    guard !row.samples.isEmpty else {
      return [Case(name: row.title, status: row.status, message: row.message, details: [])]
    }
    return row.samples.map { sample in
      let departure = sample.departure.map { ["departs first: \($0)"] } ?? []
      return Case(
        name: sample.label, status: sample.status, message: sample.message,
        details: sample.complaints + departure)
    }
  }

  private static func counts(_ cases: [Case]) -> String {
    func count(_ element: String) -> String { "\(cases.count { $0.element == element })" }
    return attribute("tests", "\(cases.count)") + attribute("failures", count("failure"))
      + attribute("errors", count("error")) + attribute("skipped", count("skipped"))
  }

  private static func text(of test: Case, in row: RowResult) -> String {
    let head = "    <testcase" + attribute("classname", row.id) + attribute("name", test.name)
    guard let element = test.element else { return head + "/>\n" }
    let reason =
      "      <\(element)" + attribute("type", test.status.rawValue)
      + attribute("message", test.message ?? test.status.rawValue)
    let details = test.details.map(escaped).joined(separator: "\n")
    let body = details.isEmpty ? "/>" : ">\(details)</\(element)>"
    return "\(head)>\n\(reason)\(body)\n    </testcase>\n"
  }

  private static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(escaped(value))\""
  }

  /// Text for XML: without the characters that XML forbids, line breaks kept.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "\n", "\r", "\t": "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: "\u{FFFD}"
      default: String(scalar)
      }
    }.joined()
  }
}
