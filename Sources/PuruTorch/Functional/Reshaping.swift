// Changes of shape: transpose, permute, reshape, squeeze, unsqueeze, expand. Views wherever PyTorch's are.

extension Shape {
  /// The dimension that a possibly negative number means.
  func dimension(_ dim: Int, operation: String) throws -> Int {
    let limit = Swift.max(count, 1)
    guard dim >= -limit && dim < limit else {
      throw TensorError.dimensionOutOfRange(operation: operation, dimension: dim, shape: [Int](self))
    }
    return dim < 0 ? dim + limit : dim
  }

  /// The dimensions that possibly negative numbers mean, each at most once, in ascending order.
  func dimensions(_ dims: [Int], operation: String) throws -> [Int] {
    let resolved = try dims.map { try dimension($0, operation: operation) }.sorted()
    for (a, b) in zip(resolved, resolved.dropFirst()) where a == b {
      throw TensorError.repeatedDimension(operation: operation, dimension: a)
    }
    return resolved
  }
}

// MARK: - Transpose and permute

extension Tensor {
  /// A view with two dimensions exchanged.
  ///
  /// - Throws: `TensorError.dimensionOutOfRange`.
  public func transposed(_ dim0: Int, _ dim1: Int) throws -> Tensor {
    let first = try sizes.dimension(dim0, operation: "transpose")
    let second = try sizes.dimension(dim1, operation: "transpose")
    var order = Array(0..<ndim)
    if ndim > 0 { order.swapAt(first, second) }
    return permuted(by: order, name: "Transpose")
  }

  /// A view with all dimensions in reverse order.
  public func transposed() -> Tensor { permuted(by: (0..<ndim).reversed(), name: "Transpose") }

  /// A view with all dimensions in reverse order: the transpose of a matrix.
  public var T: Tensor { transposed() }

  /// A view with the dimensions in another order: dimension `i` of the result is dimension `dims[i]` of this.
  ///
  /// - Throws: `TensorError` when `dims` isn't a permutation of all dimensions.
  public func permuted(_ dims: [Int]) throws -> Tensor {
    guard dims.count == ndim else {
      throw TensorError.invalidArgument(
        operation: "permute", argument: "dims", value: "\(dims)",
        expected: "each of the \(ndim) dimensions once")
    }
    _ = try sizes.dimensions(dims, operation: "permute")
    return permuted(by: try dims.map { try sizes.dimension($0, operation: "permute") }, name: "Permute")
  }

  fileprivate func permuted(by order: [Int], name: String) -> Tensor {
    let output = view(sizes: Shape(order.map { sizes[$0] }), strides: Shape(order.map { strides[$0] }))
    return Autograd.records(self) ? output.attached(to: PermuteNode(name, self, order)) : output
  }
}

private final class PermuteNode: Node {
  private let inverse: [Int]

  init(_ name: String, _ input: Tensor, _ order: [Int]) {
    var inverse = order
    for (position, dim) in order.enumerated() { inverse[dim] = position }
    self.inverse = inverse
    super.init(name, input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(gradient.permuted(by: inverse, name: "Permute"))
  }
}

// MARK: - Reshape, squeeze, unsqueeze

extension Tensor {
  /// The elements in row-major order under another shape: a view where the strides allow it, else a copy.
  ///
  /// - Parameter shape: The new sizes; one may be −1 and is then what the others leave.
  /// - Throws: `TensorError.invalidInput` when the number of elements isn't the same.
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    var wanted = shape
    if let free = shape.firstIndex(of: -1) {
      guard !shape[(free + 1)...].contains(-1) else { throw mismatch(shape) }
      wanted[free] = 1
      let known = try Shape(validating: wanted, operation: "reshape").elementCount
      guard known > 0 && count % known == 0 else { throw mismatch(shape) }
      wanted[free] = count / known
    }
    return try reshaped(to: Shape(validating: wanted, operation: "reshape"))
  }

  /// The same as `reshaped(_:)` with an array of sizes.
  public func reshaped(_ sizes: Int...) throws -> Tensor { try reshaped(sizes) }

  func reshaped(to target: Shape, name: String = "Reshape") throws -> Tensor {
    guard target.elementCount == count else { throw mismatch([Int](target)) }
    let output: Tensor
    if let strides = reshapedStrides(to: target) {
      output = view(sizes: target, strides: strides)
    } else {
      output = try packed().viewed(as: target)
    }
    return Autograd.records(self) ? output.attached(to: ReshapeNode(name, self)) : output
  }

  private func mismatch(_ shape: [Int]) -> TensorError {
    .shapeMismatch(operation: "reshape", self.shape, shape, expected: "a shape of \(count) elements")
  }

