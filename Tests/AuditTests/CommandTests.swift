// The command `audit kills`: its statuses and its file.

import Foundation
import HDF5
import Testing

@Suite struct CommandTests {
  private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
    "audit-\(UUID().uuidString)")

  /// The status and the output of `audit kills`.
  private func kills(_ arguments: [String], reference: String) throws -> (status: Int32, output: String) {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
    let products = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
    let (process, output) = (Process(), Pipe())
    process.executableURL = products.appendingPathComponent("audit")
    process.arguments = ["kills", "--reference", reference] + arguments
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private var committed: String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.deletingLastPathComponent().appendingPathComponent("reference").path
  }

  @Test func twoRunsWriteTheSameBytes() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let tables = try (0..<2).map { number in
      let file = directory.appendingPathComponent("\(number).md")
      let outcome = try kills(["--filter", "functional/neg", "--output", file.path], reference: committed)
      #expect(outcome.status == 0, "\(outcome.output)")
      return try Data(contentsOf: file)
    }
    #expect(tables[0] == tables[1])
    let text = String(decoding: tables[0], as: UTF8.self)
    #expect(text.contains("| `neg`: it returns its input | fail | 0000 outputs/output |"))
  }

  /// The only sample negates zero, without gradients: it can't tell most mistakes.
  @Test func survivorsAreListed() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try writeWeakFixture()
    let outcome = try kills(["--filter", "*"], reference: directory.path)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("- survivor: functional/neg/neg/it-returns-its-input (pass)"))
  }

  @Test func nothingToTryIsWrongUsage() throws {
    let outcome = try kills(["--filter", "nothing/*"], reference: committed)
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("no row matches nothing/*"))
    #expect(try kills([], reference: "/nonexistent").status == 2)
    #expect(try kills(["--nonsense"], reference: committed).status == 2)
  }

  private func writeWeakFixture() throws {
    let root = try HDF5File(creating: directory.appendingPathComponent("neg.h5").path).root()
    try root.attributes.set("format", "autograd-conformance")
    try root.attributes.set("format_version", 1)
    try root.attributes.set("id", "functional/neg")
    try root.attributes.set("title", "Neg")
    try root.attributes.set("provenance", "{\"made\": \"by hand\"}")
    let sample = try root.createGroup("samples/0000")
    try sample.attributes.set("operation", "neg")
    try sample.attributes.set("arguments", "{}")
    try sample.attributes.set("dtype", "float64")
    let input = try sample.write(HDF5Array(.float64([0])), to: "inputs/input")
    try input.attributes.set("requires_grad", 0)
    try input.attributes.set("role", "input")
    try sample.write(HDF5Array(.float64([0])), to: "outputs/output")
  }
}
