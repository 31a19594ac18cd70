// The table and the JSON, to the letter.

import Conformance
import HDF5
import Testing

private struct Broken: Error, CustomStringConvertible {
  let description = "a shape it dislikes"
}

/// Answers by operation: doubles, doubles wrongly, refuses.
private struct Doubler: Implementation {
  let name = "doubler \"1\""

  func evaluate(_ computation: Computation) throws -> Evaluation {
    guard case .float32(let values)? = computation.inputs.first?.value.elements else { throw Broken() }
    func value(_ values: [Float]) -> Value { Value(shape: [values.count], .float32(values)) }
    switch computation.operation {
    case "double":
      return Evaluation(
        outputs: ["output": value(values.map { 2 * $0 })], gradients: ["input": value([1, -2, 4])])
    case "wrong":
      return Evaluation(outputs: ["output": value([2, 4, 6.5])], gradients: ["input": value([1, -2, 4])])
    case "refuse": throw Broken()
    default: throw UnsupportedOperation(computation.operation)
    }
  }
}

@Suite struct ReportTests {
  private let directory: FixtureDirectory

  init() throws {
    directory = try FixtureDirectory()
  }

  private func report() throws -> Report {
    try directory.fixture("a.h5", id: "s/a", title: "Right") { root in
      try root.sample { try $0.doubling() }
    }
    try directory.fixture("b.h5", id: "s/b", title: "Wrong") { root in
      try root.sample("0000") { try $0.doubling() }
      try root.sample("0001", operation: "wrong") { try $0.doubling() }
      try root.sample("0002", operation: "wrong") { try $0.doubling() }
      try root.sample("0003", operation: "refuse") { try $0.doubling() }
    }
    try directory.fixture("c.h5", id: "s/c", title: "Lacking") { root in
      try root.sample(operation: "other") { try $0.doubling() }
    }
    try directory.write("text", to: "d.h5")
    return Runner(Doubler()).run(try Conformance.Suite(directory: directory.url))
  }

  private let details = """
    Wrong (s/b): fail
      sample 0001 (wrong, float32) and 1 more: outputs/output at [2]: 6.5, expected 6.0; E 6.99e+05, limit 8
      sample 0003 (refuse, float32): error: a shape it dislikes
    Lacking (s/c): unsupported
      sample 0000 (other, float32): other is not implemented
    d (d): unreadable, d.h5: is not a readable HDF5 file: file signature not found

    """

  @Test func table() throws {
    let table = """
      Summary:
      +--------------------------------------------+-------------+
      |                    Test                    |    Score    |
      +--------------------------------------------+-------------+
      | Right                                      |      1      |
      | Wrong                                      |      0      |
      | Lacking                                    |      0      |
      | d                                          |      0      |
      +--------------------------------------------+-------------+
      |                   TOTAL                    |     1/4     |
      +--------------------------------------------+-------------+

      """
    #expect(try TableReport().text(of: report()) == details + "\n" + table)
  }

