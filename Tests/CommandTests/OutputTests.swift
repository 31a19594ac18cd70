// `conformance run` with several reports at once: forms, files, history and progress.

import Conformance
import Foundation
import Testing

@Suite struct OutputTests {
  @Test func endingsTellForms() throws {
    let workspace = try Workspace(["right", "wrong"])
    let files = ["a.json", "a.xml", "a.md", "a.html", "a.svg", "a.txt"]
    let plain = try conformance(["run"], in: workspace)
    let outcome = try conformance(["run"] + files.flatMap { ["--output", $0] }, in: workspace)
    #expect(outcome == plain)
    #expect(try workspace.files() == (files + ["reference"]).sorted())
    let report = try JSONReport().report(from: workspace.text("a.json"))
    #expect(report.score == 1 && report.total == 2)
    #expect(try workspace.text("a.xml") == JUnitReport().text(of: report))
    #expect(try workspace.text("a.md") == MarkdownReport().text(of: report))
    #expect(try workspace.text("a.html") == HTMLReport().text(of: report))
    #expect(try workspace.text("a.svg") == Badge().text(of: report))
    #expect(try workspace.text("a.txt") == TableReport().text(of: report))
  }

  @Test(arguments: [
    (["--format", "markdown", "--output", "a.json"], "markdown", ["a.json": "json"]),
    (["--format", "json", "--output", "a"], "table", ["a": "json"]),
    (["--output", "a", "--output", "b", "--format", "junit"], "table", ["a": "junit", "b": "table"]),
    (
      ["--format", "json", "--format", "html", "--format", "badge", "--output", "a", "--output", "b.x"],
      "badge",
      ["a": "json", "b.x": "html"]
    ),
    (
      ["--format", "json", "--output", "a.html", "--output", "b.txt"], "table",
      ["a.html": "html", "b.txt": "json"]
    ),
  ])
  func formsAreMatchedInOrder(_ arguments: [String], _ shown: String, _ files: [String: String]) throws {
    let workspace = try Workspace(["right"])
    let outcome = try conformance(["run"] + arguments, in: workspace)
    #expect(outcome.status == 0 && Self.form(of: outcome.output) == shown)
    #expect(try workspace.files() == (Array(files.keys) + ["reference"]).sorted())
    for (file, form) in files { #expect(Self.form(of: try workspace.text(file)) == form) }
  }

  private static func form(of text: String) -> String? {
    [
      "Summary:": "table", "{\"format_version\"": "json", "<?xml": "junit", "## ": "markdown",
      "<!DOCTYPE": "html",
      "<svg": "badge",
    ].first { text.hasPrefix($0.key) }?.value
  }

  @Test func wrongUse() throws {
    let workspace = try Workspace(["right"])
    func error(_ arguments: [String]) throws -> String? {
      let outcome = try conformance(["run"] + arguments, in: workspace)
      #expect(outcome.status == 2 && outcome.output == "")
      return outcome.error.split(separator: "\n").first.map(String.init)
    }
    #expect(
      try error(["--format", "json", "--format", "html"])
        == "Error: one form can go to standard output, not json, html; name a file with --output")
    #expect(try error(["--output", "a.json", "--output", "a.json"]) == "Error: --output names a file twice")
    #expect(try error(["--history", "no.json"]) == "Error: no.json: cannot be read")
    #expect(try error(["--output", "no/a.json"]) == "Error: no/a.json: cannot be written")
    try Data("{}".utf8).write(to: workspace.url.appendingPathComponent("b.json"))
    #expect(try error(["--history", "b.json"]) == "Error: b.json: it is no report: it lacks format_version")
    #expect(try workspace.files() == ["b.json", "reference"])
  }

  @Test func dateAndHistory() throws {
    let workspace = try Workspace(["right"])
    for date in ["2026-03-01", "2026-03-02"] {
      let outcome = try conformance(["run", "--date", date, "--output", "\(date).json"], in: workspace)
      #expect(outcome.status == 0)
    }
    let history = try ["2026-03-01.json", "2026-03-02.json"].map(workspace.text)
    let earlier = try history.map(JSONReport().report)
    #expect(earlier.map(\.date) == ["2026-03-01", "2026-03-02"])
    let arguments = ["run", "--history", "2026-03-01.json", "2026-03-02.json", "--output", "a.html"]
    #expect(try conformance(arguments, in: workspace).status == 0)
    var report = earlier[0]
    report.date = nil
    #expect(try workspace.text("a.html") == HTMLReport(history: earlier).text(of: report))
  }

  /// An implementation that hangs makes the run long enough for the line to show.
  @Test func progressOnATerminal() throws {
    let workspace = try Workspace(["right", "wrong"])
    let greeting =
      #"{"method": "hello", "protocol": \#(ProtocolVersion.current), "name": "slow", "version": null}"#
    let script = "read line\necho '\(greeting)'\nsleep 60\n"
    try Data(script.utf8).write(to: workspace.url.appendingPathComponent("slow.sh"))
    let arguments = ["run", "--jobs", "1", "--timeout", "1.1", "--implementation", "'sh slow.sh'"]
    let text = try conformanceOnTerminal(arguments, in: workspace)
    #expect(
      text.contains(
        "\r\u{1B}[K1/2 rows, 1 not passing, sum/right\r\u{1B}[K2/2 rows, 2 not passing, sum/wrong\r\u{1B}[K"))
    let piped = try conformance(arguments.dropLast() + ["sh slow.sh"], in: workspace)
    #expect(piped.error == "" && piped.output.contains("timeout"))
  }
}
