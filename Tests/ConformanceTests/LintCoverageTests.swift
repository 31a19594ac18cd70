// What the linter says a sample covers: edge classes and arguments.

import Conformance
import Foundation
import HDF5
import Testing

/// The edge classes of the only sample of a fixture.
private func classes(_ body: (HDF5Group) throws -> Void) throws -> Set<String> {
  struct Line: Decodable {
    struct Coverage: Decodable { let classes: Set<String> }
    let coverage: Coverage
  }
  let line = try #require(try lintLines(nil, body).first { $0.contains("\"coverage\"") })
  return try JSONDecoder().decode(Line.self, from: Data(line.utf8)).coverage.classes
}

/// A use of an operation with operands of these shapes.
struct Use: Sendable, CustomTestStringConvertible {
  let operation: String
  let shapes: KeyValuePairs<String, [Int]>
  let isInClass: Bool
  var testDescription: String { "\(operation) \(shapes)" }

  init(_ operation: String, _ shapes: KeyValuePairs<String, [Int]>, _ isInClass: Bool = true) {
    (self.operation, self.shapes, self.isInClass) = (operation, shapes, isInClass)
  }

  func write(_ root: HDF5Group) throws {
    try root.sample(operation: operation, raises: "RuntimeError") {
      for (name, shape) in shapes {
        let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
        try $0.input(
          name, HDF5Array(shape: shape, .float32(zeros)), role: name == "bias" ? "parameter" : "input")
      }
    }
  }
}

@Suite struct LintCoverageTests {
  @Test(arguments: [
    Use("add", ["input": [2, 3], "other": [3]]), Use("add", ["input": [2, 3], "other": [2, 3]], false),
    Use("div", ["input": [], "other": [2, 1]]), Use("sub", ["input": [2, 1], "other": [1, 3]]),
    Use("mul", ["input": [2, 3], "other": [2]], false), Use("pow", ["input": [2, 3], "exponent": []]),
    Use("mse_loss", ["input": [2, 3], "target": [3]]),
    Use("matmul", ["input": [5, 2, 3], "other": [3, 4]]), Use("matmul", ["input": [5, 2, 3], "other": [3]]),
    Use("matmul", ["input": [2, 3], "other": [3, 4]], false),
    Use("matmul", ["input": [3], "other": [3]], false),
    Use("matmul", ["input": [5, 2, 3], "other": [5, 3, 4]], false),
    Use("matmul", ["input": [5, 1, 2, 3], "other": [6, 3, 4]]),
    Use(
      "scaled_dot_product_attention", ["query": [2, 4, 8], "key": [2, 5, 8], "value": [2, 5, 3]], false),
    Use(
      "scaled_dot_product_attention",
      ["query": [2, 4, 8], "key": [2, 5, 8], "value": [2, 5, 3], "attn_mask": [4, 5]]),
    Use(
      "scaled_dot_product_attention",
      ["query": [2, 4, 8], "key": [2, 5, 8], "value": [2, 5, 3], "attn_mask": [2, 4, 5]], false),
    Use("scaled_dot_product_attention", ["query": [2, 4, 8], "key": [1, 5, 8], "value": [2, 5, 3]]),
    Use("scaled_dot_product_attention", ["query": [2, 4, 8], "key": [1, 5, 8], "value": [1, 5, 3]]),
    Use("linear", ["input": [2, 3], "weight": [4, 3], "bias": [4]], false),
    Use("cross_entropy", ["input": [2, 3], "target": [2]], false),
    Use("conv1d", ["input": [2, 3, 4], "weight": [4, 3, 2], "bias": [4]], false),
  ])
  func broadcasting(_ use: Use) throws {
    #expect(try classes { try use.write($0) }.contains("broadcast") == use.isInClass)
  }

