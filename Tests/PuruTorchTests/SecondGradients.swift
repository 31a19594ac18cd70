// Gradients that were recorded with `createGraph`: equal to the others, and right when differentiated again.

import PuruTorch
import TestSupport

/// How a function's recorded gradients differ from its fused ones, or their own gradients from finite differences.
///
/// The squares of all inputs are added, so that inputs on which no gradient depends have one here too.
///
/// - Parameter inputs: float64 tensors, as for `gradientMismatch`.
func secondGradientMismatch(
  _ inputs: [Tensor], _ function: ([Tensor]) throws -> Tensor
) throws -> String? {
  func gradients(_ leaves: [Tensor], createGraph: Bool) throws -> [Tensor] {
    let output = try function(leaves)
    try output.backward(variedValues(shape: output.shape, seed: 77), createGraph: createGraph)
    return try leaves.map { leaf in
      guard let gradient = leaf.grad else { return try Tensor.zerosLike(leaf) }
      leaf.zeroGrad()
      return gradient
    }
  }
  func copies() throws -> [Tensor] { try inputs.map { try $0.detach().clone().setRequiresGrad() } }
  let fused = try gradients(copies(), createGraph: false)
  for (position, recorded) in try gradients(copies(), createGraph: true).enumerated() {
    if let difference = try mismatch(recorded.detach(), fused[position], units: 64) {
      return "the recorded gradient of input \(position): \(difference)"
    }
  }
  return try gradientMismatch(inputs, tolerance: 1e-6) { leaves in
    let isRecorded = isGradEnabled
    return try enableGrad {
      let leaves = try isRecorded ? leaves : leaves.map { try $0.detach().clone().setRequiresGrad() }
      var total = try Tensor(0.0, dtype: .float64)
      for (position, gradient) in try gradients(leaves, createGraph: true).enumerated() {
        try total += (gradient * variedValues(shape: gradient.shape, seed: UInt64(position + 5))).sum()
        try total += (leaves[position] * leaves[position]).sum()
      }
      return total
    }
  }
}
