// Attributes of groups and datasets: single strings and integers.

import CHDF5

/// The attributes of a group or dataset.
public struct HDF5Attributes: Sendable {
  let file: HDF5File
  let handle: Handle
  let location: Location

  /// The path inside the file of what has the attributes.
  public var path: String { location.path }

  /// The names of all attributes, sorted by their bytes.
  ///
  /// - Throws: ``HDF5Error`` when they cannot be read.
  public func names() throws -> [String] {
    try withLibrary {
      var names: [String] = []
      let status = withUnsafeMutablePointer(to: &names) { names in
        pt_h5_each_attribute(
          handle.id,
          { name, _, names in
            guard let name, let names else { return }
            names.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
          }, names)
      }
      try location.check(status, "listed")
      return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  /// A single string or integer.
  public enum Value: Equatable, Sendable {
    /// Text.
    case string(String)
    /// A number.
    case integer(Int)
  }

  /// The value of that attribute.
  ///
  /// - Throws: ``HDF5Error`` when there is none of that name, or it is no single string or integer.
  public func value(_ name: String) throws -> Value {
    let isText = try withAttribute(name) { _, type, location in
      switch try ElementType(of: type, at: location) {
      case .variableString, .fixedString: true
      default: false
      }
    }
    guard let value = try isText == true ? string(name).map(Value.string) : integer(name).map(Value.integer)
    else { throw location.attribute(name).missing }
    return value
  }

  /// The string of that attribute; nil when there is none of that name.
  ///
  /// - Throws: ``HDF5Error`` when it is no single string.
  public func string(_ name: String) throws -> String? {
    try withAttribute(name) { attribute, type, location in
      switch try ElementType(of: type, at: location) {
      case .variableString:
        var text: UnsafeMutablePointer<CChar>?
        defer { H5free_memory(text) }
        try location.check(H5Aread(attribute.id, type.id, &text), "read")
        guard let text else { return "" }
        return try utf8(UnsafeRawBufferPointer(start: text, count: strlen(text)), location)
      case .fixedString(let size, let padding):
        let total = try file.take(1, width: size, at: location)
        var bytes = [UInt8](repeating: 0, count: total)
        try location.check(H5Aread(attribute.id, type.id, &bytes), "read")
        let end = padding == H5T_STR_SPACEPAD ? UInt8(ascii: " ") : 0
        if padding == H5T_STR_NULLTERM { bytes = Array(bytes.prefix { $0 != 0 }) }
        while bytes.last == end { bytes.removeLast() }
        return try bytes.withUnsafeBytes { try utf8($0, location) }
      default:
        throw location.unexpected("a string", found: "a number")
      }
    }
  }

  /// The integer of that attribute; nil when there is none of that name.
  ///
  /// - Throws: ``HDF5Error`` when it is no single integer.
  public func integer(_ name: String) throws -> Int? {
    try withAttribute(name) { attribute, type, location in
      switch try ElementType(of: type, at: location) {
      case .int64:
        var value: Int64 = 0
        try location.check(H5Aread(attribute.id, pt_h5_native_int64(), &value), "read")
        return Int(value)
      case .uint8:
        var value: UInt8 = 0
        let isEnumeration = H5Tget_class(type.id) == H5T_ENUM
        let memoryType = isEnumeration ? type.id : pt_h5_native_uint8()
        try location.check(H5Aread(attribute.id, memoryType, &value), "read")
        return Int(value)
      default:
        throw location.unexpected("an integer", found: "of another type")
      }
    }
  }

  private func withAttribute<Value>(
    _ name: String, _ body: (Handle, Handle, Location) throws -> Value
  ) throws -> Value? {
    try withLibrary {
      let place = location.attribute(name)
      let exists = H5Aexists(handle.id, name)
      try place.check(exists, "found")
      guard exists > 0 else { return nil }
      let attribute = try place.handle(H5Aopen(handle.id, name, pt_h5_defaults()), "opened")
      let space = try place.handle(H5Aget_space(attribute.id), "read")
      guard H5Sget_simple_extent_npoints(space.id) == 1 else {
        throw place.unexpected("a single value", found: "an array")
      }
      let type = try place.handle(H5Aget_type(attribute.id), "read")
      return try body(attribute, type, place)
    }
  }

  private func utf8(_ bytes: UnsafeRawBufferPointer, _ location: Location) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw location.unexpected("UTF-8 text", found: "text in another encoding")
    }
    return text
  }
}

extension HDF5Group {
  /// The group's attributes.
  public var attributes: HDF5Attributes {
    HDF5Attributes(file: file, handle: handle, location: location)
  }
}

extension HDF5Dataset {
  /// The dataset's attributes.
  public var attributes: HDF5Attributes {
    HDF5Attributes(file: file, handle: handle, location: location)
  }
}
