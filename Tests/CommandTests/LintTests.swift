// `conformance lint`, end to end: exit statuses, both forms of its report, and files that end their reader.

import Conformance
import Foundation
import Testing

@Suite struct LintTests {
  private let corpus = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("FuzzCorpus")

  /// A workspace with one fixture, `sum/right.h5`, that nothing is wrong with.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace(["right"])
    let reference = workspace.url.appendingPathComponent("reference")
    let section = reference.appendingPathComponent("sum")
    try FileManager.default.createDirectory(at: section, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: reference.appendingPathComponent("0-right.h5"), to: section.appendingPathComponent("right.h5"))
    return workspace
  }

  /// Lists the fixture in a manifest, with these digests or the right ones, after other entries.
  private func writeManifest(
    in workspace: Workspace, digest: String? = nil, content: String? = nil, others: String = ""
  ) throws -> (digest: String, content: String) {
    let file = workspace.url.appendingPathComponent("reference/sum/right.h5")
    let image = try Data(contentsOf: file)
    let right = (
      digest: SHA256.hexDigest(of: image),
      content: try ContentDigest.hexDigest(of: image, name: "right.h5")
    )
    let manifest = """
      {"format": "autograd-conformance", "format_version": 1, "rows": [\(others){"id": "sum/right", "title": "Sum: Right",
        "file": "sum/right.h5", "sha256": "\(digest ?? right.digest)",
        "content_sha256": "\(content ?? right.content)"}]}
      """
    try Data(manifest.utf8).write(to: workspace.url.appendingPathComponent("reference/manifest.json"))
    return right
  }

  private let coverage = """
    sum/right  add: 1 samples
      classes  float32 ×1, no backward ×1, size 1 ×1

    """
  private let warning =
    "warning: sum/right.h5 add: no sample is float64, expected samples in both dtypes\n"

  @Test func nothingIsWrong() throws {
    let workspace = try workspace()
    let expected = Outcome(status: 0, output: coverage + warning + "0 errors, 1 warnings\n", error: "")
    #expect(try conformance(["lint", "reference"], in: workspace) == expected)
    _ = try writeManifest(in: workspace)
    #expect(try conformance(["lint", "reference"], in: workspace) == expected)
  }

  @Test func json() throws {
    let expected = """
      {"coverage": [{"arguments": {}, "classes": {"float32": 1, "no backward": 1, "size 1": 1}, \
      "combinations": 1, "operation": "add", "row": "sum/right", "samples": 1, "would_pass": {}}], \
      "findings": [{"dataset": "add", "expected": "samples in both dtypes", "file": "sum/right.h5", \
      "problem": "no sample is float64", "sample": null, "severity": "warning"}]}

      """
    #expect(
      try conformance(["lint", "--format", "json", "reference"], in: workspace())
        == Outcome(status: 0, output: expected, error: ""))
  }

  @Test func digestsThatAreNotTheManifests() throws {
    let workspace = try workspace()
    let zeros = String(repeating: "0", count: 64)
    var right = try writeManifest(in: workspace, digest: zeros)
    let file = try conformance(["lint", "reference"], in: workspace)
    #expect(file.status == 1 && file.error == "")
    #expect(
      file.output.contains(
        "error: sum/right.h5: the SHA-256 is \(right.digest), expected \(zeros), the manifest's\n"))
    right = try writeManifest(in: workspace, content: zeros)
    let content = try conformance(["lint", "reference"], in: workspace)
    #expect(content.status == 1 && content.error == "")
    #expect(
      content.output.contains(
        "error: sum/right.h5: the content's SHA-256 is \(right.content), expected \(zeros), the manifest's\n")
    )
  }

  @Test func directoriesThatCannotBeUsed() throws {
    let workspace = try workspace()
    try FileManager.default.createDirectory(
      at: workspace.url.appendingPathComponent("empty"), withIntermediateDirectories: true)
    for (directory, reason) in [("none", "no such directory"), ("empty", "no fixtures")] {
      let outcome = try conformance(["lint", directory], in: workspace)
      #expect(outcome == Outcome(status: 2, output: "", error: "Error: \(directory): \(reason)\n"))
    }
    try Data("{}".utf8).write(to: workspace.url.appendingPathComponent("reference/manifest.json"))
    let outcome = try conformance(["lint", "reference"], in: workspace)
    #expect(outcome.status == 2 && outcome.output == "")
    for options in [["--format", "html"], ["--timeout", "0"]] {
      let outcome = try conformance(["lint", "reference"] + options, in: workspace)
      #expect(outcome.status == 2 && outcome.output == "" && outcome.error != "")
    }
  }

  @Test(arguments: [
    ("reader-segfault.h5", "reading it fails: it was ended by SIGSEGV"),
    ("reader-loop.hdf5", "reading it fails: no answer within 1 seconds"),
  ])
  func filesThatEndTheirReader(_ file: String, _ reason: String) throws {
    let workspace = try workspace()
    try FileManager.default.copyItem(
      at: corpus.appendingPathComponent(file),
      to: workspace.url.appendingPathComponent("reference/bad.h5"))
    let fault = "error: bad.h5: \(reason), expected a fixture of format version 1\n"
    let expected = Outcome(
      status: 1, output: coverage + fault + warning + "1 errors, 1 warnings\n", error: "")
    #expect(try conformance(["lint", "reference", "--timeout", "1"], in: workspace) == expected)
    let image = try Data(contentsOf: corpus.appendingPathComponent(file))
    let entry =
      #"{"id": "bad", "title": "", "file": "bad.h5", "sha256": "\#(SHA256.hexDigest(of: image))"}, "#
    _ = try writeManifest(in: workspace, others: entry)
    #expect(try conformance(["lint", "reference", "--timeout", "1"], in: workspace) == expected)
  }

  @Test func filesThatAreNotThere() throws {
    let workspace = try workspace()
    _ = try writeManifest(in: workspace)
    try FileManager.default.removeItem(at: workspace.url.appendingPathComponent("reference/sum/right.h5"))
    let outcome = try conformance(["lint", "reference"], in: workspace)
    #expect(outcome.status == 1 && outcome.error == "")
    #expect(
      outcome.output
        == "error: sum/right.h5: is missing, expected a fixture of format version 1\n1 errors, 0 warnings\n")
  }
}
