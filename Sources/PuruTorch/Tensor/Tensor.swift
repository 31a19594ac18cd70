// The tensor: storage, shape, and its place in the autograd graph.

import CKernels

/// A multi-dimensional array of numbers that can record what is computed with it.
///
/// A tensor is a reference: a layer and an optimiser share one `Parameter` object. Views made by `transposed`,
/// `reshaped`, slicing and the like share their memory with the tensor they come from.
///
/// ```swift
/// let x = try Tensor([[1.0, 2.0], [3.0, 4.0]], requiresGrad: true)
/// let y = try (x * x).sum()
/// try y.backward()
/// print(x.grad!)  // tensor([[2., 4.], [6., 8.]])
/// ```
///
/// Tensors belong to one task at a time. Operations throw `TensorError` where shapes, types or values don't fit.
public class Tensor {
  /// The memory, of which the tensor owns one reference.
  @exclusivity(unchecked) final private(set) var storage: Storage
  /// The position of the first element in the storage, in elements.
  let offset: Int
  let sizes: Shape
  /// How far apart in storage the neighbours along each dimension are, in elements; 0 repeats one element.
  let strides: Shape
  /// The number of elements.
  public let count: Int
  /// The type of the elements.
  public let dtype: DType
  /// Whether the elements lie in row-major order without gaps.
  public let isContiguous: Bool

  /// The graph node that computed this tensor; nil for a leaf.
  @exclusivity(unchecked) public internal(set) final var gradFn: Node?
  /// Which of the node's results this tensor is.
  @exclusivity(unchecked) final var outputIndex: Int32 = 0
  /// Whether the user asked for a gradient of this leaf.
  @exclusivity(unchecked) final var wantsGrad = false
  /// The gradient that `backward` accumulated, nil before the first one.
  ///
  /// Only leaves that require a gradient get one, and tensors on which `retainGrad()` was called.
  @exclusivity(unchecked) public final var grad: Tensor?

  /// A tensor that takes over the caller's reference to the memory.
  init(
    owning storage: Storage, offset: Int, sizes: Shape, strides: Shape, dtype: DType,
    isContiguous: Bool? = nil
  ) {
    self.storage = storage
    self.offset = offset
    self.sizes = sizes
    self.strides = strides
    self.dtype = dtype
    count = sizes.elementCount
    self.isContiguous = isContiguous ?? sizes.isContiguous(strides: strides)
  }

  /// A contiguous tensor of uninitialised memory, for a kernel to fill.
  convenience init(uninitialized sizes: Shape, dtype: DType, operation: String = "Tensor.init") throws {
    let (bytes, overflow) = try sizes.checkedElementCount(operation: operation)
      .multipliedReportingOverflow(by: dtype.itemSize)
    guard !overflow, let storage = Storage(byteCount: bytes) else {
      throw TensorError.outOfMemory(operation: operation, shape: [Int](sizes))
    }
    self.init(
      owning: storage, offset: 0, sizes: sizes, strides: sizes.contiguousStrides, dtype: dtype,
      isContiguous: true)
  }

  /// A tensor of uninitialised memory with the shape and type of a contiguous one.
  init(uninitializedLike other: Tensor, operation: String) throws {
    guard let storage = Storage(byteCount: other.count &* other.dtype.itemSize) else {
      throw TensorError.outOfMemory(operation: operation, shape: other.shape)
    }
    self.storage = storage
    offset = 0
    sizes = other.sizes
    strides = other.strides
    count = other.count
    dtype = other.dtype
    isContiguous = true
  }

  /// Another tensor over the same memory, without history.
  init(aliasing other: Tensor) {
    storage = other.storage.retained()
    offset = other.offset
    sizes = other.sizes
    strides = other.strides
    count = other.count
    dtype = other.dtype
    isContiguous = other.isContiguous
  }

  deinit {
    if gradFn != nil { ReleaseQueue.release(&gradFn) }
    storage.release()
  }

  /// The size of each dimension; empty for a single number.
  public var shape: [Int] { [Int](sizes) }

  /// The number of dimensions.
  public var ndim: Int { sizes.count }
}

// MARK: - Place in the graph

extension Tensor {
  /// Whether operations on this tensor are recorded and `backward` reaches it.
  public var requiresGrad: Bool { wantsGrad || gradFn != nil }

  /// Whether this tensor was made by the user and not computed by a recorded operation.
  public var isLeaf: Bool { gradFn == nil }

