// Stochastic gradient descent with momentum.

import CKernels

/// Stochastic gradient descent, with PyTorch's options.
///
/// With `g` the gradient, its negative if `maximize`, one step computes
///
///     g ← g + weightDecay · p
///     b ← momentum · b + (1 − dampening) · g      (the first time: b ← g)
///     g ← g + momentum · b if nesterov, else b    (if momentum isn't 0)
///     p ← p − lr · g
public final class SGD: Optimizer {
  /// The learning rate, which may be changed between steps.
  public var lr: Double
  /// How much of the last step's direction goes into the next.
  public let momentum: Double
  /// How much of the gradient is kept out of the momentum.
  public let dampening: Double
  /// The factor of the penalty `p² / 2` that is added to what is minimised.
  public let weightDecay: Double
  /// Whether the step looks ahead along the momentum.
  public let nesterov: Bool
  /// Whether the parameters go up the gradient.
  public let maximize: Bool

  private var momentumBuffers: [Tensor?]

  /// An optimiser with PyTorch's defaults.
  ///
  /// - Throws: `TensorError.invalidArgument` when `lr`, `momentum` or `weightDecay` is negative, or `nesterov` is
  ///   asked for without momentum or with dampening; what `Optimizer.init` throws.
  public init(
    _ parameters: [Tensor], lr: Double = 0.001, momentum: Double = 0, dampening: Double = 0,
    weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
  ) throws {
    try Self.requireNonnegative(lr, "lr")
    try Self.requireNonnegative(momentum, "momentum")
    try Self.requireNonnegative(weightDecay, "weightDecay")
    guard !nesterov || (momentum > 0 && dampening == 0) else {
      throw TensorError.invalidArgument(
        operation: "SGD", argument: "nesterov",
        value: "true with momentum \(momentum) and dampening \(dampening)",
        expected: "a momentum above 0 and no dampening")
    }
    self.lr = lr
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.nesterov = nesterov
    self.maximize = maximize
    momentumBuffers = Array(repeating: nil, count: parameters.count)
    try super.init(parameters)
  }

  public override func update(_ index: Int, gradient: Tensor) throws {
    var options = pt_sgd(
      lr: lr, momentum: momentum, dampening: dampening, weight_decay: weightDecay, nesterov: nesterov,
      maximize: maximize, first_step: momentumBuffers[index] == nil)
    let buffer = momentum == 0 ? nil : try momentumBuffers[index] ?? Tensor.zerosLike(parameters[index])
    try withPacked(index, gradient) { parameter, gradient in
      let count = Int64(parameter.count)
      if parameter.dtype == .float32 {
        pt_sgd_step_f32(count, &options, parameter.pointer(), gradient.pointer(), buffer?.pointer())
      } else {
        pt_sgd_step_f64(count, &options, parameter.pointer(), gradient.pointer(), buffer?.pointer())
      }
    }
    momentumBuffers[index] = buffer
  }
}
