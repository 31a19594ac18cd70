// Getting elements out of tensors, converting their type, and changing them in place.

import CKernels

extension Tensor {
  /// The elements in row-major order.
  ///
  /// ```swift
  /// let values: [Float] = try x.data()
  /// ```
  ///
  /// - Throws: `TensorError.unsupportedDType` when `Element` isn't the tensor's type; `to(_:)` converts.
  public func data<Element: TensorElement>(as type: Element.Type = Element.self) throws -> [Element] {
    try checkElement(Element.self, operation: "data")
    let source = try packed()
    return [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      if let base = buffer.baseAddress {
        base.initialize(from: source.pointer() as UnsafeMutablePointer<Element>, count: count)
      }
      initializedCount = count
    }
  }

  /// The value of a tensor of one element.
  ///
  /// - Throws: `TensorError.invalidInput` when there are more elements or none.
  public func item() throws -> Double { try soleElement().double }

  /// The value of a tensor of one element in its own type.
  ///
  /// - Throws: `TensorError` when there are more elements or none, or `Element` isn't the tensor's type.
  public func item<Element: TensorElement>(as type: Element.Type) throws -> Element {
    try checkElement(Element.self, operation: "item")
    _ = try soleElement()
    return (pointer() as UnsafeMutablePointer<Element>)[0]
  }

  /// Calls a closure with the elements in row-major order, without copying those of a contiguous tensor.
  ///
  /// - Throws: `TensorError.unsupportedDType` when `Element` isn't the tensor's type; what the closure throws.
  public func withUnsafeElements<Element: TensorElement, Result>(
    as type: Element.Type = Element.self, _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) throws -> Result {
    try checkElement(Element.self, operation: "withUnsafeElements")
    let source = try packed()
    return try withExtendedLifetime(source) {
      try body(UnsafeBufferPointer(start: source.pointer(), count: count))
    }
  }

  private func checkElement<Element: TensorElement>(_ type: Element.Type, operation: String) throws {
    guard dtype == Element.dtype else {
      throw TensorError.unsupportedDType(operation: operation, dtype: dtype, expected: "\(Element.dtype)")
    }
  }

  private func soleElement() throws -> Scalar {
    guard count == 1 else {
      throw TensorError.invalidInput(operation: "item", shape: shape, expected: "a tensor of one element")
    }
    return scalarElement(at: offset)
  }

  /// The element at a position of the storage.
  func scalarElement(at position: Int) -> Scalar {
    switch dtype {
    case .float32: .float(Double(storage.pointer.assumingMemoryBound(to: Float.self)[position]))
    case .float64: .float(storage.pointer.assumingMemoryBound(to: Double.self)[position])
    case .int64: .int(storage.pointer.assumingMemoryBound(to: Int64.self)[position])
    case .bool: .bool(storage.pointer.assumingMemoryBound(to: Bool.self)[position])
    }
  }
}

// MARK: - Conversion

extension Tensor {
  /// The tensor converted to another type; itself when it has that type.
  ///
  /// Floating-point numbers become integers by cutting off fractions. Between floating-point types the
  /// conversion is differentiable: the gradient is converted back.
  public func to(_ dtype: DType) throws -> Tensor {
    if self.dtype == dtype { return self }
    let output = try converted(to: dtype)
    guard dtype.isFloatingPoint, Autograd.records(self) else { return output }
    return output.attached(to: CastNode(from: self))
  }

  /// The converted elements, without history.
  func converted(to dtype: DType) throws -> Tensor {
    if self.dtype == dtype { return self }
    let source = try packed()
    let output = try Tensor(uninitialized: sizes, dtype: dtype, operation: "to")
    pt_cast(source.dtype.kernelType, dtype.kernelType, Int64(count), source.rawData, output.rawData)
    return output
  }

  /// A copy with memory of its own, recorded as an identity.
  public func clone() throws -> Tensor {
    let copy = try Tensor(uninitialized: sizes, dtype: dtype, operation: "clone")
    copy.copyElements(of: self)
    guard Autograd.records(self) else { return copy }
    return copy.attached(to: IdentityNode("Clone", self))
  }

  /// The tensor itself when its elements are in row-major order, else a copy for which that holds.
  public func contiguous() throws -> Tensor { isContiguous ? self : try clone() }
}

/// The conversion between floating-point types.
final class CastNode: Node {
  private let inputDType: DType

  init(from input: Tensor) {
    inputDType = input.dtype
    super.init("To", input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients { Gradients(try gradient.to(inputDType)) }
}

// MARK: - Changes in place

extension Tensor {
  /// Overwrites the elements with those of another tensor, converted and broadcast.
  ///
  /// A result that is computed for it, as in `y.assign(x.exp())`, isn't copied: the memory changes hands.
  ///
  /// - Throws: `TensorError.inPlaceOnRecorded` when this tensor's history is being recorded (inside `noGrad { }`
  ///   a leaf may be changed), `TensorError.shapeMismatch` when the other doesn't broadcast to this shape.
  public func assign(_ other: consuming Tensor) throws {
    try checkAssignable(operation: "assign")
    if takesOver(&other) { return }
    guard try Shape.broadcast(sizes, other.sizes, operation: "assign") == sizes else {
      throw TensorError.shapeMismatch(
        operation: "assign", shape, other.shape, expected: "a source that broadcasts to the destination")
    }
    var source = try other.converted(to: dtype)
    if source.storage == storage { source = try source.detach().clone() }
    copyElements(
      of: source.view(sizes: sizes, strides: source.sizes.broadcastStrides(source.strides, to: sizes)))
    storage.noteChange()
  }

  /// Overwrites every element with a value.
  ///
  /// - Throws: `TensorError.inPlaceOnRecorded` as `assign(_:)`.
  public func fill(_ value: some TensorScalar) throws {
    try assign(Tensor.filled(Shape(), value.scalar, dtype: dtype))
  }

  private func checkAssignable(operation: String) throws {
    if !isLeaf || (wantsGrad && Autograd.isEnabled) {
      throw TensorError.inPlaceOnRecorded(operation: operation)
    }
  }
}