  @Test func colours() throws {
    let text = try TableReport(isColoured: true).text(of: report())
    #expect(
      text.contains("| Right                                      |\u{1B}[32m      1      \u{1B}[0m|\n"))
    #expect(
      text.contains("| Wrong                                      |\u{1B}[31m      0      \u{1B}[0m|\n"))
    #expect(
      text.contains("|                   TOTAL                    |\u{1B}[31m     1/4     \u{1B}[0m|\n"))
  }

  @Test func fullScore() {
    let rows = (0..<57).map { number in
      RowResult(id: "s/\(number)", title: "T", status: .pass, message: nil, samples: [])
    }
    let report = Report(implementation: "all", rows: rows)
    #expect(report.isFullScore)
    let text = TableReport(isColoured: true).text(of: report)
    #expect(text.hasPrefix("Summary:\n+---"))
    #expect(
      text.contains("|                   TOTAL                    |\u{1B}[32m    57/57    \u{1B}[0m|\n"))
    #expect(!Report(implementation: "none", rows: []).isFullScore)
  }

  @Test func longAndHostileTitles() {
    let titles = [
      String(repeating: "x", count: 60), String(repeating: "y", count: 200), "a\u{1B}[2J\nb", "größe 日本", "",
    ]
    let rows = titles.map { RowResult(id: $0, title: $0, status: .missing, message: "m\n\u{7}", samples: []) }
    let text = TableReport().text(of: Report(implementation: "i", rows: rows))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
    #expect(text.contains("| a\u{FFFD}[2J b ") && text.contains("): missing, m \u{FFFD}\n"))
    let table = text.split(separator: "\n").drop { $0 != "Summary:" }.dropFirst()
    #expect(table.count == 4 + titles.count + 2)
    #expect(Set(table.map(\.count)) == [1 + 102 + 1 + 13 + 1])
  }

  @Test func json() throws {
    let expected = #"""
      {"format_version": 3, "score": 1, "total": 4, "implementation": "doubler \"1\"", "version": null, "date": null, "rows": [
        {"id": "s/a", "title": "Right", "score": 1, "status": "pass", "message": null, "headroom": 0.0, "forward": "pass", "backward": "pass", "samples": [
          {"name": "0000", "operation": "double", "dtype": "float32", "status": "pass", "message": null, "departure": null, "digest": "c219ab3832888810e2a4ed2603ad8a1f09c2e455c8c571f92f31851e380ae192", "quantities": [
            {"name": "outputs/output", "status": "pass", "error": 0.0, "limit": 8.0, "message": null},
            {"name": "gradients/input", "status": "pass", "error": 0.0, "limit": 8.0, "message": null}]}]},
        {"id": "s/b", "title": "Wrong", "score": 0, "status": "fail", "message": "sample 0001: outputs/output at [2]: 6.5, expected 6.0; E 6.99e+05, limit 8", "headroom": 87381.33333333333, "forward": "fail", "backward": "error", "samples": [
          {"name": "0000", "operation": "double", "dtype": "float32", "status": "pass", "message": null, "departure": null, "digest": "c219ab3832888810e2a4ed2603ad8a1f09c2e455c8c571f92f31851e380ae192", "quantities": [
            {"name": "outputs/output", "status": "pass", "error": 0.0, "limit": 8.0, "message": null},
            {"name": "gradients/input", "status": "pass", "error": 0.0, "limit": 8.0, "message": null}]},
          {"name": "0001", "operation": "wrong", "dtype": "float32", "status": "fail", "message": "outputs/output at [2]: 6.5, expected 6.0; E 6.99e+05, limit 8", "departure": null, "digest": "987f63a3c6a12ca0da9b19cdf63f8cf125b51fa609d683db089a73581e30b377", "quantities": [
            {"name": "outputs/output", "status": "fail", "error": 699050.6666666666, "limit": 8.0, "message": "at [2]: 6.5, expected 6.0; E 6.99e+05, limit 8", "errors": {"columns": 3, "cells": [0.0, 0.0, 87000.0]}},
            {"name": "gradients/input", "status": "pass", "error": 0.0, "limit": 8.0, "message": null}]},
          {"name": "0002", "operation": "wrong", "dtype": "float32", "status": "fail", "message": "outputs/output at [2]: 6.5, expected 6.0; E 6.99e+05, limit 8", "departure": null, "digest": "987f63a3c6a12ca0da9b19cdf63f8cf125b51fa609d683db089a73581e30b377", "quantities": [
            {"name": "outputs/output", "status": "fail", "error": 699050.6666666666, "limit": 8.0, "message": "at [2]: 6.5, expected 6.0; E 6.99e+05, limit 8", "errors": {"columns": 3, "cells": [0.0, 0.0, 87000.0]}},
            {"name": "gradients/input", "status": "pass", "error": 0.0, "limit": 8.0, "message": null}]},
          {"name": "0003", "operation": "refuse", "dtype": "float32", "status": "error", "message": "a shape it dislikes", "departure": null, "digest": null, "quantities": []}]},
        {"id": "s/c", "title": "Lacking", "score": 0, "status": "unsupported", "message": "sample 0000: other is not implemented", "headroom": null, "forward": "unsupported", "backward": "unsupported", "samples": [
          {"name": "0000", "operation": "other", "dtype": "float32", "status": "unsupported", "message": "other is not implemented", "departure": null, "digest": null, "quantities": []}]},
        {"id": "d", "title": "d", "score": 0, "status": "unreadable", "message": "d.h5: is not a readable HDF5 file: file signature not found", "headroom": null, "forward": "unreadable", "backward": "unreadable", "samples": []}]}

      """#
    #expect(try JSONReport().text(of: report()) == expected)
  }

  @Test func jsonOfWhatIsInfinite() throws {
    try directory.fixture("a.h5") { root in
      try root.sample(operation: "wrong") { sample in
        try sample.input("input", HDF5Array(.float32([1])))
        try sample.quantity("outputs/output", [0, 0, 0])
      }
    }
    let report = Runner(Doubler()).run(try Conformance.Suite(directory: directory.url))
    let json = try JSONValue(parsing: JSONReport().text(of: report))
    let row = json.objectValue?["rows"]?.arrayValue?.first?.objectValue
    #expect(row?["headroom"] == .string("infinity"))
    let quantity = row?["samples"]?.arrayValue?.first?.objectValue?["quantities"]?.arrayValue?.first?
      .objectValue
    #expect(quantity?["error"] == .string("infinity"))
    #expect(quantity?["message"] == .string("at [2]: 6.5, expected 0.0; the truth is all zeros"))
  }
}
