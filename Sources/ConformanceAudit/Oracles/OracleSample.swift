// A sample as the oracles see it: everything in float64.

import Conformance

/// A sample that PyTorch answered, with the truth where it is float32.
struct OracleSample {
  let name: String
  /// The computation in float64.
  let computation: Computation
  let inputs: [String: Value]
  let cotangents: [String: [Double]]
  /// What is stored, by `outputs/…` and `gradients/…`.
  let stored: [String: Reference]
  /// The same in float64, to be compared with.
  let exact: [String: Reference]

  /// Nil for a sample that PyTorch refuses.
  init?(_ sample: Sample) throws {
    guard case .values(let outputs, let gradients) = sample.expectation else { return nil }
    name = sample.name
    let given = sample.computation
    let operands = given.inputs.map { operand in
      Operand(
        name: operand.name, value: operand.value.exact, requiresGradient: operand.requiresGradient,
        role: operand.role)
    }
    computation = Computation(
      operation: given.operation, arguments: given.arguments, precision: .float64, inputs: operands,
      cotangents: given.cotangents.mapValues(\.exact), retained: given.retained)
    inputs = Dictionary(operands.map { ($0.name, $0.value) }) { $1 }
    cotangents = computation.cotangents.compactMapValues(\.numbers)
    stored = Dictionary(outputs.map { ("outputs/\($0)", $1) }) { $1 }
      .merging(gradients.map { ("gradients/\($0)", $1) }) { $1 }
    exact = try stored.mapValues { reference in
      let value = reference.truth.map { Value(shape: reference.value.shape, .float64($0)) }
      return try Reference(
        value: value ?? reference.value.exact, cancels: reference.cancels, precision: .float64)
    }
  }

  /// The numbers that are stored for an output.
  func output(_ name: String = "output") -> [Double]? { exact["outputs/" + name]?.value.numbers }

  /// The numbers that are stored for a gradient.
  func gradient(_ name: String = "input") -> [Double]? { exact["gradients/" + name]?.value.numbers }

  /// The inputs as cells of constants.
  func cells() throws -> [String: Cells] {
    try inputs.mapValues { try Cells($0) { Number($0) } }
  }
}

extension Value {
  /// Floating numbers in float64, all else as it is.
  fileprivate var exact: Value {
    guard dtype == "float32", let numbers else { return self }
    return Value(shape: shape, .float64(numbers))
  }
}

/// The sum of the products of two arrays, and that of their magnitudes.
func product(_ left: [Double], _ right: [Double]) -> (sum: Double, scale: Double) {
  zip(left, right).reduce(into: (0, 0)) { total, pair in
    total.0 += pair.0 * pair.1
    total.1 += abs(pair.0 * pair.1)
  }
}
