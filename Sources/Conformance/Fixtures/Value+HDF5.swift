// Values in HDF5 files: unsigned bytes stand for Booleans.

import HDF5

extension HDF5Dataset {
  /// The array.
  func value() throws -> Value {
    let array = try read()
    switch array.elements {
    case .float32(let elements): return Value(shape: array.shape, .float32(elements))
    case .float64(let elements): return Value(shape: array.shape, .float64(elements))
    case .int64(let elements): return Value(shape: array.shape, .int64(elements))
    case .strings(let elements): return Value(shape: array.shape, .string(elements))
    case .uint8(let elements):
      guard elements.allSatisfy({ $0 <= 1 }) else {
        throw FixtureError("\(path) holds bytes that are neither 0 nor 1")
      }
      return Value(shape: array.shape, .bool(elements.map { $0 == 1 }))
    }
  }
}

extension Value {
  /// The value as HDF5 stores it.
  var array: HDF5Array {
    switch elements {
    case .float32(let elements): HDF5Array(shape: shape, .float32(elements))
    case .float64(let elements): HDF5Array(shape: shape, .float64(elements))
    case .int64(let elements): HDF5Array(shape: shape, .int64(elements))
    case .bool(let elements): HDF5Array(shape: shape, .uint8(elements.map { $0 ? 1 : 0 }))
    case .string(let elements): HDF5Array(shape: shape, .strings(elements))
    }
  }
}
