// `conformance compare`, end to end.

import Conformance
import Foundation
import Testing

@Suite struct CompareTests {
  private let workspace: Workspace

  /// Reports of a run in which one of two rows passes, of one in which both do, and of another implementation.
  init() throws {
    workspace = try Workspace([])
    func row(_ id: String, _ status: Status) -> RowResult {
      RowResult(id: id, title: "Row \(id)", status: status, message: nil, samples: [])
    }
    let reports = [
      "half": Report(implementation: "ours", date: "1", rows: [row("a", .pass), row("b", .fail)]),
      "full": Report(implementation: "ours", date: "2", rows: [row("a", .pass), row("b", .pass)]),
      "other": Report(implementation: "theirs", rows: [row("a", .unsupported)]),
    ]
    for (name, report) in reports {
      try Data(JSONReport().text(of: report).utf8).write(
        to: workspace.url.appendingPathComponent("\(name).json"))
    }
    try Data("text".utf8).write(to: workspace.url.appendingPathComponent("text.json"))
  }

  @Test func regressionsFail() throws {
    func status(_ names: String...) throws -> Int32 {
      try conformance(["compare", "--fail-on-regression"] + names.map { "\($0).json" }, in: workspace).status
    }
    #expect(try status("half", "full") == 0)
    #expect(try status("full", "full") == 0)
    #expect(try status("full", "half") == 1)
    #expect(try status("full", "other", "half") == 1)
    #expect(try status("full", "half", "full") == 0)
    #expect(try status("full", "other") == 2)
    #expect(try conformance(["compare", "full.json", "half.json"], in: workspace).status == 0)
  }

  @Test func forms() throws {
    let reports = try ["full", "half"].map { try JSONReport().report(from: workspace.text("\($0).json")) }
    for form in ComparisonReport.Form.allCases {
      let arguments = ["compare", "full.json", "half.json", "--format", form.rawValue]
      let text = ComparisonReport(form).text(of: Comparison(reports))
      #expect(try conformance(arguments, in: workspace) == Outcome(status: 0, output: text, error: ""))
      #expect(try conformance(arguments + ["--output", "out"], in: workspace).output == "")
      #expect(try workspace.text("out") == text)
    }
    let table = ComparisonReport(.table).text(of: Comparison(reports))
    #expect(table.hasSuffix("ours (2) → ours (1): 2/2 → 1/2\n\nNo longer passing (1):\n  b: pass → fail\n"))
  }

  @Test func wrongUse() throws {
    func error(_ arguments: [String]) throws -> String {
      let outcome = try conformance(["compare"] + arguments, in: workspace)
      #expect(outcome.status == 2 && outcome.output == "")
      return outcome.error
    }
    #expect(try error(["no.json"]) == "Error: no.json: cannot be read\n")
    #expect(try error(["text.json"]).hasPrefix("Error: text.json: it is not JSON: "))
    #expect(try error([]).hasPrefix("Error: "))
    #expect(try error(["full.json", "--growth", "0.5"]).hasPrefix("Error: --growth is at least 1"))
    #expect(
      try error(["full.json", "other.json", "--fail-on-regression"])
        == "Error: --fail-on-regression needs two reports of one implementation\n")
  }
}
