// Workloads on small tensors, where an operation costs more than its arithmetic.

import PuruTorch

extension Workload {
  static var overhead: [Workload] {
    [[1], [8, 8], [64, 64]].flatMap(additions) + [
      Workload("op.matmul[8x8].nograd", operations: 100) {
        let (a, b) = (try Tensor.normal([8, 8]), try Tensor.normal([8, 8]))
        return { for _ in 0..<100 { _ = try a.matmul(b) } }
      },
      Workload("op.linear_relu[8x8].fwd_bwd") {
        let (layer, x) = (try Linear(inFeatures: 8, outFeatures: 8), try Tensor.normal([8, 8]))
        let upstream = try Tensor.ones([8, 8])
        return {
          layer.weight.zeroGrad()
          layer.bias?.zeroGrad()
          try layer(x).relu().backward(upstream)
        }
      },
    ]
  }

  private static func additions(_ shape: [Int]) -> [Workload] {
    let size = shape.map(String.init).joined(separator: "x")
    return [
      Workload("op.add[\(size)].nograd", operations: 100) {
        let (a, b) = (try Tensor.normal(shape), try Tensor.normal(shape))
        return { for _ in 0..<100 { _ = try a + b } }
      },
      Workload("op.add[\(size)].fwd_recording", operations: 100) {
        let (a, b) = (try Tensor.normal(shape, requiresGrad: true), try Tensor.normal(shape))
        return { for _ in 0..<100 { _ = try a + b } }
      },
      Workload("op.chain100[\(size)].fwd_bwd_per_op", operations: 100) {
        let (a, b) = (try Tensor.normal(shape, requiresGrad: true), try Tensor.normal(shape))
        let upstream = try Tensor.ones(shape)
        return {
          a.zeroGrad()
          try chain(a, b, count: 100).backward(upstream)
        }
      },
      Workload("op.chain100[\(size)].fwd_per_op", operations: 100) {
        let (a, b) = (try Tensor.normal(shape, requiresGrad: true), try Tensor.normal(shape))
        return { _ = try chain(a, b, count: 100) }
      },
    ]
  }
}

/// Products and sums in turn, each of the last result.
func chain(_ a: Tensor, _ b: Tensor, count: Int) throws -> Tensor {
  var x = a
  for _ in 0..<(count / 2) {
    x = try x * b
    x = try x + b
  }
  return x
}
