// Softmax and its logarithm over one dimension.

import CKernels

extension Tensor {
  /// The exponentials of the elements divided by their sum over a dimension, `exp(x) / Σ exp(x)`.
  ///
  /// - Throws: `TensorError.dimensionOutOfRange`, `TensorError.unsupportedDType` for integers and booleans.
  public func softmax(dim: Int) throws -> Tensor {
    let input = try requiringFloatingPoint("softmax")
    let axis = try SoftmaxAxis(input, dim, "softmax")
    let output = try axis.map(input, pt_softmax_f32, pt_softmax_f64)
    return Autograd.records(self) ? output.attached(to: SoftmaxNode(self, output, axis)) : output
  }

  /// The logarithm of the softmax over a dimension, `x − log Σ exp(x)`, without overflow.
  ///
  /// - Throws: `TensorError.dimensionOutOfRange`, `TensorError.unsupportedDType` for integers and booleans.
  public func logSoftmax(dim: Int) throws -> Tensor {
    let input = try requiringFloatingPoint("logSoftmax")
    let axis = try SoftmaxAxis(input, dim, "logSoftmax")
    let output = try axis.map(input, pt_log_softmax_f32, pt_log_softmax_f64)
    return Autograd.records(self) ? output.attached(to: LogSoftmaxNode(self, output, axis)) : output
  }
}

/// The dimension that a softmax runs over, and the tensor's shape around it as the kernels see it.
private struct SoftmaxAxis {
  typealias Map<Element> = (
    Int64, Int64, Int64, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?
  ) -> Void
  typealias Backward<Element> = (
    Int64, Int64, Int64, UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?
  ) -> Void

  let dim: Int
  private let outer: Int64
  private let count: Int64
  private let inner: Int64
  private let operation: String

  init(_ input: Tensor, _ dim: Int, _ operation: String) throws {
    self.dim = try input.sizes.dimension(dim, operation: operation)
    self.operation = operation
    outer = Int64(input.sizes.prefix(self.dim).reduce(1, *))
    count = input.ndim == 0 ? 1 : Int64(input.sizes[self.dim])
    inner = Int64(input.sizes.dropFirst(self.dim + 1).reduce(1, *))
  }

  func map(_ input: Tensor, _ single: Map<Float>, _ double: Map<Double>) throws -> Tensor {
    let x = try input.packed()
    let output = try Tensor(uninitialized: x.sizes, dtype: x.dtype, operation: operation)
    if output.count == 0 { return output }
    if x.dtype == .float32 {
      single(outer, count, inner, x.pointer(), output.pointer())
    } else {
      double(outer, count, inner, x.pointer(), output.pointer())
    }
    return output
  }

  func backward(
    _ result: Tensor, _ gradient: Tensor, _ single: Backward<Float>, _ double: Backward<Double>
  ) throws -> Tensor {
    let upstream = try gradient.packed()
    let output = try Tensor(uninitialized: result.sizes, dtype: result.dtype, operation: operation)
    if output.count == 0 { return output }
    if result.dtype == .float32 {
      single(outer, count, inner, result.pointer(), upstream.pointer(), output.pointer())
    } else {
      double(outer, count, inner, result.pointer(), upstream.pointer(), output.pointer())
    }
    return output
  }
}

private final class SoftmaxNode: Node {
  private let axis: SoftmaxAxis

  init(_ input: Tensor, _ output: Tensor, _ axis: SoftmaxAxis) {
    self.axis = axis
    super.init("Softmax", input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let y = try saved(0)
    if Autograd.isEnabled {
      return Gradients(try y * (gradient - (y * gradient).sum(dim: axis.dim, keepDims: true)))
    }
    return Gradients(try axis.backward(y, gradient, pt_softmax_backward_f32, pt_softmax_backward_f64))
  }
}

private final class LogSoftmaxNode: Node {
  private let axis: SoftmaxAxis

  init(_ input: Tensor, _ output: Tensor, _ axis: SoftmaxAxis) {
    self.axis = axis
    super.init("LogSoftmax", input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let y = try saved(0)
    if Autograd.isEnabled {
      return Gradients(try gradient - y.exp() * gradient.sum(dim: axis.dim, keepDims: true))
    }
    return Gradients(
      try axis.backward(y, gradient, pt_log_softmax_backward_f32, pt_log_softmax_backward_f64))
  }
}
