// `conformance run`, end to end: what it prints to the letter, and its exit statuses.

import Conformance
import Foundation
import Testing

private let fullScore = """
  Summary:
  +--------------------------------------------+-------------+
  |                    Test                    |    Score    |
  +--------------------------------------------+-------------+
  | Sum: Right                                 |      1      |
  +--------------------------------------------+-------------+
  |                   TOTAL                    |     1/1     |
  +--------------------------------------------+-------------+

  """

private let wrong = """
  Sum: Wrong (sum/wrong): fail
    sample 0000 (add, float32): outputs/output at [0]: 3.0, expected 4.0; E 2.1e+06, limit 8

  Summary:
  +--------------------------------------------+-------------+
  |                    Test                    |    Score    |
  +--------------------------------------------+-------------+
  | Sum: Right                                 |      1      |
  | Sum: Wrong                                 |      0      |
  +--------------------------------------------+-------------+
  |                   TOTAL                    |     1/2     |
  +--------------------------------------------+-------------+

  """

private let json = #"""
  {"format_version": 3, "score": 1, "total": 4, "implementation": "PuruTorch", "version": null, "date": null, "rows": [
    {"id": "sum/right", "title": "Sum: Right", "score": 1, "status": "pass", "message": null, "headroom": 0.0, "forward": "pass", "backward": null, "samples": [
      {"name": "0000", "operation": "add", "dtype": "float32", "status": "pass", "message": null, "departure": null, "digest": "0a6cc21a338ef7df258bdfd5b9def677c29af2870eed24ce1d321d2b3f27ea14", "quantities": [
        {"name": "outputs/output", "status": "pass", "error": 0.0, "limit": 8.0, "message": null}]}]},
    {"id": "sum/wrong", "title": "Sum: Wrong", "score": 0, "status": "fail", "message": "sample 0000: outputs/output at [0]: 3.0, expected 4.0; E 2.1e+06, limit 8", "headroom": 262144.0, "forward": "fail", "backward": null, "samples": [
      {"name": "0000", "operation": "add", "dtype": "float32", "status": "fail", "message": "outputs/output at [0]: 3.0, expected 4.0; E 2.1e+06, limit 8", "departure": null, "digest": "0a6cc21a338ef7df258bdfd5b9def677c29af2870eed24ce1d321d2b3f27ea14", "quantities": [
        {"name": "outputs/output", "status": "fail", "error": 2097152.0, "limit": 8.0, "message": "at [0]: 3.0, expected 4.0; E 2.1e+06, limit 8", "errors": {"columns": 1, "cells": [260000.0]}}]}]},
    {"id": "odd/strange", "title": "Odd: Strange", "score": 0, "status": "unsupported", "message": "sample 0000: strange is not implemented", "headroom": null, "forward": "unsupported", "backward": "unsupported", "samples": [
      {"name": "0000", "operation": "strange", "dtype": "float32", "status": "unsupported", "message": "strange is not implemented", "departure": null, "digest": null, "quantities": []}]},
    {"id": "3-text", "title": "3-text", "score": 0, "status": "unreadable", "message": "3-text.h5: is not a readable HDF5 file: file signature not found", "headroom": null, "forward": "unreadable", "backward": "unreadable", "samples": []}]}

  """#

@Suite struct RunTests {
  @Test func fullScoreIsStatus0() throws {
    let workspace = try Workspace(["right"])
    let outcome = try conformance(["run"], in: workspace)
    #expect(outcome == Outcome(status: 0, output: fullScore, error: ""))
  }

  @Test func anythingElseIsStatus1() throws {
    let workspace = try Workspace(["right", "wrong"])
    #expect(try conformance(["run"], in: workspace) == Outcome(status: 1, output: wrong, error: ""))
    for name in ["wrong", "strange", "text"] {
      #expect(try conformance(["run"], in: Workspace([name])).status == 1)
    }
  }

  @Test func jsonReport() throws {
    let outcome = try conformance(["run", "--format", "json"], in: Workspace())
    #expect(outcome == Outcome(status: 1, output: json, error: ""))
  }

  @Test func anotherDirectory() throws {
    let workspace = try Workspace(["right"])
    let elsewhere = FileManager.default.temporaryDirectory
    let reference = workspace.url.appendingPathComponent("reference").path
    let outcome = try withExtendedLifetime(workspace) {
      try conformance(["run", "--reference", reference], in: elsewhere)
    }
    #expect(outcome == Outcome(status: 0, output: fullScore, error: ""))
  }

  @Test func filter() throws {
    let workspace = try Workspace()
    let one = try conformance(["run", "--filter", "*/right"], in: workspace)
    #expect(one == Outcome(status: 0, output: fullScore, error: ""))
    let two = try conformance(["run", "--filter", "sum/*"], in: workspace)
    #expect(two == Outcome(status: 1, output: wrong, error: ""))
  }

  @Test func outputFile() throws {
    let workspace = try Workspace(["right", "wrong"])
    try Data("old".utf8).write(to: workspace.url.appendingPathComponent("report.txt"))
    let outcome = try conformance(["run", "--output", "report.txt"], in: workspace)
    #expect(outcome == Outcome(status: 1, output: wrong, error: ""))
    #expect(try workspace.text("report.txt") == wrong)
    #expect(try workspace.files() == ["reference", "report.txt"])
  }

  @Test func outputThatIsNoFile() throws {
    let workspace = try Workspace(["right"])
    #expect(try conformance(["run", "--output", "/dev/null"], in: workspace).status == 0)
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    for path in ["no/report.txt", "reference"] {
      let outcome = try conformance(["run", "--output", path], in: workspace)
      #expect(outcome == Outcome(status: 2, output: "", error: "Error: \(path): cannot be written\n"))
    }
    #expect(try workspace.files() == ["reference"])
  }

  @Test func colours() throws {
    let workspace = try Workspace(["right", "wrong"])
    let coloured = try conformanceOnTerminal(["run"], in: workspace)
    #expect(
      coloured.contains("| Sum: Right                                 |\u{1B}[32m      1      \u{1B}[0m|\n"))
    #expect(
      coloured.contains("| Sum: Wrong                                 |\u{1B}[31m      0      \u{1B}[0m|\n"))
    let plain = try conformanceOnTerminal(["run"], in: workspace, environment: ["NO_COLOR": "1"])
    #expect(plain == wrong)
    let output = try conformanceOnTerminal(["run", "--output", "report.txt"], in: workspace)
    #expect(output == coloured)
    #expect(try workspace.text("report.txt") == wrong)
  }
}

@Suite struct UnusableTests {
  @Test func directories() throws {
    let workspace = try Workspace([])
    func error(_ arguments: [String]) throws -> String {
      let outcome = try conformance(arguments, in: workspace)
      #expect(outcome.status == 2 && outcome.output == "")
      return outcome.error.replacingOccurrences(
        of: workspace.url.resolvingSymlinksInPath().path + "/", with: "")
    }
    for command in ["run", "list"] {
      #expect(try error([command]) == "Error: reference: no fixtures\n")
      #expect(try error([command, "--reference", "no"]) == "Error: no: no such directory\n")
    }
    try Data("{".utf8).write(to: workspace.url.appendingPathComponent("reference/manifest.json"))
    #expect(
      try error(["run"]) == "Error: reference/manifest.json: Unexpected end of file during JSON parse.\n")
  }

  @Test func filterWithoutRows() throws {
    let outcome = try conformance(["run", "--filter", "x*"], in: Workspace(["right"]))
    #expect(outcome == Outcome(status: 2, output: "", error: "Error: no row matches 'x*'\n"))
  }

  @Test(arguments: [
    ["run", "--format", "xml"], ["run", "--tolerance", "1"], ["run", "more"], ["walk"], ["run", "--output"],
    ["inspect"], ["list", "more"], ["--version"],
  ])
  func usage(_ arguments: [String]) throws {
    let outcome = try conformance(arguments, in: Workspace(["right"]))
    #expect(outcome.status == 2 && outcome.output == "" && outcome.error.hasPrefix("Error: "))
  }

  @Test(arguments: [
    ["--help"], ["run", "--help"], ["compare", "--help"], ["list", "--help"], ["inspect", "--help"],
    ["help", "run"],
  ])
  func help(_ arguments: [String]) throws {
    let outcome = try conformance(arguments, in: Workspace([]))
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.output.hasPrefix("OVERVIEW: ") && outcome.output.contains("USAGE: conformance"))
  }
}
