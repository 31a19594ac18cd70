// Losses: mean squared error and cross entropy.

import CKernels

/// How the losses of a batch become one.
public enum LossReduction: String, Sendable, CaseIterable {
  /// They don't: every element keeps its loss.
  case none
  /// Their mean.
  case mean
  /// Their sum.
  case sum
}

// MARK: - Mean squared error

extension Functional {
  /// The squared error `(input − target)²`, by default its mean.
  ///
  /// - Parameters:
  ///   - input: Any shape.
  ///   - target: A shape that broadcasts with the input's.
  ///   - reduction: How the elements' losses become one; their mean by default.
  /// - Returns: One number, or with `.none` a tensor of the shape that both broadcast to.
  /// - Throws: `TensorError.shapeMismatch`; `TensorError.unsupportedDType` when neither is of a floating-point type.
  public static func mseLoss(
    _ input: Tensor, _ target: Tensor, reduction: LossReduction = .mean
  ) throws -> Tensor {
    let dtype = DType.promote(input.dtype, target.dtype)
    guard dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: "mseLoss", dtype: dtype, expected: "a floating-point type")
    }
    let sizes = try Shape.broadcast(input.sizes, target.sizes, operation: "mseLoss")
    let a = try input.to(dtype).expanded(to: sizes)
    let b = try target.to(dtype).expanded(to: sizes)
    let (x, y) = (try a.packed(), try b.packed())
    let errors = try Tensor(uninitialized: sizes, dtype: dtype, operation: "mseLoss")
    if dtype == .float32 {
      pt_mse_f32(Int64(errors.count), x.pointer(), y.pointer(), errors.pointer())
    } else {
      pt_mse_f64(Int64(errors.count), x.pointer(), y.pointer(), errors.pointer())
    }
    let output =
      switch reduction {
      case .none: errors
      case .mean: try errors.mean()
      case .sum: try errors.sum()
      }
    return Autograd.records(a, b) ? output.attached(to: MSELossNode(a, b, reduction)) : output
  }
}

private final class MSELossNode: Node {
  private let reduction: LossReduction

  init(_ input: Tensor, _ target: Tensor, _ reduction: LossReduction) {
    self.reduction = reduction
    super.init("MSELoss", input, target)
    save(input, target)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (input, target) = (try saved(0), try saved(1))
    let scale = reduction == .mean ? 2 / Double(input.count) : 2
    return Gradients(
      needsGradient(0) ? try slope(input, target, scale, gradient) : nil,
      needsGradient(1) ? try slope(input, target, -scale, gradient) : nil)
  }

  private func slope(
    _ input: Tensor, _ target: Tensor, _ scale: Double, _ gradient: Tensor
  ) throws -> Tensor {
    if Autograd.isEnabled { return try (input - target) * scale * gradient }
    let (x, y, upstream) = (try input.packed(), try target.packed(), try gradient.packed())
    let output = try Tensor(uninitialized: x.sizes, dtype: x.dtype, operation: "mseLoss")
    let step: Int64 = reduction == .none ? 1 : 0
    if x.dtype == .float32 {
      pt_mse_backward_f32(
        Int64(x.count), scale, x.pointer(), y.pointer(), upstream.pointer(), step, output.pointer())
    } else {
      pt_mse_backward_f64(
        Int64(x.count), scale, x.pointer(), y.pointer(), upstream.pointer(), step, output.pointer())
    }
    return output
  }
}
