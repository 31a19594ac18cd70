// The command `audit oracles`: its statuses and what it prints.

import Foundation
import HDF5
import Testing

@Suite struct CommandTests {
  /// The status and the output of `audit oracles`.
  private func oracles(_ arguments: [String], reference: String = committedDirectory.path) throws -> (
    status: Int32, output: String
  ) {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
    let products = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
    let (process, output) = (Process(), Pipe())
    process.executableURL = products.appendingPathComponent("audit")
    process.arguments = ["oracles", "--reference", reference] + arguments
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test func agreementIsStatusZero() throws {
    let outcome = try oracles(["--filter", "functional/neg"])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(
      outcome.output.contains("1/1 rows are vouched for by PyTorch (468 numbers), finite differences ("))
    #expect(outcome.output.contains("definition, float32, homogeneity, permutation, split"))
  }

  @Test func nothingToAskIsWrongUsage() throws {
    let outcome = try oracles(["--filter", "nothing/*"])
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("no row matches nothing/*"))
    #expect(try oracles([], reference: "/nonexistent").status == 2)
    #expect(try oracles(["--nonsense"]).status == 2)
  }

  /// Without a manifest; one file says that −2 is the negative of 3, the other is no HDF5.
  @Test func disagreementIsStatusOne() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
      "oracles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try writeWrongFixture(to: directory.appendingPathComponent("neg.h5").path)
    try Data("not HDF5".utf8).write(to: directory.appendingPathComponent("other.h5"))
    let outcome = try oracles([], reference: directory.path)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains("- functional/neg 0000 outputs/output: definition: at [0]: -3.0, expected -2.0")
    )
    #expect(outcome.output.contains("- other other.h5: "))
    #expect(outcome.output.contains("0/2 rows are vouched for"))
  }

  private func writeWrongFixture(to path: String) throws {
    let root = try HDF5File(creating: path).root()
    try root.attributes.set("format", "autograd-conformance")
    try root.attributes.set("format_version", 1)
    try root.attributes.set("id", "functional/neg")
    try root.attributes.set("title", "Neg")
    try root.attributes.set("provenance", "{\"made\": \"by hand\"}")
    let sample = try root.createGroup("samples/0000")
    try sample.attributes.set("operation", "neg")
    try sample.attributes.set("arguments", "{}")
    try sample.attributes.set("dtype", "float64")
    let input = try sample.write(HDF5Array(.float64([3, 4])), to: "inputs/input")
    try input.attributes.set("requires_grad", 0)
    try input.attributes.set("role", "input")
    try sample.write(HDF5Array(.float64([-2, -4])), to: "outputs/output")
  }
}
