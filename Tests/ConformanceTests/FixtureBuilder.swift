// Fixtures that tests write into temporary directories.

import Foundation
import HDF5

/// A directory of fixtures, removed with its content when the last reference goes.
final class FixtureDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("fixtures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String {
    url.appendingPathComponent(name).path
  }

  func write(_ text: String, to name: String) throws {
    try prepare(name)
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }

  /// Creates a fixture file with the root attributes of the format, and lets `body` fill it.
  func fixture(
    _ name: String, id: String = "functional/add", title: String = "Functional: Add Forward/Backward",
    format: String = "autograd-conformance", version: Int = 1, provenance: String = "{}",
    _ body: (HDF5Group) throws -> Void
  ) throws {
    try prepare(name)
    let root = try HDF5File(creating: path(name)).root()
    try root.attributes.set("format", format)
    try root.attributes.set("format_version", version)
    try root.attributes.set("id", id)
    try root.attributes.set("title", title)
    try root.attributes.set("provenance", provenance)
    try body(root)
  }

  private func prepare(_ name: String) throws {
    let folder = url.appendingPathComponent(name).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }
}

extension HDF5Group {
  /// Writes a sample's group with its attributes and lets `body` fill it.
  func sample(
    _ name: String = "0000", operation: String = "double", arguments: String = "{}",
    dtype: String = "float32",
    raises: String? = nil, _ body: (HDF5Group) throws -> Void
  ) throws {
    let sample = try createGroup("samples/\(name)")
    try sample.attributes.set("operation", operation)
    try sample.attributes.set("arguments", arguments)
    try sample.attributes.set("dtype", dtype)
    if let raises { try sample.attributes.set("raises", raises) }
    try body(sample)
  }

  func input(
    _ name: String = "input", _ array: HDF5Array, requiresGradient: Int = 0, role: String = "input"
  ) throws {
    let dataset = try write(array, to: "inputs/\(name)")
    try dataset.attributes.set("requires_grad", requiresGradient)
    try dataset.attributes.set("role", role)
  }

  /// Writes a float32 quantity and its truth.
  func quantity(_ path: String, _ values: [Float], truth: [Double]? = nil, shape: [Int]? = nil) throws {
    try write(HDF5Array(shape: shape, .float32(values)), to: path)
    let truth = truth ?? values.map { Double($0) }
    try write(HDF5Array(shape: shape, .float64(truth)), to: "truth/\(path)")
  }

  /// The sample of an operation that doubles 1, 2 and 3, with its gradient.
  func doubling() throws {
    try input("input", HDF5Array(.float32([1, 2, 3])), requiresGradient: 1)
    try quantity("outputs/output", [2, 4, 6])
    try write(HDF5Array(.float32([0.5, -1, 2])), to: "cotangents/output")
    try quantity("gradients/input", [1, -2, 4])
  }
}
