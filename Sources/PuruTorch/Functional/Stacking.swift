// Tensors put on top of each other along a new dimension, and taken apart again.

extension Tensor {
  /// Tensors of one shape and type along a new dimension, in the order of the array, as `torch.stack`.
  ///
  /// ```swift
  /// let rows = try [Tensor([1, 2]), Tensor([3, 4])]
  /// try Tensor.stack(rows).shape              // [2, 2]; its rows are the two
  /// try Tensor.stack(rows, dim: 1)[0]         // 1, 3
  /// ```
  ///
  /// - Parameters:
  ///   - tensors: At least one.
  ///   - dim: The new dimension's position in the result, from the end if negative; the first by default.
  /// - Throws: `TensorError.invalidArgument` for no tensors, `shapeMismatch` and `unsupportedDType` when they aren't
  ///   alike, `dimensionOutOfRange`, and `tooManyDimensions`.
  public static func stack(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError.invalidArgument(
        operation: "stack", argument: "tensors", value: "none", expected: "at least one")
    }
    for tensor in tensors {
      guard tensor.sizes == first.sizes else {
        throw TensorError.shapeMismatch(
          operation: "stack", first.shape, tensor.shape, expected: "tensors of one shape")
      }
      guard tensor.dtype == first.dtype else {
        throw TensorError.unsupportedDType(
          operation: "stack", dtype: tensor.dtype, expected: "\(first.dtype), as the first")
      }
    }
    guard first.ndim < Shape.maximumCount else {
      throw TensorError.tooManyDimensions(operation: "stack", count: first.ndim + 1)
    }
    guard dim >= -(first.ndim + 1) && dim <= first.ndim else {
      throw TensorError.dimensionOutOfRange(operation: "stack", dimension: dim, shape: first.shape)
    }
    let position = dim < 0 ? dim + first.ndim + 1 : dim
    var sizes = first.sizes
    sizes.insert(tensors.count, at: position)
    let output = try Tensor(uninitialized: sizes, dtype: first.dtype, operation: "stack")
    for (place, tensor) in zip(output.slices(along: position), tensors) { place.copyElements(of: tensor) }
    guard tensors.contains(where: { Autograd.records($0) }) else { return output }
    return output.attached(to: StackNode(tensors, dim: position))
  }

  /// Views of all positions along a dimension, which they don't have any more, as `torch.unbind`.
  ///
  /// One step back joins the gradients of all of them; as many subscripts would each put theirs into zeros of the
  /// whole's size.
  ///
  /// - Parameter dim: The dimension, from the end if negative; the first by default.
  /// - Throws: `TensorError.dimensionOutOfRange`; `invalidInput` for a tensor without dimensions.
  public func unbind(dim: Int = 0) throws -> [Tensor] {
    guard ndim > 0 else {
      throw TensorError.invalidInput(operation: "unbind", shape: shape, expected: "at least one dimension")
    }
    let position = try sizes.dimension(dim, operation: "unbind")
    let parts = slices(along: position)
    guard Autograd.records(self), !parts.isEmpty else { return parts }
    let node = UnbindNode(self, dim: position)
    return parts.enumerated().map { index, part in part.attached(to: node, output: Int32(index)) }
  }

  /// The views without their history.
  private func slices(along dim: Int) -> [Tensor] {
    var (sizes, strides) = (sizes, strides)
    let (count, step) = (sizes[dim], strides[dim])
    sizes.remove(at: dim)
    strides.remove(at: dim)
    return (0..<count).map { view(sizes: sizes, strides: strides, offset: offset + $0 * step) }
  }
}

private final class StackNode: Node {
  private let dim: Int

  init(_ tensors: [Tensor], dim: Int) {
    self.dim = dim
    super.init("Stack", inputs: tensors)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try gradient.unbind(dim: dim).enumerated().map { needsGradient($0) ? $1 : nil })
  }
}

/// An operation with one result for each position; the gradient is 0 where none arrived.
private final class UnbindNode: Node {
  private let dim: Int
  private let partSizes: Shape
  private let count: Int
  private let dtype: DType

  init(_ input: Tensor, dim: Int) {
    self.dim = dim
    var sizes = input.sizes
    count = sizes[dim]
    sizes.remove(at: dim)
    partSizes = sizes
    dtype = input.dtype
    super.init("Unbind", input)
  }

  override func backward(_ arrivals: Arrivals) throws -> Gradients {
    let parts = try (0..<count).map { try arrivals[$0] ?? Tensor.filled(partSizes, .int(0), dtype: dtype) }
    return Gradients(try Tensor.stack(parts, dim: dim))
  }
}
