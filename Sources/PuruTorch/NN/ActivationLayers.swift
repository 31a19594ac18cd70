// Activations as modules.

/// Returns its input: `Functional.identity`.
public final class Identity: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { Functional.identity(input) }
}

/// The logistic function of each element: `Tensor.sigmoid`.
public final class Sigmoid: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { try input.sigmoid() }
}

/// The hyperbolic tangent of each element: `Tensor.tanh`.
public final class Tanh: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { try input.tanh() }
}

/// Each element where it is positive, else 0: `Tensor.relu`.
public final class ReLU: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { try input.relu() }
}

/// The softmax over a dimension: `Tensor.softmax`.
public final class Softmax: Module {
  /// The dimension over which the results add up to 1.
  public let dim: Int

  /// A softmax over the dimension `dim`.
  public init(dim: Int) { self.dim = dim }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.softmax(dim: dim) }
}

/// The logarithm of the softmax over a dimension: `Tensor.logSoftmax`.
public final class LogSoftmax: Module {
  /// The dimension of the softmax.
  public let dim: Int

  /// A log-softmax over the dimension `dim`.
  public init(dim: Int) { self.dim = dim }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.logSoftmax(dim: dim) }
}
