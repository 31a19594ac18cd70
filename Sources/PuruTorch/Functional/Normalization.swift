// Batch normalisation.

import CKernels

extension Functional {
  /// The input normalised over the batch and all positions of each channel:
  /// `(x − mean) / √(variance + eps) · weight + bias`.
  ///
  /// - Parameters:
  ///   - input: Shape (N, C) or (N, C, …).
  ///   - runningMean: Running means of shape (C). In training they are changed in place, to
  ///     `(1 − momentum) · running + momentum · batch`; in evaluation they are what is subtracted.
  ///   - runningVar: Running variances of shape (C), which take the unbiased variance of the batch.
  ///   - weight: A factor for each channel, of shape (C).
  ///   - bias: A summand for each channel, of shape (C).
  ///   - training: Whether the batch's own mean and biased variance are used; false by default.
  ///   - momentum: The weight of the batch in the running statistics; 0.1 by default.
  ///   - eps: What keeps the root away from 0; 1e−5 by default, positive in training.
  /// - Throws: `TensorError` when shapes or types don't fit, for one value per channel in training, and without
  ///   running statistics in evaluation.
  public static func batchNorm(
    _ input: Tensor, runningMean: Tensor? = nil, runningVar: Tensor? = nil, weight: Tensor? = nil,
    bias: Tensor? = nil, training: Bool = false, momentum: Double = 0.1, eps: Double = 1e-5
  ) throws -> Tensor {
    let kernels = try BatchNormKernels(input, [runningMean, runningVar, weight, bias], eps: eps)
    if training {
      guard input.count / Swift.max(input.sizes[1], 1) != 1 else {
        throw TensorError.invalidInput(
          operation: "batchNorm", shape: input.shape, expected: "more than one value per channel in training")
      }
      guard eps > 0 else {
        throw TensorError.invalidArgument(
          operation: "batchNorm", argument: "eps", value: "\(eps)", expected: "a positive number in training")
      }
    }
    guard (runningMean == nil) == (runningVar == nil), training || runningMean != nil else {
      throw TensorError.invalidArgument(
        operation: "batchNorm", argument: "runningMean and runningVar", value: "absent",
        expected: training ? "both or neither" : "running statistics in evaluation")
    }
    for running in [runningMean, runningVar] {
      guard let running, Autograd.records(running) else { continue }
      throw TensorError.inPlaceOnRecorded(operation: "batchNorm")
    }
    if input.count == 0 { return try kernels.affine(input, weight, bias) }
    let output: Tensor
    let statistics: (Tensor, Tensor)
    if let runningMean, let runningVar, !training {
      statistics = (try runningMean.packed(), try runningVar.packed())
      output = try kernels.evaluate(input, statistics, weight?.packed(), bias?.packed())
    } else {
      let batch = try kernels.train(input, weight?.packed(), bias?.packed())
      (output, statistics) = (batch.output, (batch.mean, batch.inverseDeviation))
      try runningMean.map { try kernels.move($0, towards: batch.mean, momentum) }
      try runningVar.map { try kernels.move($0, towards: batch.unbiasedVariance, momentum) }
    }
    guard Autograd.records([input, weight, bias].compactMap { $0 }) else { return output }
    return output.attached(to: BatchNormNode(input, weight, bias, statistics, kernels, training: training))
  }
}

/// The kernels of batch normalisation for one shape, without recording.
private struct BatchNormKernels {
  private let batch: Int64
  private let channels: Int64
  private let inner: Int64
  private let eps: Double
  /// The shape of channelwise values beside the input.
  private let column: [Int]
  /// The dimensions that statistics are taken over.
  private let dims: [Int]

