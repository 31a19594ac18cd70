// Dropout of elements and of whole channels, drawn or from a given mask.

import CKernels

extension Functional {
  /// The input with elements set to 0 with probability `p` and the others multiplied by `1 / (1 − p)`.
  ///
  /// - Parameters:
  ///   - input: Any shape.
  ///   - p: The probability of an element to be dropped; 0.5 by default.
  ///   - training: Without it the input is returned as it is.
  ///   - generator: Where the mask comes from; the task's or the global generator by default.
  /// - Throws: `TensorError.invalidArgument` when `p` isn't in 0 ... 1, `TensorError.unsupportedDType` for integers
  ///   and booleans in training.
  public static func dropout(
    _ input: Tensor, p: Double = 0.5, training: Bool = true, generator: Generator? = nil
  ) throws -> Tensor {
    try DropoutMask.draw(input, [Int](input.sizes), p, training, generator, "dropout")
  }

  /// The input with whole channels set to 0 with probability `p` and the others multiplied by `1 / (1 − p)`.
  ///
  /// - Parameters:
  ///   - input: Shape (N, C, L), or (C, L) for one sample.
  ///   - p: The probability of a channel to be dropped; 0.5 by default.
  ///   - training: Without it the input is returned as it is.
  ///   - generator: Where the mask comes from; the task's or the global generator by default.
  /// - Throws: As `dropout`, and `TensorError.invalidInput` for another number of dimensions.
  public static func dropout1D(
    _ input: Tensor, p: Double = 0.5, training: Bool = true, generator: Generator? = nil
  ) throws -> Tensor {
    guard input.ndim == 2 || input.ndim == 3 else {
      throw TensorError.invalidInput(
        operation: "dropout1D", shape: input.shape, expected: "(N, C, L) or (C, L)")
    }
    return try DropoutMask.draw(input, input.shape.dropLast(), p, training, generator, "dropout1D")
  }

  /// The input with whole channels set to 0 with probability `p` and the others multiplied by `1 / (1 − p)`.
  ///
  /// - Parameters:
  ///   - input: Shape (N, C, H, W); as in PyTorch any other shape whose first two dimensions are batch and channels.
  ///   - p: The probability of a channel to be dropped; 0.5 by default.
  ///   - training: Without it the input is returned as it is.
  ///   - generator: Where the mask comes from; the task's or the global generator by default.
  /// - Throws: As `dropout`, and `TensorError.invalidInput` for fewer than two dimensions.
  public static func dropout2D(
    _ input: Tensor, p: Double = 0.5, training: Bool = true, generator: Generator? = nil
  ) throws -> Tensor {
    guard input.ndim >= 2 else {
      throw TensorError.invalidInput(operation: "dropout2D", shape: input.shape, expected: "(N, C, H, W)")
    }
    return try DropoutMask.draw(input, Array(input.shape.prefix(2)), p, training, generator, "dropout2D")
  }

  /// The input where a mask is true, multiplied by `1 / (1 − p)`, and 0 elsewhere: dropout with a mask drawn before.
  ///
  /// - Parameters:
  ///   - input: Any shape.
  ///   - mask: Booleans of the input's shape; or of its first dimensions, such as (N, C), to keep or drop all that
  ///     the others hold. Dimensions of size 1 may stand for those others.
  ///   - p: The probability of dropping that the mask was drawn with; 0.5 by default.
  ///   - training: Without it the input is returned as it is.
  /// - Throws: `TensorError` when the mask's shape or type doesn't fit or `p` isn't in 0 ... 1.
  public static func dropout(
    _ input: Tensor, mask: Tensor, p: Double = 0.5, training: Bool = true
  ) throws -> Tensor {
    let p = try checkedProbability(p, "dropout")
    guard mask.dtype == .bool else {
      throw TensorError.unsupportedDType(
        operation: "dropout", dtype: mask.dtype, expected: "a mask of booleans")
    }
    guard training else { return input }
    return try DropoutMask.apply(mask.packed(), to: input, scale: DropoutMask.scale(p), "dropout")
  }
}

extension Functional {
  /// The probability itself, refused when it isn't in 0 ... 1.
  static func checkedProbability(_ p: Double, _ operation: String) throws -> Double {
    guard p >= 0, p <= 1 else {
      throw TensorError.invalidArgument(
        operation: operation, argument: "p", value: "\(p)", expected: "a probability, 0 to 1")
    }
    return p
  }
}

private enum DropoutMask {
  /// What kept elements are multiplied by.
  static func scale(_ p: Double) -> Double { p == 1 ? 0 : 1 / (1 - p) }

  static func draw(
    _ input: Tensor, _ maskShape: [Int], _ p: Double, _ training: Bool, _ generator: Generator?,
    _ operation: String
  ) throws -> Tensor {
    let p = try Functional.checkedProbability(p, operation)
    guard training, p > 0 else { return input }
    let mask = try Tensor.bernoulli(maskShape, p: 1 - p, dtype: .bool, generator: generator)
    return try apply(mask, to: input, scale: scale(p), operation)
  }

  static func apply(_ mask: Tensor, to input: Tensor, scale: Double, _ operation: String) throws -> Tensor {
    let x = try input.requiringFloatingPoint(operation).packed()
    let shared = zip(mask.sizes, x.sizes).prefix { $0 == $1 }.count
    guard mask.ndim <= x.ndim, mask.sizes.dropFirst(shared).allSatisfy({ $0 == 1 }) else {
      throw TensorError.shapeMismatch(
        operation: operation, x.shape, mask.shape,
        expected: "a mask of the input's shape, or of its first dimensions")
    }
    let output = try Tensor(uninitialized: x.sizes, dtype: x.dtype, operation: operation)
    let (outer, inner) = (Int64(mask.count), Int64(x.sizes.dropFirst(shared).reduce(1, *)))
    if x.dtype == .float32 {
      pt_dropout_f32(outer, inner, scale, x.pointer(), mask.pointer(), output.pointer())
    } else {
      pt_dropout_f64(outer, inner, scale, x.pointer(), mask.pointer(), output.pointer())
    }
    guard Autograd.records(input) else { return output }
    return output.attached(to: DropoutNode(input, mask, scale: scale, operation))
  }
}

/// Its gradient is the same dropout, with the same mask, of the gradient.
private final class DropoutNode: Node {
  private let scale: Double
  private let operation: String

  init(_ input: Tensor, _ mask: Tensor, scale: Double, _ operation: String) {
    (self.scale, self.operation) = (scale, operation)
    super.init("Dropout", input)
    save(mask)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try DropoutMask.apply(saved(0), to: gradient, scale: scale, operation))
  }
}