  /// Says whether `backward` shall accumulate a gradient in this leaf.
  ///
  /// - Throws: `TensorError` when the tensor isn't a leaf or isn't of a floating-point type.
  /// - Returns: The tensor itself, so that calls can be chained.
  @discardableResult
  public func setRequiresGrad(_ value: Bool = true) throws -> Self {
    guard dtype.isFloatingPoint || !value else {
      throw TensorError.unsupportedDType(
        operation: "setRequiresGrad", dtype: dtype, expected: "a floating-point type")
    }
    guard isLeaf else {
      throw TensorError.invalidArgument(
        operation: "setRequiresGrad", argument: "tensor", value: "the result of \(gradFn?.name ?? "")",
        expected: "a leaf; detach() gives one")
    }
    wantsGrad = value
    return self
  }

  /// Keeps this tensor's gradient in `grad` during `backward` although it isn't a leaf.
  ///
  /// - Throws: `TensorError.noGradient` when the tensor doesn't require a gradient.
  public func retainGrad() throws {
    guard requiresGrad else { throw TensorError.noGradient(operation: "retainGrad") }
    gradFn?.retainGradient(of: self)
  }

  /// A tensor that shares this one's memory but not its history.
  public func detach() -> Tensor { Tensor(aliasing: self) }

  /// Forgets the accumulated gradient.
  public func zeroGrad() { grad = nil }

  /// Computes the gradients of this tensor with respect to every leaf that it depends on and adds them to
  /// the leaves' `grad`.
  ///
  /// Nodes run in descending order of their creation, gradients that meet are added in that order.
  ///
  /// - Parameters:
  ///   - gradient: The upstream gradient, of this tensor's shape. Ones by default, also for a tensor of many
  ///     elements: the gradients are then those of its sum.
  ///   - retainGraph: Keeps what the graph saved, so that `backward` can be called again. It is `createGraph`
  ///     by default.
  ///   - createGraph: Records the computation of the gradients, so that they can be differentiated.
  /// - Throws: `TensorError` when nothing requires a gradient, the gradient's shape differs, or the graph
  ///   was freed.
  public func backward(
    _ gradient: Tensor? = nil, retainGraph: Bool? = nil, createGraph: Bool = false
  ) throws {
    try Engine.run(
      from: self, gradient: gradient, retainGraph: retainGraph ?? createGraph, createGraph: createGraph)
  }
}

// MARK: - Access for kernels

extension Tensor {
  /// Exchanges its memory for that of a tensor that holds the new elements, where nobody can tell the difference
  /// from a copy: both are alike, neither has views, and the other one is about to go. False where it can't be.
  func takesOver(_ other: inout Tensor) -> Bool {
    guard isKnownUniquelyReferenced(&other), other.hasStorageOfItsOwn, hasStorageOfItsOwn,
      isContiguous, other.isContiguous, offset == 0, other.offset == 0, dtype == other.dtype,
      sizes == other.sizes
    else { return false }
    other.storage.noteChange(since: storage.version)
    swap(&storage, &other.storage)
    return true
  }

  /// Whether this is the only tensor that can see the storage.
  var hasStorageOfItsOwn: Bool { storage.isUnique }
}

extension Tensor {
  /// The address of the first element.
  @inline(__always)
  func pointer<Element>() -> UnsafeMutablePointer<Element> {
    storage.pointer.assumingMemoryBound(to: Element.self) + offset
  }

  /// The address of the first element for kernels that know no element type.
  var rawData: UnsafeMutableRawPointer { storage.pointer + offset * dtype.itemSize }

  /// A view of the same memory with other sizes and strides, without history.
  func view(sizes: Shape, strides: Shape, offset: Int? = nil, isContiguous: Bool? = nil) -> Tensor {
    Tensor(
      owning: storage.retained(), offset: offset ?? self.offset, sizes: sizes, strides: strides, dtype: dtype,
      isContiguous: isContiguous)
  }

  /// A contiguous tensor's elements under another shape with as many elements.
  func viewed(as sizes: Shape) -> Tensor {
    view(sizes: sizes, strides: sizes.contiguousStrides, isContiguous: true)
  }

  /// This tensor, or a row-major copy of it, without history.
  func packed() throws -> Tensor {
    if isContiguous { return self }
    let copy = try Tensor(uninitialized: sizes, dtype: dtype, operation: "contiguous")
    copy.copyElements(of: self)
    return copy
  }

  /// Overwrites the elements with those of a tensor of the same shape and type.
  func copyElements(of source: Tensor) {
    sizes.withPointer { sizes in
      strides.withPointer { strides in
        source.strides.withPointer { sourceStrides in
          pt_copy_strided(
            Int64(dtype.itemSize), Int32(ndim), sizes, rawData, strides, source.rawData, sourceStrides)
        }
      }
    }
  }
}
