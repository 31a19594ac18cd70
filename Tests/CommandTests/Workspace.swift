// A directory to run the command in, with fixtures that come out in known ways.

import Foundation
import HDF5

/// A directory that is removed with its content when the last reference goes.
final class Workspace {
  let url: URL

  /// A workspace with rows, in this order, that pass, fail, are unsupported and unreadable; of those `names`.
  init(_ names: [String] = ["right", "wrong", "strange", "text"]) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    let reference = url.appendingPathComponent("reference")
    try FileManager.default.createDirectory(at: reference, withIntermediateDirectories: true)
    for (number, name) in names.enumerated() {
      let file = reference.appendingPathComponent("\(number)-\(name).h5")
      switch name {
      case "right": try addition(file, id: "sum/right", title: "Sum: Right", result: 3)
      case "wrong": try addition(file, id: "sum/wrong", title: "Sum: Wrong", result: 4)
      case "strange":
        try addition(file, id: "odd/strange", title: "Odd: Strange", operation: "strange", result: 3)
      default: try Data("text".utf8).write(to: file)
      }
    }
  }

  /// A workspace with a row for each of these ids, of one sample an operation: 1 + 2, whatever it is called.
  init(rows: [(id: String, operations: [String])]) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    let reference = url.appendingPathComponent("reference")
    try FileManager.default.createDirectory(at: reference, withIntermediateDirectories: true)
    for (number, row) in rows.enumerated() {
      let prefix = String(repeating: "0", count: 2 - "\(number)".count)
      let file = reference.appendingPathComponent("\(prefix)\(number).h5")
      let root = try fixture(file, id: row.id, title: "Row \(row.id)")
      for (number, operation) in row.operations.enumerated() {
        let sample = try root.createGroup("samples/000\(number)")
        try addition(sample, operation, result: 3)
        if ["detour", "drift"].contains(operation) { try trace(["first", "second", "third"], in: sample) }
      }
    }
  }

  /// A workspace with a row of so many samples with long names, which PyTorch refuses.
  init(refusals count: Int) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    let reference = url.appendingPathComponent("reference")
    try FileManager.default.createDirectory(at: reference, withIntermediateDirectories: true)
    let root = try fixture(reference.appendingPathComponent("row.h5"), id: "row", title: "Row")
    for number in 0..<count {
      let sample = try root.createGroup("samples/\(String(repeating: "x", count: 40))\(number)")
      try sample.attributes.set("operation", "add")
      try sample.attributes.set("arguments", "{}")
      try sample.attributes.set("dtype", "float32")
      try sample.attributes.set("raises", "RuntimeError")
    }
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
  }

  /// A fixture with one sample: 1 + 2 and a result.
  private func addition(
    _ file: URL, id: String, title: String, operation: String = "add", result: Float
  ) throws {
    let root = try fixture(file, id: id, title: title)
    try addition(root.createGroup("samples/0000"), operation, result: result)
  }

  /// Values between layers, all of them 3.
  private func trace(_ names: [String], in sample: HDF5Group) throws {
    let order = names.map { "\"\($0)\"" }.joined(separator: ", ")
    try sample.createGroup("trace").attributes.set("order", "[\(order)]")
    for name in names {
      try sample.write(HDF5Array(.float32([3])), to: "trace/outputs/\(name)")
      try sample.write(HDF5Array(.float64([3])), to: "truth/trace/outputs/\(name)")
    }
  }

  private func fixture(_ file: URL, id: String, title: String) throws -> HDF5Group {
    let root = try HDF5File(creating: file.path).root()
    try root.attributes.set("format", "autograd-conformance")
    try root.attributes.set("format_version", 1)
    try root.attributes.set("id", id)
    try root.attributes.set("title", title)
    try root.attributes.set("provenance", "{\"made\": \"by hand\"}")
    return root
  }

  private func addition(_ sample: HDF5Group, _ operation: String, result: Float) throws {
    try sample.attributes.set("operation", operation)
    try sample.attributes.set("arguments", "{}")
    try sample.attributes.set("dtype", "float32")
    for (name, value) in [("input", Float(1)), ("other", 2)] {
      let input = try sample.write(HDF5Array(.float32([value])), to: "inputs/\(name)")
      try input.attributes.set("requires_grad", 0)
      try input.attributes.set("role", "input")
    }
    try sample.write(HDF5Array(.float32([result])), to: "outputs/output")
    try sample.write(HDF5Array(.float64([Double(result)])), to: "truth/outputs/output")
  }
}
