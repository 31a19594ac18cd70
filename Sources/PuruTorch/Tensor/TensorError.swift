// Everything that tensors, layers and optimisers refuse, with what was wrong and what was expected.

/// An input that an operation can't work with.
///
/// Every case names the operation; its description says what was given and what was expected.
public enum TensorError: Error, Equatable, Sendable {
  /// Two shapes that do not fit together.
  case shapeMismatch(operation: String, [Int], [Int], expected: String)
  /// One shape that does not fit the operation.
  case invalidInput(operation: String, shape: [Int], expected: String)
  /// Sizes that no tensor can have: negative ones.
  case invalidShape(operation: String, shape: [Int])
  /// More than eight dimensions.
  case tooManyDimensions(operation: String, count: Int)
  /// A dimension that the tensor does not have.
  case dimensionOutOfRange(operation: String, dimension: Int, shape: [Int])
  /// The same dimension named twice.
  case repeatedDimension(operation: String, dimension: Int)
  /// An index outside its dimension.
  case indexOutOfRange(operation: String, index: Int, size: Int)
  /// An argument with an unusable value, such as a stride of zero.
  case invalidArgument(operation: String, argument: String, value: String, expected: String)
  /// An element type that the operation isn't defined for.
  case unsupportedDType(operation: String, dtype: DType, expected: String)
  /// Nested arrays of unequal lengths.
  case raggedArray(expected: [Int], found: [Int])
  /// Memory for a result of this shape can't be had.
  case outOfMemory(operation: String, shape: [Int])
  /// `backward` on a tensor that no gradient can be computed for.
  case noGradient(operation: String)
  /// A second `backward` through a graph whose saved tensors the first one freed.
  case graphFreed(operation: String)
  /// A tensor that a graph needs was changed in place since it was saved.
  case modifiedInPlace(operation: String)
  /// An in-place change of a tensor whose history is being recorded.
  case inPlaceOnRecorded(operation: String)
  /// A gradient of this operation can't itself be differentiated.
  case notTwiceDifferentiable(operation: String)
  /// A user's `Function` gave a number of values other than expected.
  case wrongCount(operation: String, expected: Int, found: Int)
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shapeMismatch(let operation, let a, let b, let expected):
      "\(operation): shapes \(text(a)) and \(text(b)), expected \(expected)"
    case .invalidInput(let operation, let shape, let expected):
      "\(operation): a tensor of shape \(text(shape)), expected \(expected)"
    case .invalidShape(let operation, let shape):
      "\(operation): shape \(text(shape)), expected sizes of at least 0"
    case .tooManyDimensions(let operation, let count):
      "\(operation): \(count) dimensions, expected at most \(Shape.maximumCount)"
    case .dimensionOutOfRange(let operation, let dimension, let shape):
      "\(operation): dimension \(dimension) of a tensor of shape \(text(shape)), "
        + "expected \(-Swift.max(shape.count, 1)) to \(Swift.max(shape.count, 1) - 1)"
    case .repeatedDimension(let operation, let dimension):
      "\(operation): dimension \(dimension) is named twice, expected each once"
    case .indexOutOfRange(let operation, let index, let size):
      "\(operation): index \(index) in a dimension of size \(size), expected \(-size) to \(size - 1)"
    case .invalidArgument(let operation, let argument, let value, let expected):
      "\(operation): \(argument) is \(value), expected \(expected)"
    case .unsupportedDType(let operation, let dtype, let expected):
      "\(operation): a tensor of type \(dtype), expected \(expected)"
    case .raggedArray(let expected, let found):
      "Tensor.init: a nested array with parts of shape \(text(expected)) and \(text(found)), "
        + "expected parts of one shape"
    case .outOfMemory(let operation, let shape):
      "\(operation): no memory for a tensor of shape \(text(shape))"
    case .noGradient(let operation):
      "\(operation): the tensor neither requires a gradient nor has a gradFn"
    case .graphFreed(let operation):
      "\(operation): a second backward through a graph that the first one freed; "
        + "pass retainGraph: true to the first"
    case .modifiedInPlace(let operation):
      "\(operation): a tensor that backward needs was changed in place after it was saved"
    case .inPlaceOnRecorded(let operation):
      "\(operation): an in-place change of a tensor that requires a gradient; do it inside noGrad { }"
    case .notTwiceDifferentiable(let operation):
      "\(operation): its gradient can't itself be differentiated"
    case .wrongCount(let operation, let expected, let found):
      "\(operation): \(found) values, expected \(expected)"
    }
  }

  private func text(_ shape: [Int]) -> String { Tensor.shapeText(shape) }
}
