// Making tensors: from Swift arrays and buffers, constant ones, ranges and random ones.

import CKernels

/// A Swift value that a tensor can be made from: a number, a boolean, or arrays of them nested to any depth.
public protocol TensorConvertible {
  /// The type of a tensor made of these values when none is asked for.
  static var tensorDType: DType { get }
  /// Adds the values in row-major order and gives the shape of this part.
  func flatten(into scalars: inout [Scalar]) throws -> [Int]
}

extension TensorConvertible where Self: TensorScalar {
  public func flatten(into scalars: inout [Scalar]) throws -> [Int] {
    scalars.append(scalar)
    return []
  }
}

extension Int: TensorConvertible {
  public static var tensorDType: DType { .int64 }
}
extension Int64: TensorConvertible {
  public static var tensorDType: DType { .int64 }
}
extension Float: TensorConvertible {
  public static var tensorDType: DType { .float32 }
}
extension Double: TensorConvertible {
  public static var tensorDType: DType { .float32 }
}
extension Bool: TensorConvertible {
  public static var tensorDType: DType { .bool }
}

extension Array: TensorConvertible where Element: TensorConvertible {
  public static var tensorDType: DType { Element.tensorDType }

  public func flatten(into scalars: inout [Scalar]) throws -> [Int] {
    guard let first else { return [0] }
    let shape = try first.flatten(into: &scalars)
    for element in dropFirst() {
      let other = try element.flatten(into: &scalars)
      guard other == shape else { throw TensorError.raggedArray(expected: shape, found: other) }
    }
    return [count] + shape
  }
}

extension Tensor {
  /// A tensor of the values of a number or of nested arrays.
  ///
  /// ```swift
  /// let x = try Tensor([[1, 2, 3], [4, 5, 6]], dtype: .float32)
  /// ```
  ///
  /// - Parameters:
  ///   - values: A number, or arrays nested to any depth.
  ///   - dtype: The element type. By default `int64` for integers, `bool` for booleans and `float32` for
  ///     `Float` and `Double` alike, as PyTorch treats Python's numbers.
  ///   - requiresGrad: Whether operations on the tensor are recorded.
  /// - Throws: `TensorError.raggedArray` when the lengths of nested arrays differ.
  public convenience init(
    _ values: some TensorConvertible, dtype: DType? = nil, requiresGrad: Bool = false
  ) throws {
    var scalars: [Scalar] = []
    let shape = try values.flatten(into: &scalars)
    let dtype = dtype ?? type(of: values).tensorDType
    try self.init(
      uninitialized: Shape(validating: shape, operation: "Tensor.init"), dtype: dtype)
    switch dtype {
    case .float32:
      for (i, value) in scalars.enumerated() {
        (pointer() as UnsafeMutablePointer<Float>)[i] = Float(value.double)
      }
    case .float64:
      for (i, value) in scalars.enumerated() { (pointer() as UnsafeMutablePointer<Double>)[i] = value.double }
    case .int64:
      for (i, value) in scalars.enumerated() { (pointer() as UnsafeMutablePointer<Int64>)[i] = value.int64 }
    case .bool:
      for (i, value) in scalars.enumerated() {
        (pointer() as UnsafeMutablePointer<Bool>)[i] = value.double != 0
      }
    }
    if requiresGrad { try setRequiresGrad() }
  }

  /// A tensor of the given shape with the elements of a flat array in row-major order, of the array's type.
  ///
  /// - Throws: `TensorError.invalidInput` when the number of elements isn't that of the shape.
  public convenience init<Element: TensorElement>(
    _ elements: [Element], shape: [Int], requiresGrad: Bool = false
  ) throws {
    let sizes = try Shape(validating: shape, operation: "Tensor.init")
    try self.init(uninitialized: sizes, dtype: Element.dtype)
    guard elements.count == count else {
      throw TensorError.invalidInput(
        operation: "Tensor.init", shape: [elements.count],
        expected: "\(count) elements for \(Tensor.shapeText(shape))")
    }
    (pointer() as UnsafeMutablePointer<Element>).update(from: elements, count: count)
    if requiresGrad { try setRequiresGrad() }
  }

  /// A tensor of the given shape with a copy of a buffer's elements in row-major order, of the buffer's type.
  ///
  /// - Throws: `TensorError.invalidInput` when the number of elements isn't that of the shape.
  public convenience init<Element: TensorElement>(
    buffer: UnsafeBufferPointer<Element>, shape: [Int], requiresGrad: Bool = false
  ) throws {
    let sizes = try Shape(validating: shape, operation: "Tensor.init")
    try self.init(uninitialized: sizes, dtype: Element.dtype)
    guard buffer.count == count else {
      throw TensorError.invalidInput(
        operation: "Tensor.init", shape: [buffer.count],
        expected: "\(count) elements for \(Tensor.shapeText(shape))")
    }
    if let base = buffer.baseAddress {
      (pointer() as UnsafeMutablePointer<Element>).update(from: base, count: count)
    }
    if requiresGrad { try setRequiresGrad() }
  }

