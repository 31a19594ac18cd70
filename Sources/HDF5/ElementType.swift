// Which of the five element types a stored type converts to without loss.

import CHDF5

/// The element type that a stored type is read as.
enum ElementType {
  case float32
  case float64
  case int64
  case uint8
  case variableString
  case fixedString(size: Int, padding: H5T_str_t)

  /// Classifies a stored type.
  ///
  /// - Throws: ``HDF5Error/unexpected(file:path:expected:found:)`` for a type that none of the five can hold.
  init(of type: Handle, at location: Location) throws {
    let size = H5Tget_size(type.id)
    switch H5Tget_class(type.id) {
    case H5T_FLOAT:
      self = try Self.float(type, at: location)
    case H5T_INTEGER where size == 1 && H5Tget_sign(type.id) == H5T_SGN_NONE:
      self = .uint8
    case H5T_INTEGER where size < 8 || (size == 8 && H5Tget_sign(type.id) == H5T_SGN_2):
      self = .int64
    case H5T_ENUM where size == 1:
      self = .uint8
    case H5T_STRING where H5Tis_variable_str(type.id) > 0:
      self = .variableString
    case H5T_STRING where size > 0:
      self = .fixedString(size: size, padding: H5Tget_strpad(type.id))
    default:
      throw location.unexpected(Self.expected, found: "of another type")
    }
  }

  private static let expected = "float32, float64, int64, uint8 or a string"

  /// A format is read as the narrowest that holds all its values.
  private static func float(_ type: Handle, at location: Location) throws -> ElementType {
    var sign = 0
    var exponentStart = 0
    var exponentBits = 0
    var mantissaStart = 0
    var mantissaBits = 0
    let status = H5Tget_fields(
      type.id, &sign, &exponentStart, &exponentBits, &mantissaStart, &mantissaBits)
    try location.check(status, "read")
    switch (exponentBits, mantissaBits) {
    case (...8, ...23): return .float32
    case (...11, ...52): return .float64
    default: throw location.unexpected(expected, found: "a float of \(H5Tget_size(type.id)) bytes")
    }
  }
}
