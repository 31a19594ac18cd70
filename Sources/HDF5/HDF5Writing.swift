// Writing: groups, datasets and attributes, little-endian and without time stamps.

import CHDF5

extension HDF5Group {
  /// Creates a group at a path below this one, and the groups on the way to it.
  ///
  /// - Throws: ``HDF5Error`` when something has that name or the file cannot be written.
  @discardableResult
  public func createGroup(_ path: String) throws -> HDF5Group {
    try withLibrary {
      let place = location.appending(path)
      let links = try intermediateGroups(place)
      let group = H5Gcreate2(handle.id, path, links.id, pt_h5_defaults(), pt_h5_defaults())
      return HDF5Group(file: file, handle: try place.handle(group, "created"), location: place)
    }
  }

  /// Writes a contiguous dataset at a path below this group, creating the groups on the way to it.
  ///
  /// - Throws: ``HDF5Error`` when something has that name, the array's elements do not fit its shape, or the file
  ///   cannot be written.
  @discardableResult
  public func write(_ array: HDF5Array, to path: String) throws -> HDF5Dataset {
    try withLibrary {
      let place = location.appending(path)
      guard array.shape.allSatisfy({ $0 >= 0 }), array.shape.reduce(1, *) == array.elements.count else {
        throw place.unexpected("\(array.shape) elements", found: "an array of \(array.elements.count)")
      }
      let links = try intermediateGroups(place)
      let creation = try place.handle(H5Pcreate(pt_h5_dataset_create()), "created")
      try place.check(H5Pset_obj_track_times(creation.id, false), "created")
      let sizes = array.shape.map { hsize_t($0) }
      let space = sizes.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil)
      let spaceHandle = try place.handle(space, "created")
      let strings = try stringType(place)
      let id = H5Dcreate2(
        handle.id, path, array.elements.fileType(strings), spaceHandle.id, links.id, creation.id,
        pt_h5_defaults())
      let dataset = HDF5Dataset(file: file, handle: try place.handle(id, "created"), location: place)
      if array.elements.count > 0 { try dataset.write(array.elements, strings) }
      return dataset
    }
  }

  private func intermediateGroups(_ place: Location) throws -> Handle {
    let links = try place.handle(H5Pcreate(pt_h5_link_create()), "created")
    try place.check(H5Pset_create_intermediate_group(links.id, 1), "created")
    return links
  }
}

extension HDF5Attributes {
  /// Writes a string attribute.
  ///
  /// - Throws: ``HDF5Error`` when there is one of that name or it cannot be written.
  public func set(_ name: String, _ value: String) throws {
    try withLibrary {
      let strings = try stringType(location.attribute(name))
      try value.withCString { text in
        var text: UnsafePointer<CChar>? = text
        try writeAttribute(name, fileType: strings.id, memoryType: strings.id, &text)
      }
    }
  }

  /// Writes an integer attribute.
  ///
  /// - Throws: ``HDF5Error`` when there is one of that name or it cannot be written.
  public func set(_ name: String, _ value: Int) throws {
    try withLibrary {
      var value = Int64(value)
      try writeAttribute(name, fileType: pt_h5_file_int64(), memoryType: pt_h5_native_int64(), &value)
    }
  }

  private func writeAttribute(
    _ name: String, fileType: hid_t, memoryType: hid_t, _ value: UnsafeRawPointer
  ) throws {
    let place = location.attribute(name)
    let space = try place.handle(H5Screate(H5S_SCALAR), "created")
    let defaults = pt_h5_defaults()
    let id = H5Acreate2(handle.id, name, fileType, space.id, defaults, defaults)
    let attribute = try place.handle(id, "created")
    try place.check(H5Awrite(attribute.id, memoryType, value), "written")
  }
}

extension HDF5Dataset {
  fileprivate func write(_ elements: HDF5Array.Elements, _ strings: Handle) throws {
    switch elements {
    case .float32(let values): try write(values, pt_h5_native_float())
    case .float64(let values): try write(values, pt_h5_native_double())
    case .int64(let values): try write(values, pt_h5_native_int64())
    case .uint8(let values): try write(values, pt_h5_native_uint8())
    case .strings(let values):
      let texts = values.map { strdup($0) }
      defer { texts.forEach { free($0) } }
      try write(texts, strings.id)
    }
  }

  private func write<Element>(_ values: [Element], _ memoryType: hid_t) throws {
    let everything = pt_h5_everything()
    try values.withUnsafeBytes { bytes in
      let status = H5Dwrite(
        handle.id, memoryType, everything, everything, pt_h5_defaults(), bytes.baseAddress)
      try location.check(status, "written")
    }
  }
}

extension HDF5Array.Elements {
  fileprivate func fileType(_ strings: Handle) -> hid_t {
    switch self {
    case .float32: pt_h5_file_float32()
    case .float64: pt_h5_file_float64()
    case .int64: pt_h5_file_int64()
    case .uint8: pt_h5_file_uint8()
    case .strings: strings.id
    }
  }
}

/// Variable-length UTF-8 text.
private func stringType(_ place: Location) throws -> Handle {
  let type = try place.handle(H5Tcopy(pt_h5_c_string()), "created")
  try place.check(H5Tset_size(type.id, pt_h5_variable_length()), "created")
  try place.check(H5Tset_cset(type.id, H5T_CSET_UTF8), "created")
  return type
}