  /// - Parameter channelwise: Everything that has one value for each channel.
  init(_ x: Tensor, _ channelwise: [Tensor?], eps: Double) throws {
    _ = try x.requiringFloatingPoint("batchNorm")
    guard x.ndim >= 2 else {
      throw TensorError.invalidInput(operation: "batchNorm", shape: x.shape, expected: "(N, C) or (N, C, …)")
    }
    for case let tensor? in channelwise {
      guard tensor.sizes == Shape([x.sizes[1]]) else {
        throw TensorError.shapeMismatch(
          operation: "batchNorm", x.shape, tensor.shape,
          expected: "one value for each of \(x.sizes[1]) channels")
      }
      guard tensor.dtype == x.dtype else {
        throw TensorError.unsupportedDType(
          operation: "batchNorm", dtype: tensor.dtype, expected: "the input's type, \(x.dtype)")
      }
    }
    (batch, channels) = (Int64(x.sizes[0]), Int64(x.sizes[1]))
    inner = Int64(x.sizes.dropFirst(2).reduce(1, *))
    self.eps = eps
    column = [x.sizes[1]] + Array(repeating: 1, count: x.ndim - 2)
    dims = [0] + Array(2..<x.ndim)
  }

  private func channelwise() throws -> Tensor {
    try Tensor(uninitialized: Shape([Int(channels)]), dtype: .float64, operation: "batchNorm")
  }

  /// The input times weight plus bias, with tensor operations.
  func affine(_ x: Tensor, _ weight: Tensor?, _ bias: Tensor?) throws -> Tensor {
    let scaled = try weight.map { try x * $0.reshaped(column) } ?? x.clone()
    return try bias.map { try scaled + $0.reshaped(column) } ?? scaled
  }

  func train(
    _ input: Tensor, _ weight: Tensor?, _ bias: Tensor?
  ) throws -> (output: Tensor, mean: Tensor, inverseDeviation: Tensor, unbiasedVariance: Tensor) {
    let x = try input.packed()
    let y = try Tensor(uninitialized: x.sizes, dtype: x.dtype, operation: "batchNorm")
    let (mean, inverse, variance) = (try channelwise(), try channelwise(), try channelwise())
    if x.dtype == .float32 {
      pt_batch_norm_training_f32(
        batch, channels, inner, eps, x.pointer(), weight?.pointer(), bias?.pointer(), y.pointer(),
        mean.pointer(), inverse.pointer(), variance.pointer())
    } else {
      pt_batch_norm_training_f64(
        batch, channels, inner, eps, x.pointer(), weight?.pointer(), bias?.pointer(), y.pointer(),
        mean.pointer(), inverse.pointer(), variance.pointer())
    }
    return (y, mean, inverse, variance)
  }

  func evaluate(
    _ input: Tensor, _ running: (mean: Tensor, variance: Tensor), _ weight: Tensor?, _ bias: Tensor?
  ) throws -> Tensor {
    let x = try input.packed()
    let y = try Tensor(uninitialized: x.sizes, dtype: x.dtype, operation: "batchNorm")
    if x.dtype == .float32 {
      pt_batch_norm_evaluation_f32(
        batch, channels, inner, eps, x.pointer(), weight?.pointer(), bias?.pointer(),
        running.mean.pointer(), running.variance.pointer(), y.pointer())
    } else {
      pt_batch_norm_evaluation_f64(
        batch, channels, inner, eps, x.pointer(), weight?.pointer(), bias?.pointer(),
        running.mean.pointer(), running.variance.pointer(), y.pointer())
    }
    return y
  }

  /// Moves running statistics towards those of the batch, in place.
  func move(_ running: Tensor, towards statistic: Tensor, _ momentum: Double) throws {
    let moved = try running.detach().clone()
    if moved.dtype == .float32 {
      pt_batch_norm_update_running_f32(channels, momentum, statistic.pointer(), moved.pointer())
    } else {
      pt_batch_norm_update_running_f64(channels, momentum, statistic.pointer(), moved.pointer())
    }
    try running.assign(moved)
  }

