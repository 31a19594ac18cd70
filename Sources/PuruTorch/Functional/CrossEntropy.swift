// Cross entropy between logits and classes, given as indices or as probabilities.

import CKernels

extension Functional {
  /// The cross entropy between logits and classes.
  ///
  /// With `p = logSoftmax(input)` over the classes, `w` the class weights (1 by default) and `s` the smoothing, the
  /// loss of one element is `−Σ w[c] · ((1 − s) · target[c] + s / C) · p[c]`, where a class index `t` counts as
  /// probability 1 of the class `t`.
  ///
  /// - Parameters:
  ///   - input: Logits of shape (C), (N, C) or (N, C, d1, …).
  ///   - target: Class indices (`int64`) of shape (), (N) or (N, d1, …), or probabilities of the input's shape.
  ///   - weight: A weight for each class, of shape (C), a constant.
  ///   - reduction: `.mean` divides the sum by the total weight of the targets that count; for probabilities by
  ///     the number of elements.
  ///   - ignoreIndex: A class index whose targets count nothing; −100 by default.
  ///   - labelSmoothing: The part of the target, 0 to 1, that is spread evenly over the classes; 0 by default.
  /// - Returns: One number, or with `.none` a tensor of the input's shape without the classes.
  /// - Throws: `TensorError` when shapes or types don't fit, an index is no class, or `labelSmoothing` isn't in 0 ... 1.
  public static func crossEntropy(
    _ input: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean,
    ignoreIndex: Int = -100, labelSmoothing: Double = 0
  ) throws -> Tensor {
    let problem = try CrossEntropy(
      input, target, weight, reduction, ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing)
    let (losses, statistics, divisor) = try problem.losses()
    let output =
      switch reduction {
      case .none: losses
      case .sum: try losses.sum()
      case .mean: try losses.sum() / divisor
      }
    guard Autograd.records(problem.input, problem.target) else { return output }
    return output.attached(to: CrossEntropyNode(problem, statistics, divisor: divisor))
  }
}

/// A checked call: the operands in one floating-point type, and what the kernels must know of their shapes.
private struct CrossEntropy {
  /// What remains of a call when its tensors are saved.
  struct Settings {
    var kernel = pt_cross_entropy()
    let reduction: LossReduction
    let classDim: Int
    let hasProbabilities: Bool
    /// The input's shape without the classes.
    var lossSizes: Shape
  }

  let input: Tensor
  let target: Tensor
  let weight: Tensor?
  let settings: Settings

  init(
    _ input: Tensor, _ target: Tensor, _ weight: Tensor?, _ reduction: LossReduction, ignoreIndex: Int,
    labelSmoothing: Double
  ) throws {
    _ = try input.requiringFloatingPoint("crossEntropy")
    guard input.ndim > 0 else {
      throw TensorError.invalidInput(
        operation: "crossEntropy", shape: input.shape,
        expected: "logits of shape (C), (N, C) or (N, C, d1, …)")
    }
    guard labelSmoothing >= 0, labelSmoothing <= 1 else {
      throw TensorError.invalidArgument(
        operation: "crossEntropy", argument: "labelSmoothing", value: "\(labelSmoothing)", expected: "0 to 1")
    }
    let classDim = Swift.min(1, input.ndim - 1)
    var settings = Settings(
      reduction: reduction, classDim: classDim, hasProbabilities: input.sizes == target.sizes,
      lossSizes: input.sizes)
    settings.lossSizes.remove(at: classDim)
    settings.kernel = pt_cross_entropy(
      batch: classDim == 0 ? 1 : Int64(input.sizes[0]), classes: Int64(input.sizes[classDim]),
      inner: Int64(input.sizes.dropFirst(classDim + 1).reduce(1, *)), ignore_index: Int64(ignoreIndex),
      label_smoothing: labelSmoothing)
    self.settings = settings
    if settings.hasProbabilities {
      let dtype = DType.promote(input.dtype, target.dtype)
      self.target = try target.requiringFloatingPoint("crossEntropy").to(dtype)
      self.input = try input.to(dtype)
      guard ignoreIndex < 0 else {
        throw TensorError.invalidArgument(
          operation: "crossEntropy", argument: "ignoreIndex", value: "\(ignoreIndex)",
          expected: "none for a target of probabilities")
      }
    } else {
      guard target.dtype == .int64 else {
        throw TensorError.unsupportedDType(
          operation: "crossEntropy", dtype: target.dtype,
          expected: "int64 class indices, or probabilities of the input's shape")
      }
      guard target.sizes == settings.lossSizes || (classDim == 0 && target.sizes == Shape([1])) else {
        throw TensorError.shapeMismatch(
          operation: "crossEntropy", input.shape, target.shape,
          expected: "a target of shape \(Tensor.shapeText([Int](settings.lossSizes)))")
      }
      (self.input, self.target) = (input, try target.packed().viewed(as: settings.lossSizes))
    }
    self.weight = try CrossEntropy.checked(weight, for: input, classDim)?.converted(to: self.input.dtype)
  }

