// Datasets: shape, element type, and all elements in one read.

import CHDF5

/// A dataset of an HDF5 file.
public struct HDF5Dataset: Sendable {
  let file: HDF5File
  let handle: Handle
  let location: Location

  /// The path inside the file.
  public var path: String { location.path }

  /// Reads all elements.
  ///
  /// Floats of any width and byte order are read as the narrower of float32 and float64 that holds all their
  /// values, integers as int64, unsigned bytes and enumerations of bytes as uint8, strings from UTF-8.
  ///
  /// - Throws: ``HDF5Error`` for other types, for external and virtual storage, and, before memory is taken, when
  ///   the elements take more bytes than the file's limit leaves.
  public func read() throws -> HDF5Array {
    try withLibrary {
      let type = try location.handle(H5Dget_type(handle.id), "read")
      let element = try ElementType(of: type, at: location)
      let shape = try self.shape()
      let count = try elementCount(shape)
      if count > 0 { try checkStorage(count, width: H5Tget_size(type.id)) }
      switch element {
      case .float32:
        return HDF5Array(shape: shape, .float32(try numbers(count, pt_h5_native_float())))
      case .float64:
        return HDF5Array(shape: shape, .float64(try numbers(count, pt_h5_native_double())))
      case .int64:
        return HDF5Array(shape: shape, .int64(try numbers(count, pt_h5_native_int64())))
      case .uint8:
        let isEnumeration = H5Tget_class(type.id) == H5T_ENUM
        let bytes: [UInt8] = try numbers(count, isEnumeration ? type.id : pt_h5_native_uint8())
        return HDF5Array(shape: shape, .uint8(bytes))
      case .variableString:
        return HDF5Array(shape: shape, .strings(try variableStrings(count, type)))
      case .fixedString(let size, let padding):
        return HDF5Array(shape: shape, .strings(try fixedStrings(count, type, size, padding)))
      }
    }
  }

  /// Whether the elements are stored as they are read: little-endian float32, float64, int64 or uint8, or UTF-8 of
  /// variable length.
  ///
  /// - Throws: ``HDF5Error`` for types that cannot be read.
  public func isStoredAsRead() throws -> Bool {
    try withLibrary {
      let type = try location.handle(H5Dget_type(handle.id), "read")
      return switch try ElementType(of: type, at: location) {
      case .float32: H5Tequal(type.id, pt_h5_native_float()) > 0
      case .float64: H5Tequal(type.id, pt_h5_native_double()) > 0
      case .int64: H5Tequal(type.id, pt_h5_native_int64()) > 0
      case .uint8: H5Tequal(type.id, pt_h5_native_uint8()) > 0
      case .variableString: H5Tget_cset(type.id) == H5T_CSET_UTF8
      case .fixedString: false
      }
    }
  }

  /// The sizes of the dimensions; empty for a single value.
  private func shape() throws -> [Int] {
    let space = try location.handle(H5Dget_space(handle.id), "read")
    guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
      throw location.unexpected("an array", found: "without a value")
    }
    var sizes = [hsize_t](repeating: 0, count: Int(max(0, H5Sget_simple_extent_ndims(space.id))))
    try location.check(H5Sget_simple_extent_dims(space.id, &sizes, nil), "read")
    return sizes.map { Int(clamping: $0) }
  }

  private func elementCount(_ shape: [Int]) throws -> Int {
    var count = 1
    for size in shape where count > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      count = overflow ? Int.max : product
    }
    return shape.contains(0) ? 0 : count
  }

  /// Refuses storage outside the file, and sizes that the file cannot hold.
  private func checkStorage(_ count: Int, width: Int) throws {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
    guard pt_h5_is_undefined(H5Dget_offset(handle.id)) else {
      guard !overflow, bytes <= file.size else {
        throw HDF5Error.tooLarge(
          file: location.file, path: location.path, bytes: overflow ? Int.max : bytes, limit: file.size)
      }
      return
    }
    let creation = try location.handle(H5Dget_create_plist(handle.id), "read")
    guard H5Pget_external_count(creation.id) == 0 else {
      throw location.refused("its elements lie in another file")
    }
    switch H5Pget_layout(creation.id) {
    case H5D_COMPACT, H5D_CONTIGUOUS:
      return
    case H5D_CHUNKED:
      var sizes = [hsize_t](repeating: 0, count: 32)
      let rank = H5Pget_chunk(creation.id, 32, &sizes)
      try location.check(rank, "read")
      let chunk = try elementCount(sizes.prefix(Int(rank)).map { Int(clamping: $0) })
      _ = try file.take(chunk, width: width, at: location)
    default:
      throw location.refused("its storage is virtual")
    }
  }

  private func numbers<Number>(_ count: Int, _ memoryType: hid_t) throws -> [Number] {
    guard count > 0 else { return [] }
    _ = try file.take(count, width: MemoryLayout<Number>.stride, at: location)
    return try [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: buffer.baseAddress, memoryType)
      initialized = count
    }
  }

  private func variableStrings(_ count: Int, _ type: Handle) throws -> [String] {
    guard count > 0 else { return [] }
    _ = try file.take(count, width: MemoryLayout<UnsafePointer<CChar>?>.stride, at: location)
    let transfer = try location.handle(H5Pcreate(pt_h5_dataset_transfer()), "read")
    let space = try location.handle(H5Dget_space(handle.id), "read")
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    let before = file.remaining
    var budget = pt_h5_budget(left: before)
    return try withUnsafeMutablePointer(to: &budget) { budget in
      try location.check(pt_h5_set_budget(transfer.id, budget), "read")
      return try pointers.withUnsafeMutableBytes { bytes in
        defer { H5Dvlen_reclaim(type.id, space.id, transfer.id, bytes.baseAddress) }
        try read(into: bytes.baseAddress, type.id, transfer.id)
        _ = try file.take(before - budget.pointee.left, width: 1, at: location)
        return try bytes.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map { text in
          guard let text else { return "" }
          return try string(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
      }
    }
  }

  private func fixedStrings(_ count: Int, _ type: Handle, _ size: Int, _ padding: H5T_str_t) throws
    -> [String]
  {
    guard count > 0 else { return [] }
    let total = try file.take(count, width: size, at: location)
    let bytes = try [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      try read(into: buffer.baseAddress, type.id)
      initialized = total
    }
    return try bytes.withUnsafeBytes { bytes in
      try stride(from: 0, to: total, by: size).map { start in
        var text = bytes[start..<start + size]
        switch padding {
        case H5T_STR_NULLTERM: text = text.prefix { $0 != 0 }
        case H5T_STR_NULLPAD: while text.last == 0 { text.removeLast() }
        default: while text.last == UInt8(ascii: " ") { text.removeLast() }
        }
        return try string(UnsafeRawBufferPointer(rebasing: text))
      }
    }
  }

  private func read(into memory: UnsafeMutableRawPointer?, _ type: hid_t, _ transfer: hid_t? = nil) throws {
    let everything = pt_h5_everything()
    let status = H5Dread(handle.id, type, everything, everything, transfer ?? pt_h5_defaults(), memory)
    try location.check(status, "read")
  }

  private func string(_ bytes: UnsafeRawBufferPointer) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw location.unexpected("UTF-8 text", found: "text in another encoding")
    }
    return text
  }
}
