// Element types and PyTorch's rules for combining them.

import CKernels

/// The type of a tensor's elements.
public enum DType: UInt8, Sendable, CaseIterable, CustomStringConvertible {
  /// Booleans, one byte each.
  case bool
  /// 64-bit signed integers: indices, class labels, lengths.
  case int64
  /// 32-bit IEEE 754 numbers, the default.
  case float32
  /// 64-bit IEEE 754 numbers.
  case float64

  /// The size of one element in bytes.
  public var itemSize: Int {
    switch self {
    case .bool: 1
    case .int64, .float64: 8
    case .float32: 4
    }
  }

  /// Whether gradients can flow through tensors of this type.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  /// The distance from 1 to the next number, zero for types that are not floating point.
  public var epsilon: Double {
    switch self {
    case .float32: Double(Float.ulpOfOne)
    case .float64: Double.ulpOfOne
    case .int64, .bool: 0
    }
  }

  public var description: String {
    switch self {
    case .bool: "bool"
    case .int64: "int64"
    case .float32: "float32"
    case .float64: "float64"
    }
  }

  /// Booleans are narrower than integers, integers than floating-point numbers.
  private var category: UInt8 { isFloatingPoint ? 2 : rawValue }

  /// The type that holds values of both types: the wider one.
  static func promote(_ a: DType, _ b: DType) -> DType { a.rawValue >= b.rawValue ? a : b }

  /// The type of an elementwise result, as `torch.result_type`: a 0-dimensional operand counts only when it is
  /// of a higher category than the other.
  static func promote(_ a: Tensor, _ b: Tensor) -> DType {
    if a.dtype == b.dtype { return a.dtype }
    if a.ndim == 0 && b.ndim > 0 && a.dtype.category <= b.dtype.category { return b.dtype }
    if b.ndim == 0 && a.ndim > 0 && b.dtype.category <= a.dtype.category { return a.dtype }
    return promote(a.dtype, b.dtype)
  }

  /// The type of an elementwise result with a Swift number, which never widens a tensor of its category.
  static func promote(_ tensor: Tensor, _ scalar: Scalar) -> DType {
    switch scalar {
    case .bool: tensor.dtype
    case .int: tensor.dtype == .bool ? .int64 : tensor.dtype
    case .float: tensor.dtype.isFloatingPoint ? tensor.dtype : .float32
    }
  }

  /// The kernels' name of this type.
  var kernelType: pt_dtype {
    switch self {
    case .bool: PT_BOOL
    case .int64: PT_INT64
    case .float32: PT_FLOAT32
    case .float64: PT_FLOAT64
    }
  }
}