  private static func checked(_ weight: Tensor?, for input: Tensor, _ classDim: Int) throws -> Tensor? {
    guard let weight else { return nil }
    guard weight.sizes == Shape([input.sizes[classDim]]) else {
      throw TensorError.shapeMismatch(
        operation: "crossEntropy", input.shape, weight.shape, expected: "one weight for each class")
    }
    guard weight.dtype == input.dtype else {
      throw TensorError.unsupportedDType(
        operation: "crossEntropy", dtype: weight.dtype,
        expected: "weights of the input's type, \(input.dtype)")
    }
    guard !Autograd.records(weight) else {
      throw TensorError.invalidArgument(
        operation: "crossEntropy", argument: "weight", value: "a tensor that requires a gradient",
        expected: "a constant; detach() gives one")
    }
    return try weight.packed()
  }

  /// The losses, what backward needs of the softmax, and what the mean divides by.
  func losses() throws -> (losses: Tensor, statistics: Tensor, divisor: Double) {
    var kernel = settings.kernel
    let losses = try Tensor(
      uninitialized: settings.lossSizes, dtype: input.dtype, operation: "crossEntropy")
    let statistics = try Tensor(
      uninitialized: Shape([2, losses.count]), dtype: .float64, operation: "crossEntropy")
    let (x, y) = (try input.packed(), try target.packed())
    var divisor = Double(losses.count)
    var outlier: Int64 = -1
    switch (settings.hasProbabilities, x.dtype) {
    case (true, .float32):
      pt_cross_entropy_probability_f32(
        &kernel, x.pointer(), y.pointer(), weight?.pointer(), losses.pointer(), statistics.pointer())
    case (true, _):
      pt_cross_entropy_probability_f64(
        &kernel, x.pointer(), y.pointer(), weight?.pointer(), losses.pointer(), statistics.pointer())
    case (false, .float32):
      outlier = pt_cross_entropy_index_f32(
        &kernel, x.pointer(), y.pointer(), weight?.pointer(), losses.pointer(), statistics.pointer(),
        &divisor)
    case (false, _):
      outlier = pt_cross_entropy_index_f64(
        &kernel, x.pointer(), y.pointer(), weight?.pointer(), losses.pointer(), statistics.pointer(),
        &divisor)
    }
    guard outlier < 0 else {
      throw TensorError.invalidArgument(
        operation: "crossEntropy", argument: "target",
        value: "\(y.scalarElement(at: y.offset + Int(outlier)).int64)",
        expected: "class indices below \(kernel.classes), or ignoreIndex")
    }
    return (losses, statistics, divisor)
  }
}

private final class CrossEntropyNode: Node {
  private let settings: CrossEntropy.Settings
  private let divisor: Double
  private let hasWeight: Bool

