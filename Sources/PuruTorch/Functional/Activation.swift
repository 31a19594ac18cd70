// Elementwise activations: sigmoid, tanh, ReLU; and the identity.

import CKernels

extension Tensor {
  /// The logistic function of each element, `1 / (1 + exp(−x))`. Integers and booleans are converted to `float32`.
  public func sigmoid() throws -> Tensor {
    let input = try asFloatingPoint()
    let output = try Elementwise.unary(PT_SIGMOID, input, "sigmoid")
    return Autograd.records(input) ? output.attached(to: SigmoidNode(input, output)) : output
  }

  /// The hyperbolic tangent of each element. Integers and booleans are converted to `float32`.
  public func tanh() throws -> Tensor {
    let input = try asFloatingPoint()
    let output = try Elementwise.unary(PT_TANH, input, "tanh")
    return Autograd.records(input) ? output.attached(to: TanhNode(input, output)) : output
  }

  /// Each element where it is positive, else 0; NaN stays. The gradient at 0 is 0.
  ///
  /// - Throws: `TensorError.unsupportedDType` for booleans.
  public func relu() throws -> Tensor {
    let output = try Elementwise.unary(PT_RELU, self, "relu")
    return Autograd.records(self) ? output.attached(to: ReLUNode(self, output)) : output
  }
}

extension Functional {
  /// The input itself.
  public static func identity(_ input: Tensor) -> Tensor { input }
}

private final class SigmoidNode: Node {
  init(_ input: Tensor, _ output: Tensor) {
    super.init("Sigmoid", input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let y = try saved(0)
    if Autograd.isEnabled { return Gradients(try gradient * ((1 - y) * y)) }
    return Gradients(try Elementwise.unaryBackward(PT_SIGMOID, gradient, saved: y))
  }
}

private final class TanhNode: Node {
  init(_ input: Tensor, _ output: Tensor) {
    super.init("Tanh", input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let y = try saved(0)
    if Autograd.isEnabled { return Gradients(try gradient * (1 - y * y)) }
    return Gradients(try Elementwise.unaryBackward(PT_TANH, gradient, saved: y))
  }
}

/// Its slope is constant between the jumps, so that the gradient's gradient is the same operation again.
private final class ReLUNode: Node {
  init(_ input: Tensor, _ output: Tensor) {
    super.init("ReLU", input)
    saveOutput(output)
  }

  fileprivate init(gradient: Tensor, output: Tensor) {
    super.init("ReLUBackward", gradient)
    save(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let output = try saved(0)
    let result = try Elementwise.unaryBackward(PT_RELU, gradient, saved: output)
    guard Autograd.records(gradient) else { return Gradients(result) }
    return Gradients(result.attached(to: ReLUNode(gradient: gradient, output: output.detach())))
  }
}
