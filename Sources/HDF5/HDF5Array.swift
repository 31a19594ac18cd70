// The values that datasets hold: a shape and elements of one of five types.

/// An array as an HDF5 dataset holds it, row-major.
public struct HDF5Array: Equatable, Sendable {
  /// Elements in row-major order.
  public enum Elements: Equatable, Sendable {
    /// IEEE single precision; half precision is read as this too.
    case float32([Float])
    /// IEEE double precision.
    case float64([Double])
    /// Integers of any width and sign that fit; unsigned bytes excepted.
    case int64([Int64])
    /// Unsigned bytes and enumerations of bytes, which stand for Booleans.
    case uint8([UInt8])
    /// UTF-8 text.
    case strings([String])

    /// The type's name: `float32`, `float64`, `int64`, `uint8` or `string`.
    public var name: String {
      switch self {
      case .float32: "float32"
      case .float64: "float64"
      case .int64: "int64"
      case .uint8: "uint8"
      case .strings: "string"
      }
    }

    /// How many elements there are.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int64(let values): values.count
      case .uint8(let values): values.count
      case .strings(let values): values.count
      }
    }
  }

  /// The sizes of the dimensions; empty for a single value.
  public let shape: [Int]
  /// As many elements as the product of the shape.
  public let elements: Elements

  /// An array of the shape given, or of one dimension. A shape that does not fit the elements is refused when
  /// the array is written.
  public init(shape: [Int]? = nil, _ elements: Elements) {
    self.shape = shape ?? [elements.count]
    self.elements = elements
  }
}
