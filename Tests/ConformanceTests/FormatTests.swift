// JUnit, Markdown, the badge, and the way through JSON and back.

import Conformance
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct JSONRoundTripTests {
  @Test func everythingSurvives() throws {
    let report = madeReport()
    let text = JSONReport().text(of: report)
    let read = try JSONReport().report(from: text)
    #expect(read == report)
    #expect(JSONReport().text(of: read) == text)
    #expect(read.rows[1].samples[1].quantities[0].errors?.cells.last == .infinity)
  }

  @Test func otherTextIsRefused() throws {
    func error(_ text: String) -> String? {
      #expect(throws: ReportError.self) { try JSONReport().report(from: text) }?.description
    }
    #expect(error("{")?.hasPrefix("it is not JSON: ") == true)
    #expect(error("[]") == "it is no report: it lacks format_version")
    #expect(error(#"{"format_version": 1}"#) == "the format's version is 1, expected 3")
    #expect(error(#"{"format_version": 3}"#) == "implementation is missing or not a text")
    let text = JSONReport().text(of: madeReport())
    for (sound, broken) in [
      ("\"columns\": 3", "\"columns\": 4"), ("\"columns\": 3", "\"columns\": 0"), ("120.0", "null"),
    ] {
      #expect(text.contains(sound))
      #expect(error(text.replacing(sound, with: broken)) == "errors is missing or not a map of errors")
    }
  }
}

/// What a JUnit reader counts.
private final class JUnitReader: NSObject, XMLParserDelegate {
  var suites: [(name: String, counts: [String: Int])] = []
  var cases: [(row: String, name: String, outcome: String, message: String, text: String)] = []
  var total: [String: Int] = [:]

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { throw try #require(parser.parserError) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    switch name {
    case "testsuites": total = attributes.compactMapValues { Int($0) }
    case "testsuite": suites.append((attributes["name"] ?? "", attributes.compactMapValues { Int($0) }))
    case "testcase": cases.append((attributes["classname"] ?? "", attributes["name"] ?? "", "passed", "", ""))
    default:
      (cases[cases.count - 1].outcome, cases[cases.count - 1].message) = (name, attributes["message"] ?? "")
    }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if !cases.isEmpty { cases[cases.count - 1].text += text }
  }
}

@Suite struct JUnitTests {
  @Test func everySampleIsACase() throws {
    let report = madeReport()
    let reader = try JUnitReader(JUnitReport().text(of: report))
    #expect(reader.suites.count == report.rows.count)
    #expect(reader.cases.count == report.rows.reduce(0) { $0 + max(1, $1.samples.count) })
    #expect(
      reader.cases.map(\.row)
        == report.rows.flatMap { row in Array(repeating: row.id, count: max(1, row.samples.count)) })
    let outcomes = Dictionary(grouping: reader.cases, by: \.outcome).mapValues(\.count)
    #expect(outcomes == ["passed": 3, "failure": 1, "skipped": 1, "error": 8])
    #expect(reader.total == ["tests": 13, "failures": 1, "errors": 8, "skipped": 1])
    for count in ["tests", "failures", "errors", "skipped"] {
      #expect(reader.suites.reduce(0) { $0 + ($1.counts[count] ?? -1) } == reader.total[count])
    }
  }

  @Test func reasonsAreTold() throws {
    let reader = try JUnitReader(JUnitReport().text(of: madeReport()))
    let wrong = try #require(reader.cases.first { $0.outcome == "failure" })
    #expect(wrong.row == "s/wrong" && wrong.name == "sample 0001 (double, float64)")
    #expect(wrong.message == "outputs/output at [1]")
    let shown = hostile.replacing("\u{1}", with: "\u{FFFD}").replacing("\u{1B}", with: "\u{FFFD}")
      .replacing("\u{FFFE}", with: "\u{FFFD}")
    #expect(
      wrong.text.trimmingCharacters(in: .whitespacesAndNewlines) == """
        outputs/output at [1]: 3, expected 4 \(shown)
        gradients/input at [0]; the truth is all zeros
        departs first: forward, a
        """)
    #expect(reader.suites[1].name == "Wrong " + shown)
    let missing = try #require(reader.cases.first { $0.row == "t/missing" })
    #expect(missing.name == "Row missing" && missing.message == "why")
  }
}

@Suite struct MarkdownTests {
  @Test func tableAndDetails() {
    let row = { (id: String, samples: [SampleResult], status: Status) in
      RowResult(id: id, title: "T_\(id)", status: status, message: nil, samples: samples)
    }
    let right = SampleResult(
      name: "0000", operation: "add", precision: .float32, status: .pass, message: nil,
      quantities: [quantity("outputs/output", error: 2)])
    let wrong = SampleResult(
      name: "0001", operation: "add", precision: .float32, status: .fail, message: nil,
      quantities: [quantity("outputs/output"), quantity("gradients/x", error: 16, failure: "at [0]: a|b")],
      departure: "backward, c")
    let report = Report(
      implementation: "i", version: "2", date: "today",
      rows: [row("a", [right], .pass), row("b", [right, wrong], .fail), row("c", [], .missing)])
    #expect(
      MarkdownReport().text(of: report) == #"""
        ## ❌ 1/3

        i 2, today

        <details><summary><b>T_b</b> (b): fail</summary>

        - sample 0001 (add, float32): gradients/x at \[0\]: a\|b
        - departs first: backward, c

        </details>

        <details><summary><b>T_c</b> (c): missing</summary>

        - no reason given

        </details>

        | Test | Score | Forward | Backward | Headroom |
        | :-- | :-: | :-: | :-: | --: |
        | T\_a | 1 | ✓ | – | 0.25 |
        | T\_b | 0 | ✓ | ✗ | 2 |
        | T\_c | 0 | missing | missing | – |

        Headroom is the largest error over its limit: at most 1 passes.

        """#)
  }

  @Test func hostileTextStaysText() {
    let lines = MarkdownReport().text(of: madeReport()).split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("| ") }
    #expect(rows.count == 2 + madeReport().rows.count)
    #expect(rows.allSatisfy { $0.replacing("\\|", with: "").count { $0 == "|" } == 6 })
    let text = lines.joined(separator: "\n")
    #expect(!text.contains("<b>|") && !text.contains("</script>") && !text.contains("\u{1B}"))
    #expect(lines.count { $0.hasPrefix("<details>") } == madeReport().rows.count - 1)
  }
}

@Suite struct BadgeTests {
  @Test func scoreIsShown() throws {
    let text = Badge().text(of: madeReport())
    #expect(text.contains(">1/11</text>") && text.contains("aria-label=\"conformance: 1/11\""))
    #expect(XMLParser(data: Data(text.utf8)).parse())
  }
}
