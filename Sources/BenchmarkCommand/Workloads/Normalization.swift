// Workloads of pooling, batch normalisation and dropout.

import PuruTorch

extension Workload {
  static var pooling: [Workload] {
    let kinds: [(String, (Tensor) throws -> Tensor)] = [
      ("max_pool2d", { try Functional.maxPool2D($0, kernelSize: 2) }),
      ("avg_pool2d", { try Functional.meanPool2D($0, kernelSize: 2) }),
    ]
    return kinds.flatMap { name, pool in
      [
        Workload("\(name).2x2_32x64x64x64.fwd") {
          let x = try Tensor.normal([32, 64, 64, 64])
          return forward { try pool(x) }
        },
        Workload("\(name).2x2_32x64x64x64.fwd_bwd") {
          let x = try Tensor.normal([32, 64, 64, 64], requiresGrad: true)
          return try forwardBackward(x) { try pool(x) }
        },
      ]
    }
  }

  static var normalization: [Workload] {
    Mode.both.flatMap { mode in
      [
        Workload("batchnorm2d.train_32x64x32x32.\(mode.rawValue)") {
          try batchNorm(BatchNorm2D(numFeatures: 64), [32, 64, 32, 32], mode)
        },
        Workload("batchnorm1d.train_512x256.\(mode.rawValue)") {
          try batchNorm(BatchNorm1D(numFeatures: 256), [512, 256], mode)
        },
        Workload("dropout.32x64x32x32.\(mode.rawValue)") {
          let x = try Tensor.normal([32, 64, 32, 32], requiresGrad: true)
          let body = { try Functional.dropout(x, p: 0.5) }
          return mode == .forward ? forward(body) : try forwardBackward(x, body: body)
        },
      ]
    }
  }

  private static func batchNorm(_ layer: BatchNorm, _ shape: [Int], _ mode: Mode) throws -> () throws -> Void
  {
    let x = try Tensor.normal(shape, requiresGrad: true)
    guard mode == .forwardBackward else { return forward { try layer(x) } }
    let parameters = try layer.parameters()
    let call = try forwardBackward(x) { try layer(x) }
    return {
      for parameter in parameters { parameter.zeroGrad() }
      try call()
    }
  }
}
