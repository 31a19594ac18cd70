// The corpus of damaged fixtures: each has a row with the status that it should have, and nothing else happens.

import Foundation
import Testing

@Suite struct FuzzCorpusTests {
  private let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("FuzzCorpus")

  private func members(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  @Test func everyFileHasItsStatus() throws {
    let expected =
      try members(
        String(contentsOf: directory.appendingPathComponent("statuses.json"), encoding: .utf8))
      as? [String: String] ?? [:]
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".h5") }.sorted()
    #expect(files.count > 40 && Set(files) == Set(expected.keys))
    let outcome = try conformance(["run", "--format", "json", "--reference", directory.path], in: directory)
    #expect(outcome.status == 1 && outcome.error == "")
    let rows = try members(outcome.output)["rows"] as? [[String: Any]] ?? []
    #expect(rows.count == files.count)
    // Rows stand in the order of their files.
    for (file, row) in zip(files, rows) {
      let status = row["status"] as? String
      #expect(status == expected[file], "\(file)")
      #expect(status == "pass" || (row["message"] as? String)?.isEmpty == false, "\(file)")
    }
  }

  @Test func everyFileIsChecked() throws {
    let outcome = try conformance(["lint", "--format", "json", directory.path], in: directory)
    #expect(outcome.status == 1 && outcome.error == "")
    let findings = try members(outcome.output)["findings"] as? [[String: Any]] ?? []
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".h5") }
    #expect(Set(findings.compactMap { $0["file"] as? String }) == Set(files))
  }

  /// Where a reader crashed is another address each time.
  @Test func aCrashOfTheReaderIsToldInAFewWords() throws {
    let process = command(
      ["run", "--reference", directory.path, "--filter", "reader-segfault"], in: directory)
    process.environment?["SWIFT_BACKTRACE"] = nil
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.contains("reader-segfault.h5: ") && !text.contains("0x") && !text.contains("Backtrace"))
  }

  /// The file has another ending in the corpus, since other commands give it more time.
  @Test func aReaderThatLoopsIsGivenUp() throws {
    let workspace = try Workspace(["right"])
    try FileManager.default.copyItem(
      at: directory.appendingPathComponent("reader-loop.hdf5"),
      to: workspace.url.appendingPathComponent("reference/loop.h5"))
    let start = Date()
    let outcome = try conformance(["run", "--format", "json", "--timeout", "1"], in: workspace)
    #expect(Date().timeIntervalSince(start) < 8 && outcome.error == "")
    let rows = try members(outcome.output)["rows"] as? [[String: Any]] ?? []
    #expect(rows.map { $0["status"] as? String } == ["pass", "unreadable"])
    #expect(
      rows.last?["message"] as? String == "loop.h5: the reader failed: no answer within 1 seconds")
  }

  @Test func everyFileIsListedAndInspected() throws {
    let list = try conformance(["list", "--reference", directory.path], in: directory)
    #expect(list.status == 0 && list.error == "" && !list.output.contains("\u{1B}"))
    for file in try FileManager.default.contentsOfDirectory(atPath: directory.path)
    where file.hasSuffix(".h5") {
      let outcome = try conformance(["inspect", file], in: directory)
      #expect(outcome.status == 0 || (outcome.status == 2 && outcome.error.hasPrefix("Error: \(file): ")))
      #expect(!outcome.output.contains("\u{1B}"))
    }
  }
}
