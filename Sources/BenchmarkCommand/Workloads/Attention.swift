// Workloads of causal attention, in formulas and as one function.

import PuruTorch

extension Workload {
  private static let (batch, steps, features) = (8, 256, 256)

  static var attention: [Workload] {
    Mode.both.map { mode in
      Workload("attention.explicit_causal_B8T256D256.\(mode.rawValue)") {
        let mask = try causalMask(steps)
        return try attentionCall(steps: steps, mode) { try explicitAttention($0, $1, $2, mask) }
      }
    }
      + Mode.both.map { mode in
        Workload("attention.sdpa_causal_B8T256D256.\(mode.rawValue)") {
          try attentionCall(steps: steps, mode) {
            try Functional.scaledDotProductAttention(
              $0.unsqueezed(1), $1.unsqueezed(1), $2.unsqueezed(1), isCausal: true)
          }
        }
      } + [
        Workload("attention.explicit_with_qkv_proj_B8T256D256.fwd_bwd") {
          let x = try Tensor.normal([batch, steps, features])
          let weights = try (0..<3).map { _ in
            try Tensor.normal(
              [features, features], standardDeviation: scale, requiresGrad: true)
          }
          let mask = try causalMask(steps)
          return try forwardBackward(weights[0], weights[1], weights[2]) {
            try explicitAttention(x.matmul(weights[0]), x.matmul(weights[1]), x.matmul(weights[2]), mask)
          }
        }
      ]
  }

  /// A call of attention on three tensors (batch, steps, features).
  static func attentionCall(
    steps: Int, _ mode: Mode, body: @escaping (Tensor, Tensor, Tensor) throws -> Tensor
  ) throws -> () throws -> Void {
    let inputs = try (0..<3).map { _ in
      try Tensor.normal([batch, steps, features], requiresGrad: mode == .forwardBackward)
    }
    let call = { try body(inputs[0], inputs[1], inputs[2]) }
    return mode == .forward ? forward(call) : try forwardBackward(inputs[0], inputs[1], inputs[2], body: call)
  }

  private static var scale: Double { 1 / Double(features).squareRoot() }

  private static func explicitAttention(_ q: Tensor, _ k: Tensor, _ v: Tensor, _ mask: Tensor) throws
    -> Tensor
  {
    try (q.matmul(k.transposed(1, 2)) * scale + mask).softmax(dim: -1).matmul(v)
  }

  /// Zeros, and −∞ where a step would look ahead.
  private static func causalMask(_ steps: Int) throws -> Tensor {
    try Tensor((0..<steps).map { row in (0..<steps).map { $0 > row ? -Float.infinity : 0 } })
  }
}
