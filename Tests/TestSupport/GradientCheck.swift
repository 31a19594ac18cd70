// Gradients against finite differences in float64: an oracle that owes nothing to PyTorch.

import PuruTorch

/// How the gradients of a function differ from central finite differences, or nil when they don't.
///
/// The function's results are multiplied with fixed, varied weights and summed, so that no error hides behind a
/// constant upstream gradient. Every element of every input is moved by a small step both ways.
///
/// - Parameters:
///   - inputs: float64 tensors; they are copied, those of other types are passed through.
///   - tolerance: The largest difference allowed, relative to the largest gradient of the input.
public func gradientMismatch(
  _ inputs: [Tensor], step: Double = 1e-5, tolerance: Double = 1e-7, _ function: ([Tensor]) throws -> Tensor
) throws -> String? {
  let leaves = try inputs.map { input in
    let copy = try input.detach().clone()
    return input.dtype == .float64 ? try copy.setRequiresGrad() : copy
  }
  let output = try function(leaves)
  let weights = try variedWeights(shape: output.shape)
  try output.backward(weights)
  for (position, leaf) in leaves.enumerated() where leaf.dtype == .float64 {
    guard let gradient = leaf.grad else { return "input \(position) got no gradient" }
    guard gradient.shape == leaf.shape else {
      return "the gradient of input \(position) has shape \(gradient.shape), expected \(leaf.shape)"
    }
    let found = try gradient.data(as: Double.self)
    let values = try leaf.detach().data(as: Double.self)
    let expected = try noGrad {
      try values.indices.map { index in
        try (moved(values, index, step) - moved(values, index, -step)) / (2 * step)
      }
    }
    let scale = Swift.max(expected.map(abs).max() ?? 0, 1e-3)
    for (index, (a, b)) in zip(found, expected).enumerated() where !(abs(a - b) <= tolerance * scale) {
      return "the gradient of input \(position) at \(index) is \(a), finite differences give \(b)"
    }

    func moved(_ values: [Double], _ index: Int, _ step: Double) throws -> Double {
      var values = values
      values[index] += step
      var arguments = leaves
      arguments[position] = try Tensor(values, shape: leaf.shape)
      return try (function(arguments) * weights).sum().item()
    }
  }
  return nil
}

/// Numbers between −1 and 1 without a pattern that an error could be symmetric to.
public func variedWeights(shape: [Int]) throws -> Tensor {
  try variedValues(shape: shape, seed: 0x9E37_79B9_7F4A_7C15)
}

/// Reproducible float64 values between −1 and 1; multiples of 2⁻¹⁶.
public func variedValues(shape: [Int], seed: UInt64) throws -> Tensor {
  var state = seed
  let values = (0..<shape.reduce(1, *)).map { _ -> Double in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int64(state >> 47)) / 65_536 - 1
  }
  return try Tensor(values, shape: shape)
}