  /// The strides under which this memory has another shape, or nil when a copy is needed.
  ///
  /// Runs of dimensions that lie in memory as one are matched with runs of new dimensions of the same size.
  private func reshapedStrides(to target: Shape) -> Shape? {
    if isContiguous { return target.contiguousStrides }
    if count == 0 { return target.contiguousStrides }
    var result = Shape(repeating: 1, count: target.count)
    var next = target.count - 1
    var runSize = 1
    var runStride = ndim > 0 ? strides[ndim - 1] : 1
    for dim in stride(from: ndim - 1, through: 0, by: -1) {
      runSize *= sizes[dim]
      let runEnds = dim == 0 || (sizes[dim - 1] != 1 && strides[dim - 1] != runSize * runStride)
      guard runEnds else { continue }
      var step = runStride
      var matched = 1
      while next >= 0 && (matched < runSize || target[next] == 1) {
        result[next] = step
        step *= target[next]
        matched *= target[next]
        next -= 1
      }
      guard matched == runSize else { return nil }
      if dim > 0 { (runSize, runStride) = (1, strides[dim - 1]) }
    }
    return next < 0 ? result : nil
  }

  /// A view without the dimensions of size 1.
  public func squeezed() throws -> Tensor { try squeezed(Array(0..<ndim)) }

  /// A view without a dimension if its size is 1, else one of the same shape.
  public func squeezed(_ dim: Int) throws -> Tensor { try squeezed([dim]) }

  /// A view without those of the given dimensions whose size is 1.
  public func squeezed(_ dims: [Int]) throws -> Tensor {
    var (sizes, strides) = (sizes, strides)
    for dim in try sizes.dimensions(dims, operation: "squeeze").reversed()
    where dim < ndim && self.sizes[dim] == 1 {
      sizes.remove(at: dim)
      strides.remove(at: dim)
    }
    let output = view(sizes: sizes, strides: strides)
    return Autograd.records(self) ? output.attached(to: ReshapeNode("Squeeze", self)) : output
  }

  /// A view with a dimension of size 1 put in at a position of the result.
  public func unsqueezed(_ dim: Int) throws -> Tensor {
    guard ndim < Shape.maximumCount else {
      throw TensorError.tooManyDimensions(operation: "unsqueeze", count: ndim + 1)
    }
    guard dim >= -(ndim + 1) && dim <= ndim else {
      throw TensorError.dimensionOutOfRange(operation: "unsqueeze", dimension: dim, shape: shape)
    }
    let position = dim < 0 ? dim + ndim + 1 : dim
    var (sizes, strides) = (sizes, strides)
    strides.insert(position < ndim ? sizes[position] * strides[position] : 1, at: position)
    sizes.insert(1, at: position)
    let output = view(sizes: sizes, strides: strides)
    return Autograd.records(self) ? output.attached(to: ReshapeNode("Unsqueeze", self)) : output
  }

  /// The dimensions from `start` through `end` joined into one.
  public func flattened(from start: Int = 0, through end: Int = -1) throws -> Tensor {
    let first = try sizes.dimension(start, operation: "flatten")
    let last = try sizes.dimension(end, operation: "flatten")
    guard first <= last else {
      throw TensorError.invalidArgument(
        operation: "flatten", argument: "start", value: "\(start)", expected: "a dimension before \(end)")
    }
    guard ndim > 0 else { return try reshaped([1]) }
    var shape = shape
    shape.replaceSubrange(first...last, with: [shape[first...last].reduce(1, *)])
    return try reshaped(shape)
  }
}

private final class ReshapeNode: Node {
  private let inputSizes: Shape

  override init(_ name: String, _ input: Tensor) {
    inputSizes = input.sizes
    super.init(name, input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try gradient.reshaped(to: inputSizes))
  }
}

// MARK: - Expand

extension Tensor {
  /// A view in which dimensions of size 1, and new ones in front, repeat the elements without copying them.
  ///
  /// - Throws: `TensorError.shapeMismatch` when the tensor doesn't broadcast to the shape.
  public func expanded(_ shape: [Int]) throws -> Tensor {
    try expanded(to: Shape(validating: shape, operation: "expand"))
  }

  func expanded(to target: Shape) throws -> Tensor {
    if sizes == target { return self }
    guard try Shape.broadcast(sizes, target, operation: "expand") == target else {
      throw TensorError.shapeMismatch(
        operation: "expand", shape, [Int](target), expected: "a shape that the tensor broadcasts to")
    }
    let output = view(sizes: target, strides: sizes.broadcastStrides(strides, to: target))
    return Autograd.records(self) ? output.attached(to: ExpandNode(self)) : output
  }
}

private final class ExpandNode: Node {
  private let inputSizes: Shape

  init(_ input: Tensor) {
    inputSizes = input.sizes
    super.init("Expand", input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try gradient.summed(to: inputSizes))
  }
}

/// An operation that returns its input's values.
final class IdentityNode: Node {
  override func backward(_ gradient: Tensor) throws -> Gradients { Gradients(gradient) }
}