  init(_ problem: CrossEntropy, _ statistics: Tensor, divisor: Double) {
    settings = problem.settings
    self.divisor = divisor
    hasWeight = problem.weight != nil
    super.init("CrossEntropy", inputs: [problem.input, settings.hasProbabilities ? problem.target : nil])
    save(problem.input, problem.target, statistics)
    if let weight = problem.weight { save(weight) }
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let weight = hasWeight ? try saved(3) : nil
    let scaled = settings.reduction == .mean ? try gradient / divisor : gradient
    let upstream = try scaled.expanded(to: settings.lossSizes)
    if Autograd.isEnabled { return try recorded(upstream, saved(0), saved(1), weight) }
    return try fused(upstream.packed(), saved(0).packed(), saved(1).packed(), saved(2), weight)
  }

  private func fused(
    _ upstream: Tensor, _ input: Tensor, _ target: Tensor, _ statistics: Tensor, _ weight: Tensor?
  ) throws -> Gradients {
    var kernel = settings.kernel
    func gradient(_ index: Int) throws -> Tensor? {
      guard needsGradient(index) else { return nil }
      return try Tensor(uninitialized: input.sizes, dtype: input.dtype, operation: "crossEntropy")
    }
    let (byInput, byTarget) = (try gradient(0), try gradient(1))
    switch (settings.hasProbabilities, input.dtype) {
    case (true, .float32):
      pt_cross_entropy_probability_backward_f32(
        &kernel, input.pointer(), target.pointer(), weight?.pointer(), statistics.pointer(),
        upstream.pointer(), byInput?.pointer(), byTarget?.pointer())
    case (true, _):
      pt_cross_entropy_probability_backward_f64(
        &kernel, input.pointer(), target.pointer(), weight?.pointer(), statistics.pointer(),
        upstream.pointer(), byInput?.pointer(), byTarget?.pointer())
    case (false, .float32):
      pt_cross_entropy_index_backward_f32(
        &kernel, input.pointer(), target.pointer(), weight?.pointer(), statistics.pointer(),
        upstream.pointer(), byInput?.pointer())
    case (false, _):
      pt_cross_entropy_index_backward_f64(
        &kernel, input.pointer(), target.pointer(), weight?.pointer(), statistics.pointer(),
        upstream.pointer(), byInput?.pointer())
    }
    return Gradients(byInput, byTarget)
  }

  /// With `loss = −Σ share · logSoftmax(x)` the gradient is `softmax(x) · Σ share − share`.
  private func recorded(
    _ upstream: Tensor, _ input: Tensor, _ target: Tensor, _ weight: Tensor?
  ) throws -> Gradients {
    let (dim, smoothing) = (settings.classDim, settings.kernel.label_smoothing)
    let column = [Int(settings.kernel.classes)] + Array(repeating: 1, count: input.ndim - dim - 1)
    let weights = try weight?.reshaped(column) ?? Tensor.ones(column, dtype: input.dtype)
    var share = weights
    if settings.hasProbabilities {
      try share *= target * (1 - smoothing) + smoothing / Double(settings.kernel.classes)
    } else {
      let indices = try target.unsqueezed(dim)
      let chosen = try indices.isEqual(to: Tensor.arange(column[0]).reshaped(column)).to(input.dtype)
      let counted = try indices.isNotEqual(to: Tensor(Int(settings.kernel.ignore_index))).to(input.dtype)
      try share *= (chosen * (1 - smoothing) + smoothing / Double(settings.kernel.classes)) * counted
    }
    let outer = try upstream.unsqueezed(dim)
    let logProbabilities = try input.logSoftmax(dim: dim)
    return Gradients(
      needsGradient(0)
        ? try outer * (logProbabilities.exp() * share.sum(dim: dim, keepDims: true) - share) : nil,
      needsGradient(1) ? try -(outer * weights * logProbabilities) * (1 - smoothing) : nil)
  }
}
