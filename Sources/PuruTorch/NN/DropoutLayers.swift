// Dropout as modules, which drop in training and return their input in evaluation.

/// Drops single elements in training: `Functional.dropout`.
public final class Dropout: Module {
  /// The probability of an element to be dropped.
  public let p: Double
  /// Where masks come from; the task's or the global generator when nil.
  public let generator: Generator?

  /// A dropout with probability `p`, 0.5 by default.
  ///
  /// - Throws: `TensorError.invalidArgument` when `p` isn't in 0 ... 1.
  public init(p: Double = 0.5, generator: Generator? = nil) throws {
    self.p = try Functional.checkedProbability(p, "Dropout")
    self.generator = generator
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try Functional.dropout(input, p: p, training: isTraining, generator: generator)
  }
}

/// Drops whole channels of sequences (N, C, L) in training: `Functional.dropout1D`.
public final class Dropout1D: Module {
  /// The probability of a channel to be dropped.
  public let p: Double
  /// Where masks come from; the task's or the global generator when nil.
  public let generator: Generator?

  /// A dropout with probability `p`, 0.5 by default.
  ///
  /// - Throws: `TensorError.invalidArgument` when `p` isn't in 0 ... 1.
  public init(p: Double = 0.5, generator: Generator? = nil) throws {
    self.p = try Functional.checkedProbability(p, "Dropout1D")
    self.generator = generator
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try Functional.dropout1D(input, p: p, training: isTraining, generator: generator)
  }
}

/// Drops whole channels of images (N, C, H, W) in training: `Functional.dropout2D`.
public final class Dropout2D: Module {
  /// The probability of a channel to be dropped.
  public let p: Double
  /// Where masks come from; the task's or the global generator when nil.
  public let generator: Generator?

  /// A dropout with probability `p`, 0.5 by default.
  ///
  /// - Throws: `TensorError.invalidArgument` when `p` isn't in 0 ... 1.
  public init(p: Double = 0.5, generator: Generator? = nil) throws {
    self.p = try Functional.checkedProbability(p, "Dropout2D")
    self.generator = generator
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try Functional.dropout2D(input, p: p, training: isTraining, generator: generator)
  }
}