  /// A tensor of zeros. `dtype` is `float32` by default.
  public static func zeros(_ shape: [Int], dtype: DType = .float32, requiresGrad: Bool = false) throws
    -> Tensor
  {
    try full(shape, 0, dtype: dtype, requiresGrad: requiresGrad)
  }

  /// A tensor of ones. `dtype` is `float32` by default.
  public static func ones(_ shape: [Int], dtype: DType = .float32, requiresGrad: Bool = false) throws
    -> Tensor
  {
    try full(shape, 1, dtype: dtype, requiresGrad: requiresGrad)
  }

  /// A tensor of one value. `dtype` is by default `bool`, `int64` or `float32`, after the value.
  public static func full(
    _ shape: [Int], _ value: some TensorScalar, dtype: DType? = nil, requiresGrad: Bool = false
  ) throws -> Tensor {
    let sizes = try Shape(validating: shape, operation: "full")
    let tensor = try filled(sizes, value.scalar, dtype: dtype ?? value.scalar.defaultDType)
    return requiresGrad ? try tensor.setRequiresGrad() : tensor
  }

  /// A tensor of zeros of another one's shape and type.
  public static func zerosLike(_ other: Tensor, requiresGrad: Bool = false) throws -> Tensor {
    let tensor = try filled(other.sizes, .int(0), dtype: other.dtype)
    return requiresGrad ? try tensor.setRequiresGrad() : tensor
  }

  /// A tensor of ones of another one's shape and type.
  public static func onesLike(_ other: Tensor, requiresGrad: Bool = false) throws -> Tensor {
    let tensor = try filled(other.sizes, .int(1), dtype: other.dtype)
    return requiresGrad ? try tensor.setRequiresGrad() : tensor
  }

  /// The numbers from `start` up to but not including `end` in steps of `step`: `start + i * step`.
  ///
  /// The type is by default `int64` when all three are integers, else `float32`.
  ///
  /// - Throws: `TensorError.invalidArgument` when the step is zero or leads away from `end`, or a bound isn't finite.
  public static func arange(
    _ start: some TensorScalar, _ end: some TensorScalar, step: some TensorScalar = 1, dtype: DType? = nil,
    requiresGrad: Bool = false
  ) throws -> Tensor {
    let (first, last, step) = (start.scalar, end.scalar, step.scalar)
    let length = ((last.double - first.double) / step.double).rounded(.up)
    guard step.double != 0, length.isFinite, length >= 0, length < Double(Int.max / 16) else {
      throw TensorError.invalidArgument(
        operation: "arange", argument: "step", value: "\(step.double) from \(first.double) to \(last.double)",
        expected: "finite bounds and a step other than zero that leads from the first to the second")
    }
    let integral = [first, last, step].allSatisfy { $0.defaultDType != .float32 }
    let tensor = try Tensor(
      uninitialized: Shape([Int(length)]), dtype: integral ? .int64 : .float64, operation: "arange")
    for index in 0..<tensor.count {
      if integral {
        (tensor.pointer() as UnsafeMutablePointer<Int64>)[index] = first.int64 &+ Int64(index) &* step.int64
      } else {
        (tensor.pointer() as UnsafeMutablePointer<Double>)[index] = first.double + Double(index) * step.double
      }
    }
    let result = try tensor.to(dtype ?? (integral ? .int64 : .float32))
    return requiresGrad ? try result.setRequiresGrad() : result
  }

  /// The integers from 0 up to but not including `end`.
  public static func arange(_ end: Int, dtype: DType = .int64, requiresGrad: Bool = false) throws -> Tensor {
    try arange(0, end, step: 1, dtype: dtype, requiresGrad: requiresGrad)
  }

  /// A tensor of one value, for callers whose shape is known to be valid.
  static func filled(_ sizes: Shape, _ value: Scalar, dtype: DType) throws -> Tensor {
    let tensor = try Tensor(uninitialized: sizes, dtype: dtype, operation: "full")
    tensor.fillElements(value)
    return tensor
  }

  /// Overwrites every element of a contiguous tensor.
  func fillElements(_ value: Scalar) {
    let count = Int64(count)
    switch dtype {
    case .float32: pt_fill_f32(count, pointer(), Float(value.double))
    case .float64: pt_fill_f64(count, pointer(), value.double)
    case .int64: pt_fill_i64(count, pointer(), value.int64)
    case .bool: pt_fill_u8(count, pointer(), value.double != 0 ? 1 : 0)
    }
  }
}
