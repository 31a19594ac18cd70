// Rows that sum to one, gradients that sum to zero, and the moments of what is normalised.

import Conformance
import Foundation

extension Identity {
  /// The chances of a softmax sum to one and their gradients to zero, since a shift of the input changes nothing.
  static let rows = Identity(
    name: "rows", operations: ["softmax", "log_softmax", "cross_entropy", "attention"]
  ) { sample, tally in
    let operation = sample.computation.operation
    if operation == "attention" {
      let weights = try sample.rows(of: sample.output("weights"), "outputs/weights", -1)
      for row in weights { tally.identity("rows", "\(sample.name) weights", row.reduce(0, +), 1, scale: 1) }
      return
    }
    let rank = sample.inputs["input"]?.shape.count ?? 0
    let dimension = sample.computation.arguments["dim"]?.intValue ?? (rank > 1 ? 1 : 0)
    let gradients = try sample.rows(of: sample.gradient(), "gradients/input", dimension)
    let largest = gradients.joined().map(abs).max() ?? 0
    for row in gradients {
      tally.identity(
        "rows", "\(sample.name) gradients", row.reduce(0, +), 0, scale: max(1, largest) * Double(row.count))
    }
    guard operation != "cross_entropy" else { return }
    for row in try sample.rows(of: sample.output(), "outputs/output", dimension) where !row.isEmpty {
      let chances = operation == "softmax" ? row : row.map { exp($0) }
      tally.identity("rows", "\(sample.name) outputs", chances.reduce(0, +), 1, scale: Double(row.count))
    }
  }

  /// In training a channel's mean is its bias, whatever was put in, and its gradients sum to zero.
  static let moments = Identity(name: "moments", operations: ["batch_norm"]) { sample, tally in
    guard sample.computation.arguments["training"]?.boolValue == true,
      let shape = sample.inputs["input"]?.shape, shape.count > 1, let output = sample.output()
    else { return }
    let bias = sample.inputs["bias"]?.numbers
    let gradient = sample.gradient() ?? []
    let inner = shape[2...].reduce(1, *)
    guard inner > 0 else { return }
    for channel in 0..<shape[1] {
      func entries(_ numbers: [Double]) -> [Double] {
        numbers.indices.filter { $0 / inner % shape[1] == channel }.map { numbers[$0] }
      }
      let (outputs, gradients) = (entries(output), entries(gradient))
      guard !outputs.isEmpty, (outputs + gradients).allSatisfy(\.isFinite) else { continue }
      let count = Double(outputs.count)
      let shift = bias.map { $0.indices.contains(channel) ? $0[channel] : .nan } ?? 0
      let place = "\(sample.name) channel \(channel)"
      tally.identity(
        "moments", place, outputs.reduce(0, +) / count, shift, scale: outputs.map(abs).max() ?? 0)
      tally.identity(
        "moments", place, gradients.reduce(0, +), 0, scale: count * (gradients.map(abs).max() ?? 0))
    }
  }
}

extension OracleSample {
  /// The rows of a quantity along a dimension, as far as all their numbers are finite.
  fileprivate func rows(of numbers: [Double]?, _ key: String, _ dimension: Int) throws -> [[Double]] {
    guard let numbers, let shape = exact[key]?.value.shape, !shape.isEmpty else { return [] }
    var rows: [[Double]] = []
    _ = try Cells(shape, entries: numbers.map { Number($0) }).along(dimension) { row in
      rows.append(row.map(\.value))
      return row
    }
    return rows.filter { !$0.isEmpty && $0.allSatisfy(\.isFinite) }
  }
}
