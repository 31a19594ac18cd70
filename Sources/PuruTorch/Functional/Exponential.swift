// Exponential, logarithm and square root.

import CKernels

extension Tensor {
  /// e raised to each element. Integers are converted to `float32`.
  public func exp() throws -> Tensor {
    let input = try asFloatingPoint()
    let output = try Elementwise.unary(PT_EXP, input, "exp")
    return Autograd.records(input) ? output.attached(to: ExpNode(input, output)) : output
  }

  /// The natural logarithm of each element: −∞ at 0, NaN below. Integers are converted to `float32`.
  public func log() throws -> Tensor {
    let input = try asFloatingPoint()
    let output = try Elementwise.unary(PT_LOG, input, "log")
    return Autograd.records(input) ? output.attached(to: LogNode(input)) : output
  }

  /// The square root of each element, NaN below 0. Integers are converted to `float32`.
  public func sqrt() throws -> Tensor {
    let input = try asFloatingPoint()
    let output = try Elementwise.unary(PT_SQRT, input, "sqrt")
    return Autograd.records(input) ? output.attached(to: SqrtNode(input, output)) : output
  }
}

private final class ExpNode: Node {
  init(_ input: Tensor, _ output: Tensor) {
    super.init("Exp", input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients { Gradients(try gradient * saved(0)) }
}

private final class LogNode: Node {
  init(_ input: Tensor) {
    super.init("Log", input)
    save(input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients { Gradients(try gradient / saved(0)) }
}

private final class SqrtNode: Node {
  init(_ input: Tensor, _ output: Tensor) {
    super.init("Sqrt", input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try gradient / (2 * saved(0)))
  }
}
