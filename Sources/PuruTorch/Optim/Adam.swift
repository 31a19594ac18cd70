// Adam, and AdamW, whose weight decay is no part of the gradient.

import CKernels

/// Adam, with PyTorch's options.
///
/// With `g` the gradient, its negative if `maximize`, and `t` the number of this parameter's step, one step computes
///
///     g ← g + weightDecay · p
///     m ← m + (1 − β₁) · (g − m)
///     v ← β₂ · v + (1 − β₂) · g²
///     p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + eps)
///
/// and takes with `amsgrad` the largest `v` so far in place of `v` in the last line.
public class Adam: Optimizer {
  /// The learning rate, which may be changed between steps.
  public final var lr: Double
  /// How slowly the averages of the gradient and of its square forget.
  public final let betas: (Double, Double)
  /// What is added to the divisor.
  public final let eps: Double
  /// The strength of the weight decay.
  public final let weightDecay: Double
  /// Whether the largest mean square so far divides the step.
  public final let amsgrad: Bool
  /// Whether the parameters go up the gradient.
  public final let maximize: Bool

  /// What is remembered of a parameter.
  private struct State {
    var step: Int64 = 0
    let average: Tensor
    let square: Tensor
    let largestSquare: Tensor?
  }

  private final let isDecoupled: Bool
  private final var states: [State?]

  /// An optimiser with PyTorch's defaults.
  ///
  /// - Throws: `TensorError.invalidArgument` when `lr`, `eps` or `weightDecay` is negative or one of `betas` isn't
  ///   in 0..<1; what `Optimizer.init` throws.
  public convenience init(
    _ parameters: [Tensor], lr: Double = 0.001, betas: (Double, Double) = (0.9, 0.999), eps: Double = 1e-8,
    weightDecay: Double = 0, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try self.init(
      parameters, lr: lr, betas: betas, eps: eps, weightDecay: weightDecay, amsgrad: amsgrad,
      maximize: maximize, isDecoupled: false)
  }

  init(
    _ parameters: [Tensor], lr: Double, betas: (Double, Double), eps: Double, weightDecay: Double,
    amsgrad: Bool, maximize: Bool, isDecoupled: Bool
  ) throws {
    try Self.requireNonnegative(lr, "lr")
    try Self.requireNonnegative(eps, "eps")
    try Self.requireNonnegative(weightDecay, "weightDecay")
    guard (0..<1).contains(betas.0) && (0..<1).contains(betas.1) else {
      throw TensorError.invalidArgument(
        operation: Self.name, argument: "betas", value: "\(betas)",
        expected: "two numbers of at least 0 and below 1")
    }
    self.lr = lr
    self.betas = betas
    self.eps = eps
    self.weightDecay = weightDecay
    self.amsgrad = amsgrad
    self.maximize = maximize
    self.isDecoupled = isDecoupled
    states = Array(repeating: nil, count: parameters.count)
    try super.init(parameters)
  }

  public override func update(_ index: Int, gradient: Tensor) throws {
    var state = try states[index] ?? initialState(parameters[index])
    state.step += 1
    var options = pt_adam(
      lr: lr, beta1: betas.0, beta2: betas.1, eps: eps, weight_decay: weightDecay,
      bias_correction1: pt_bias_correction(betas.0, state.step),
      bias_correction2: pt_bias_correction(betas.1, state.step), decoupled: isDecoupled, maximize: maximize)
    try withPacked(index, gradient) { parameter, gradient in
      let count = Int64(parameter.count)
      if parameter.dtype == .float32 {
        pt_adam_step_f32(
          count, &options, parameter.pointer(), gradient.pointer(), state.average.pointer(),
          state.square.pointer(), state.largestSquare?.pointer())
      } else {
        pt_adam_step_f64(
          count, &options, parameter.pointer(), gradient.pointer(), state.average.pointer(),
          state.square.pointer(), state.largestSquare?.pointer())
      }
    }
    states[index] = state
  }

  private func initialState(_ parameter: Tensor) throws -> State {
    try State(
      average: .zerosLike(parameter), square: .zerosLike(parameter),
      largestSquare: amsgrad ? .zerosLike(parameter) : nil)
  }
}

/// Adam with decoupled weight decay: `p ← p − lr · weightDecay · p` comes before the step, whose gradient it leaves
/// alone. Otherwise as `Adam`.
public final class AdamW: Adam {
  /// An optimiser with PyTorch's defaults.
  ///
  /// - Throws: as `Adam`.
  public init(
    _ parameters: [Tensor], lr: Double = 0.001, betas: (Double, Double) = (0.9, 0.999), eps: Double = 1e-8,
    weightDecay: Double = 0.01, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try super.init(
      parameters, lr: lr, betas: betas, eps: eps, weightDecay: weightDecay, amsgrad: amsgrad,
      maximize: maximize, isDecoupled: true)
  }
}
