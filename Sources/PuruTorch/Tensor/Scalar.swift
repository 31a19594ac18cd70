// Swift values that tensors are made of and combined with.

/// A Swift number or boolean beside a tensor: `x * 2`, `Tensor.full([3], 0.5)`.
public enum Scalar: Sendable, Equatable {
  /// A boolean.
  case bool(Bool)
  /// An integer.
  case int(Int64)
  /// A floating-point number, kept in double precision.
  case float(Double)

  /// The value as a floating-point number.
  public var double: Double {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }

  /// The value as an integer; fractions are cut off, values out of range saturate, NaN is 0.
  public var int64: Int64 {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): value
    case .float(let value):
      if value.isNaN { 0 } else { Int64(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max) }
    }
  }

  /// The type of a tensor made of this value alone: PyTorch's default for Python's numbers.
  var defaultDType: DType {
    switch self {
    case .bool: .bool
    case .int: .int64
    case .float: .float32
    }
  }
}

/// A Swift type whose values can stand beside a tensor: `Int`, `Int64`, `Float`, `Double` and `Bool`.
public protocol TensorScalar: Sendable {
  /// The value in the form that operations take.
  var scalar: Scalar { get }
}

extension Int: TensorScalar {
  public var scalar: Scalar { .int(Int64(self)) }
}
extension Int64: TensorScalar {
  public var scalar: Scalar { .int(self) }
}
extension Float: TensorScalar {
  public var scalar: Scalar { .float(Double(self)) }
}
extension Double: TensorScalar {
  public var scalar: Scalar { .float(self) }
}
extension Bool: TensorScalar {
  public var scalar: Scalar { .bool(self) }
}

/// A Swift type that is the memory form of a tensor's elements: `Float`, `Double`, `Int64` and `Bool`.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The tensor type whose elements have this form.
  static var dtype: DType { get }
}

extension Float: TensorElement {
  public static var dtype: DType { .float32 }
}
extension Double: TensorElement {
  public static var dtype: DType { .float64 }
}
extension Int64: TensorElement {
  public static var dtype: DType { .int64 }
}
extension Bool: TensorElement {
  public static var dtype: DType { .bool }
}