  /// Writes those gradients that are given, from the statistics that the forward pass used.
  func backward(
    _ input: Tensor, _ weight: Tensor?, _ statistics: (Tensor, Tensor), _ upstream: Tensor,
    training: Bool, byInput: Tensor?, byWeight: Tensor?, byBias: Tensor?
  ) {
    switch (training, input.dtype) {
    case (true, .float32):
      pt_batch_norm_training_backward_f32(
        batch, channels, inner, input.pointer(), weight?.pointer(), statistics.0.pointer(),
        statistics.1.pointer(), upstream.pointer(), byInput?.pointer(), byWeight?.pointer(),
        byBias?.pointer())
    case (true, _):
      pt_batch_norm_training_backward_f64(
        batch, channels, inner, input.pointer(), weight?.pointer(), statistics.0.pointer(),
        statistics.1.pointer(), upstream.pointer(), byInput?.pointer(), byWeight?.pointer(),
        byBias?.pointer())
    case (false, .float32):
      pt_batch_norm_evaluation_backward_f32(
        batch, channels, inner, eps, input.pointer(), weight?.pointer(), statistics.0.pointer(),
        statistics.1.pointer(), upstream.pointer(), byInput?.pointer(), byWeight?.pointer(),
        byBias?.pointer())
    case (false, _):
      pt_batch_norm_evaluation_backward_f64(
        batch, channels, inner, eps, input.pointer(), weight?.pointer(), statistics.0.pointer(),
        statistics.1.pointer(), upstream.pointer(), byInput?.pointer(), byWeight?.pointer(),
        byBias?.pointer())
    }
  }

  /// The gradients with tensor operations, for gradients of gradients.
  func recordedBackward(
    _ x: Tensor, _ weight: Tensor?, _ running: (mean: Tensor, variance: Tensor)?, _ gradient: Tensor
  ) throws -> [Tensor] {
    let mean = try running?.mean.reshaped(column) ?? x.mean(dim: dims, keepDims: true)
    let deviation = try x - mean
    let variance =
      try running?.variance.reshaped(column) ?? (deviation * deviation).mean(dim: dims, keepDims: true)
    let inverse = try 1 / (variance + eps).sqrt()
    let normal = try deviation * inverse
    var slope = gradient
    if running == nil {
      try slope -= gradient.mean(dim: dims, keepDims: true)
      try slope -= normal * (normal * gradient).mean(dim: dims, keepDims: true)
    }
    let scale = try weight.map { try inverse * $0.reshaped(column) } ?? inverse
    return [try slope * scale, try (gradient * normal).sum(dim: dims), try gradient.sum(dim: dims)]
  }
}

private final class BatchNormNode: Node {
  private let kernels: BatchNormKernels
  private let training: Bool
  private let hasWeight: Bool

  init(
    _ input: Tensor, _ weight: Tensor?, _ bias: Tensor?, _ statistics: (Tensor, Tensor),
    _ kernels: BatchNormKernels, training: Bool
  ) {
    (self.kernels, self.training, hasWeight) = (kernels, training, weight != nil)
    super.init("BatchNorm", inputs: [input, weight, bias])
    save(input, statistics.0, statistics.1)
    if let weight { save(weight) }
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (input, statistics) = (try saved(0), (try saved(1), try saved(2)))
    let weight = hasWeight ? try saved(3) : nil
    if Autograd.isEnabled {
      let gradients = try kernels.recordedBackward(input, weight, training ? nil : statistics, gradient)
      return Gradients(gradients.indices.map { needsGradient($0) ? gradients[$0] : nil })
    }
    func empty(_ index: Int, _ sizes: Shape) throws -> Tensor? {
      guard needsGradient(index) else { return nil }
      return try Tensor(uninitialized: sizes, dtype: input.dtype, operation: "batchNorm")
    }
    let channelwise = Shape([input.sizes[1]])
    let (x, factors, upstream) = (try input.packed(), try weight?.packed(), try gradient.packed())
    let results = (try empty(0, x.sizes), try empty(1, channelwise), try empty(2, channelwise))
    kernels.backward(
      x, factors, statistics, upstream, training: training, byInput: results.0, byWeight: results.1,
      byBias: results.2)
    return Gradients(results.0, results.1, results.2)
  }
}