  @Test(arguments: [
    Use("linear", ["input": [3], "weight": [4, 3]]),
    Use("linear", ["input": [2, 3], "weight": [4, 3]], false),
    Use("conv1d", ["input": [3, 4]]), Use("conv1d", ["input": [2, 3, 4]], false),
    Use("conv2d", ["input": [3, 4, 4]]), Use("conv_transpose1d", ["input": [3, 4]]),
    Use("conv_transpose2d", ["input": [3, 4, 4]]), Use("max_pool1d", ["input": [3, 4]]),
    Use("avg_pool2d", ["input": [3, 4, 4]]), Use("max_pool2d", ["input": [2, 3, 4, 4]], false),
    Use("dropout1d", ["input": [3, 4]]), Use("dropout2d", ["input": [3, 4, 4]], false),
    Use("upsample1d", ["input": [3, 4]]), Use("downsample2d", ["input": [3, 4, 4]]),
    Use("cross_entropy", ["input": [3]]), Use("cross_entropy", ["input": [2, 3]], false),
    Use("ctc_loss", ["log_probs": [5, 3]]), Use("ctc_loss", ["log_probs": [5, 2, 3]], false),
    Use("rnn_cell", ["input": [3]]), Use("gru_cell", ["input": [2, 3]], false),
    Use("scaled_dot_product_attention", ["query": [4, 8]]),
    Use("scaled_dot_product_attention", ["query": [2, 4, 8]], false), Use("model.mlp", ["input": [3]]),
    Use("add", ["input": [3]], false), Use("softmax", ["input": [3]], false),
    Use("batch_norm", ["input": [2, 3]], false),
  ])
  func withoutABatch(_ use: Use) throws {
    #expect(try classes { try use.write($0) }.contains("unbatched") == use.isInClass)
  }

  @Test func valuesAndSizes() throws {
    func found(_ values: [Float], _ shape: [Int]? = nil) throws -> Set<String> {
      try classes {
        try $0.sample(operation: "exp", raises: "RuntimeError") {
          try $0.input("input", HDF5Array(shape: shape, .float32(values)))
        }
      }.subtracting(["float32", "raises", "no backward"])
    }
    #expect(try found([1.5, 2]) == [])
    #expect(try found([1.5], []) == ["scalar"])
    #expect(try found([1.5, 2], [1, 2]) == ["size 1"])
    #expect(try found([], [0, 2]) == ["size 0"])
    #expect(try found([0, 2]) == ["zeros"])
    #expect(try found([1.5, 1.5]) == ["ties"])
    #expect(try found([.nan, 2]) == ["NaN"])
    #expect(try found([-.infinity, 2]) == ["inf"])
    #expect(try found([-50, 2]) == ["large"])
  }

  @Test func typesAndPasses() throws {
    #expect(try classes { try $0.negated() } == ["float32"])
    #expect(
      try classes {
        try $0.sample(operation: "neg", dtype: "float64") {
          try $0.input("input", HDF5Array(.int64([1, 2])))
          try $0.write(HDF5Array(.int64([-1, -2])), to: "outputs/output")
        }
      } == ["float64", "int64", "no backward"])
    #expect(
      try classes {
        try $0.sample(operation: "sum", raises: "RuntimeError") {
          try $0.input("input", HDF5Array(.uint8([1, 0])))
        }
      } == ["float32", "bool", "no backward", "raises"])
    #expect(
      try classes {
        try $0.sample(operation: "neg") {
          try $0.negation()
          try $0.quantity("outputs/residue", [0x1p-20, 1], truth: [0x1p-60, 0])
          try $0.dataset("outputs/residue").attributes.set("cancels", 1)
        }
      } == ["float32", "cancels"])
  }

  @Test func programs() throws {
    func program(_ steps: String) throws -> [String] {
      try lintLines {
        try $0.sample(operation: "program", arguments: "{\"steps\": [\(steps)]}") {
          try $0.negation()
          try $0.input("row", HDF5Array(shape: [1, 3], .float32([4, 5, 6])))
        }
      }.filter { $0.contains("\"coverage\"") }
    }
    let twice = try program(
      #"{"operation": "mul", "inputs": {"input": "input", "other": "input"}, "output": "product"}, "#
        + #"{"operation": "add", "inputs": {"input": "product", "other": "row"}, "output": "output"}"#)
    #expect(twice.count == 1 && twice[0].contains("used twice") && !twice[0].contains("broadcast"))
    #expect(twice[0].contains(#""arguments": {"steps": "mul, add"}"#))
    let once = try program(
      #"{"operation": "add", "inputs": {"input": "input", "other": "row"}, "output": "output"}"#)
    #expect(once.count == 1 && !once[0].contains("used twice") && once[0].contains("broadcast"))
  }
}
