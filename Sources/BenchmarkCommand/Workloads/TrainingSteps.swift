// Workloads that train perceptrons, and the README's residual block.

import PuruTorch

extension Workload {
  static var perceptrons: [Workload] {
    let dims = [784, 512, 256, 10]
    return [
      Workload("mlp.784-512-256-10.b64.adamw_step") { try perceptronStep(dims, batch: 64, adamW) },
      Workload("mlp.784-512-256-10.b64.sgd_step") { try perceptronStep(dims, batch: 64, sgd) },
      Workload("mlp.32-64-10.b16.adamw_step") { try perceptronStep([32, 64, 10], batch: 16, adamW) },
      Workload("mlp.784-512-256-10.b64.fwd_bwd_only") {
        let model = try perceptron(dims)
        let (x, y) = (try Tensor.normal([64, 784]), try Tensor.randint(0, 10, [64]))
        let parameters = try model.parameters()
        return {
          for parameter in parameters { parameter.zeroGrad() }
          try Functional.crossEntropy(model(x), y).backward()
        }
      },
      Workload("adamw.step_only[535818 params]") {
        let parameters = try perceptron(dims).parameters()
        for parameter in parameters { parameter.grad = try .normal(parameter.shape) }
        let optimizer = try AdamW(parameters, lr: 1e-3)
        return { try optimizer.step() }
      },
    ]
  }

  static var residualBlock: Workload {
    Workload("resblock.readme.adamw_step") { try residualBlockStep(batch: 10, side: 128) }
  }

  static func adamW(_ parameters: [Tensor]) throws -> Optimizer {
    try AdamW(parameters, lr: 1e-3, weightDecay: 0.01)
  }

  static func sgd(_ parameters: [Tensor]) throws -> Optimizer { try SGD(parameters, lr: 1e-3) }

  private static func perceptron(_ dims: [Int]) throws -> Sequential {
    var layers: [Module] = []
    for (inFeatures, outFeatures) in zip(dims, dims.dropFirst()) {
      if !layers.isEmpty { layers.append(ReLU()) }
      layers.append(try Linear(inFeatures: inFeatures, outFeatures: outFeatures))
    }
    return Sequential(layers)
  }

  static func perceptronStep(
    _ dims: [Int], batch: Int, _ makeOptimizer: ([Tensor]) throws -> Optimizer
  ) throws -> () throws -> Void {
    let model = try perceptron(dims)
    let optimizer = try makeOptimizer(model.parameters())
    let x = try Tensor.normal([batch, dims[0]])
    let y = try Tensor.randint(0, dims[dims.count - 1], [batch])
    return {
      optimizer.zeroGrad()
      try Functional.crossEntropy(model(x), y).backward()
      try optimizer.step()
    }
  }

  static func residualBlockStep(batch: Int, side: Int) throws -> () throws -> Void {
    let model = try ResBlock(inChannels: 24, outChannels: 3, kernelSize: 5, stride: 5, padding: 2)
    let optimizer = try AdamW(model.parameters(), lr: 1e-3, betas: (0.9, 0.99), weightDecay: 0.01)
    let x = try Tensor.normal([batch, 24, side, side], requiresGrad: true)
    let y = try Tensor.normal([batch, 3, (side + 4) / 5, (side + 4) / 5])
    return {
      x.zeroGrad()
      try Functional.crossEntropy(model(x), y).backward()
      try optimizer.step()
      optimizer.zeroGrad()
    }
  }
}
