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
