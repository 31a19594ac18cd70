// Workloads of reductions, broadcasting and transposition.

import PuruTorch

extension Workload {
  static var reductions: [Workload] {
    let kinds: [(String, (Tensor, Int?) throws -> Void)] = [
      ("sum", { x, axis in _ = try axis.map { try x.sum(dim: $0) } ?? x.sum() }),
      ("var", { x, axis in _ = try axis.map { try x.variance(dim: $0) } ?? x.variance() }),
      ("mean", { x, axis in _ = try axis.map { try x.mean(dim: $0) } ?? x.mean() }),
      ("max", { x, axis in _ = try axis.map { try x.max(dim: $0).values } ?? x.max() }),
    ]
    let axes: [Int?] = [0, 1, nil]
    return axes.flatMap { axis in
      kinds.map { name, reduce in
        Workload("reduce.\(name).2048x2048.axis\(axis.map(String.init) ?? "None")") {
          let x = try Tensor.normal([2048, 2048])
          return { try noGrad { try reduce(x, axis) } }
        }
      }
    } + [
      Workload("reduce.sum.64x128x512.axis1") {
        let x = try Tensor.normal([64, 128, 512])
        return forward { try x.sum(dim: 1) }
      }
    ]
  }

  static var broadcasts: [Workload] {
    [
      Workload("broadcast.add_4096x1_1x4096.fwd") {
        let (a, b) = (try Tensor.normal([4096, 1]), try Tensor.normal([1, 4096]))
        return forward { try a + b }
      },
      Workload("broadcast.add_4096x1_1x4096.fwd_bwd") {
        let a = try Tensor.normal([4096, 1], requiresGrad: true)
        let b = try Tensor.normal([1, 4096], requiresGrad: true)
        return try forwardBackward(a, b) { try a + b }
      },
      Workload("broadcast.add_bias_4096x1024.fwd") {
        let (a, b) = (try Tensor.normal([4096, 1024]), try Tensor.normal([1024]))
        return forward { try a + b }
      },
      Workload("transpose_contig.2048x2048") {
        let a = try Tensor.normal([2048, 2048])
        return forward { try a.T.contiguous() }
      },
    ]
  }
}
