// Workloads of softmax, cross-entropy and CTC.

import PuruTorch

extension Workload {
  static var losses: [Workload] {
    let shape = [4096, 1000]
    return [
      Workload("softmax.4096x1000.fwd") {
        let x = try Tensor.normal(shape)
        return forward { try x.softmax(dim: 1) }
      },
      Workload("softmax.4096x1000.fwd_bwd") {
        let x = try Tensor.normal(shape, requiresGrad: true)
        return try forwardBackward(x) { try x.softmax(dim: 1) }
      },
      Workload("cross_entropy.4096x1000.fwd_bwd") {
        let (x, y) = (try Tensor.normal(shape, requiresGrad: true), try Tensor.randint(0, 1000, [4096]))
        return {
          x.zeroGrad()
          try Functional.crossEntropy(x, y).backward()
        }
      },
      Workload("cross_entropy.4096x1000.fwd") {
        let (x, y) = (try Tensor.normal(shape), try Tensor.randint(0, 1000, [4096]))
        return forward { try Functional.crossEntropy(x, y) }
      },
    ]
  }

  static var ctc: [Workload] {
    Mode.both.map { mode in
      Workload("ctc.T200B16C50S30.\(mode.rawValue)") { try ctcCall(steps: 200, mode) }
    }
  }

  static func ctcCall(steps: Int, _ mode: Mode) throws -> () throws -> Void {
    let (batch, classes, symbols) = (16, 50, 30)
    let x = try Tensor.normal([steps, batch, classes], requiresGrad: true)
    let y = try Tensor.randint(1, classes, [batch, symbols])
    let inputLengths = try Tensor.full([batch], steps, dtype: .int64)
    let targetLengths = try Tensor.full([batch], symbols, dtype: .int64)
    let loss = {
      try Functional.ctcLoss(
        x.logSoftmax(dim: 2), y, inputLengths: inputLengths, targetLengths: targetLengths)
    }
    guard mode == .forwardBackward else { return forward(loss) }
    return {
      x.zeroGrad()
      try loss().backward()
    }
  }
}
