// Workloads of one kind at several sizes, which show how cost grows.

import PuruTorch

extension Workload {
  /// Products by rows, convolutions by the image's side, attention and CTC by steps, graphs by nodes.
  static var growth: [Workload] {
    [64, 128, 256, 512, 1024, 2048].map { n in
      Workload("growth.matmul.\(n)") { try product([n, n], .forward) }
    }
      + [8, 16, 32, 64, 128].map { side in
        Workload("growth.conv2d.\(side)") {
          let x = try Tensor.normal([4, 32, side, side], requiresGrad: true)
          let w = try Tensor.normal([32, 32, 3, 3], requiresGrad: true)
          return try forwardBackward(x, w) { try Functional.conv2D(x, weight: w, padding: 1) }
        }
      }
      + [64, 128, 256, 512, 1024].map { steps in
        Workload("growth.attention.\(steps)") {
          try attentionCall(steps: steps, .forwardBackward) {
            try Functional.scaledDotProductAttention($0, $1, $2, isCausal: true)
          }
        }
      }
      + [64, 128, 256, 512, 1024].map { steps in
        Workload("growth.ctc.\(steps)") { try ctcCall(steps: steps, .forwardBackward) }
      }
      + [100, 400, 1600, 6400, 25600, 102400].map { count in
        Workload("growth.graph.\(count)") {
          let (a, b) = (try Tensor.normal([8], requiresGrad: true), try Tensor.normal([8]))
          let upstream = try Tensor.ones([8])
          return {
            a.zeroGrad()
            try chain(a, b, count: count).backward(upstream)
          }
        }
      }
  }
}
