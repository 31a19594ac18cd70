// Arrays as fixtures hold them and implementations give them back.

/// An array: a shape and its elements, row-major. A single value has an empty shape.
public struct Value: Equatable, Sendable {
  /// Elements in row-major order, of one of the types that fixtures hold.
  public enum Elements: Equatable, Sendable {
    /// Single precision.
    case float32([Float])
    /// Double precision.
    case float64([Double])
    /// Integers.
    case int64([Int64])
    /// Booleans.
    case bool([Bool])
    /// Text.
    case string([String])

    /// How many elements there are.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int64(let values): values.count
      case .bool(let values): values.count
      case .string(let values): values.count
      }
    }

    /// The type's name: `float32`, `float64`, `int64`, `bool` or `string`.
    public var dtype: String {
      switch self {
      case .float32: "float32"
      case .float64: "float64"
      case .int64: "int64"
      case .bool: "bool"
      case .string: "string"
      }
    }
  }

  /// The sizes of the dimensions.
  public let shape: [Int]
  /// As many elements as the product of the shape; the verdict fails a value where that is not so.
  public let elements: Elements

  /// An array of that shape.
  public init(shape: [Int], _ elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  /// The element type's name.
  public var dtype: String { elements.dtype }

  /// The indices, one a dimension, of the element at a row-major position.
  func indices(of position: Int) -> [Int] {
    var rest = position
    var indices: [Int] = []
    for size in shape.reversed() {
      indices.append(rest % max(1, size))
      rest /= max(1, size)
    }
    return indices.reversed()
  }
}
