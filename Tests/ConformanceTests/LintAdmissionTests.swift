// The linter's admission: what wrong answers would score.

import HDF5
import Testing

extension HDF5Group {
  /// A sample of an operation that gives `result` for 1, 2 and 3, without a backward pass.
  fileprivate func value(
    _ result: [Float], of operation: String = "neg", sample name: String = "0000", arguments: String = "{}"
  ) throws {
    try sample(name, operation: operation, arguments: arguments) {
      try $0.input("input", HDF5Array(.float32([1, 2, 3])))
      try $0.quantity("outputs/output", result)
    }
  }

  /// One step of an optimiser from 1, 2 and 3.
  fileprivate func step(_ names: String..., to results: [Float]...) throws {
    for (name, result) in zip(names, results) {
      try sample(name, operation: "optim.sgd") {
        try $0.input("params/0", HDF5Array(.float32([1, 2, 3])))
        try $0.input("grads/0/0", HDF5Array(.float32([1, 1, -1])))
        try $0.quantity("outputs/params/0/0", result)
      }
    }
  }
}

@Suite struct LintAdmissionTests {
  @Test func zeros() throws {
    try expect("zeros would pass, here and in every sample of neg") {
      try $0.sample(operation: "neg") { try $0.negation(gradient: [0, 0, 0]) }
    }
    #expect(
      try lint {
        try $0.sample(operation: "neg") { try $0.negation(gradient: [0, 0, 0]) }
        try $0.sample("0001", operation: "neg") { try $0.negation() }
      } == [])
  }

  /// That the other output or gradient is told apart is not enough.
  @Test func ofEachQuantity() throws {
    func write(_ root: HDF5Group, _ name: String, other: [Float]) throws {
      try root.sample(name, operation: "mul") {
        try $0.negation()
        try $0.input("other", HDF5Array(.float32([5, 6, 9])), requiresGradient: 1)
        try $0.quantity("gradients/other", other)
      }
    }
    try expect("\"gradients/other\"") { try write($0, "0000", other: [0, 0, 0]) }
    #expect(
      try lint {
        try write($0, "0000", other: [0, 0, 0])
        try write($0, "0001", other: [1, 2, 4])
      } == [])
  }

  @Test func operandsUnchanged() throws {
    try expect("the operand input unchanged would pass") { try $0.value([1, 2, 3]) }
    // The other operand is another wrong answer.
    try expect("the operand other unchanged would pass") {
      try $0.sample(operation: "add") {
        try $0.input("input", HDF5Array(.float32([0.5, 0.25, 1])))
        try $0.input("other", HDF5Array(.float32([1, 2, 3])))
        try $0.quantity("outputs/output", [1, 2, 3])
      }
    }
  }

  @Test func identity() throws {
    #expect(try lint { try $0.value([1, 2, 3], of: "identity") } == [])
    try expect("zeros would pass") { try $0.value([0, 0, 0], of: "identity") }
  }

  @Test func theParameterBeforeTheStep() throws {
    try expect("the parameter before the step would pass") { try $0.step("0000", to: [1, 2, 3]) }
    #expect(try lint { try $0.step("0000", "0001", to: [1, 2, 3], [0, 1, 4]) } == [])
    try expect("less than 100 limits tell it from the parameter before the step") {
      try $0.step("0000", "0001", to: [1, 2, 3.00001], [0, 1, 4])
    }
  }

  /// What is neither far from a wrong answer nor the same is no matter of definition.
  @Test func nearlyTheSame() throws {
    try expect("less than 100 limits tell it from the operand input unchanged") {
      try $0.value([-1, -2, -3])
      try $0.value([1, 2, 3.00001], sample: "0001")
    }
    #expect(
      try lint {
        try $0.value([-1, -2, -3])
        try $0.value([1, 2, 3.001], sample: "0001")
      } == [])
  }

  /// Zeros always pass where terms cancel, so another quantity must tell them apart.
  @Test func residue() throws {
    func residue(_ root: HDF5Group, _ isOneElse: Bool) throws {
      if isOneElse { try root.sample("0000", operation: "neg") { try $0.negation() } }
      try root.sample(isOneElse ? "0001" : "0000", operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1, 2, 3])), requiresGradient: 1)
        try $0.quantity("outputs/output", [-1, -2, -3])
        try $0.write(HDF5Array(.float32([0.5, -1, 2])), to: "cotangents/output")
        try $0.quantity("gradients/input", [0x1p-20, 0, -0x1p-21], truth: [0x1p-60, 0, -0x1p-61])
        try $0.dataset("gradients/input").attributes.set("cancels", 1)
      }
    }
    try expect("zeros would pass") { try residue($0, false) }
    #expect(try lint { try residue($0, true) } == [])
  }

  @Test func nothingOfNothing() throws {
    #expect(
      try lint {
        try $0.sample(operation: "neg") {
          try $0.input("input", HDF5Array(shape: [0, 2], .float32([])))
          try $0.quantity("outputs/output", [], shape: [0, 2])
        }
      } == [])
  }

  @Test func texts() throws {
    try expect("nothing would pass") {
      try $0.sample(operation: "decode.greedy", arguments: #"{"symbols": ["a"]}"#) {
        try $0.input("probabilities", HDF5Array(.float32([0.5, 0.25])))
        try $0.write(HDF5Array(shape: [], .strings([""])), to: "outputs/path")
      }
    }
  }

  /// The coverage counts the samples that a wrong answer would pass as a whole.
  @Test func whatWouldPass() throws {
    let lines = try lintLines {
      try $0.value([-1, -2, -3])
      try $0.value([0, 0, 0], sample: "0001")
    }
    let coverage = lines.filter { $0.contains("\"coverage\"") }
    #expect(coverage.count == 2 && coverage[0].contains("\"passing\": []"))
    #expect(coverage.last?.contains("\"passing\": [\"zeros\"]") == true)
  }
}
