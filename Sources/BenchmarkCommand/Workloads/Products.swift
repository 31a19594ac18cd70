// Workloads of matrix products.

import PuruTorch

extension Workload {
  static var products: [Workload] {
    [64, 256, 1024].flatMap { n in
      Mode.both.map { mode in
        Workload("matmul.\(n).\(mode.rawValue)") { try product([n, n], mode) }
      }
    } + [Workload("bmm.64x64x64x64.fwd_bwd") { try product([64, 64, 64], .forwardBackward) }]
  }

  /// A call that multiplies two tensors of one shape.
  static func product(_ shape: [Int], _ mode: Mode) throws -> () throws -> Void {
    let a = try Tensor.normal(shape, requiresGrad: mode == .forwardBackward)
    let b = try Tensor.normal(shape, requiresGrad: mode == .forwardBackward)
    let body = { try a.matmul(b) }
    return mode == .forward ? forward(body) : try forwardBackward(a, b, body: body)
  }
}
