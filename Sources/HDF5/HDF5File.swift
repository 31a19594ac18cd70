// Files: opened for reading from an image in memory, or created on disk.

import CHDF5
import Foundation

/// An HDF5 file. Every call takes a lock, so files may be used from several threads, one at a time.
///
/// A file that is read is held in memory: nothing that happens to it on disk later can matter. Only what lies in
/// the file itself is read: soft, external and user-defined links, external and virtual storage are refused.
public final class HDF5File: @unchecked Sendable {
  /// The most bytes that are read from one file, altogether, unless a caller says otherwise.
  public static let defaultLimit = 256 << 20

  /// The file's name as errors give it.
  public let name: String
  let handle: Handle
  /// The file's size when it was opened for reading.
  let size: Int
  private let limit: Int
  private var taken = 0

  /// Opens a file for reading.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - limit: the most bytes that the file itself may have, and all that is read from it together.
  /// - Throws: ``HDF5Error`` when it cannot be read, is larger than `limit` or is not HDF5.
  public convenience init(reading path: String, limit: Int = HDF5File.defaultLimit) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw HDF5Error.unavailable(file: path, reason: "no such file") }
    // To open a pipe would wait for its other end, to read a device might never end.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HDF5Error.unavailable(file: path, reason: "it is not a file")
    }
    guard status.st_size <= limit else {
      throw HDF5Error.tooLarge(file: path, path: "/", bytes: Int(status.st_size), limit: limit)
    }
    guard let image = FileManager.default.contents(atPath: path) else {
      throw HDF5Error.unavailable(file: path, reason: "it cannot be read")
    }
    try self.init(image: image, name: path, limit: limit)
  }

  /// Opens the content of a file that is already in memory.
  ///
  /// - Parameters:
  ///   - image: The file's content.
  ///   - name: what errors call the file.
  ///   - limit: the most bytes that are read from it altogether.
  /// - Throws: ``HDF5Error/notHDF5(file:reason:)``.
  public init(image: Data, name: String, limit: Int = HDF5File.defaultLimit) throws {
    let location = Location(file: name, path: "/")
    self.name = name
    self.limit = limit
    self.size = image.count
    handle = try withLibrary {
      let access = try location.handle(H5Pcreate(pt_h5_file_access()), "opened")
      try location.check(H5Pset_fapl_core(access.id, 1 << 16, false), "opened")
      let status = image.withUnsafeBytes { bytes in
        H5Pset_file_image(access.id, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      }
      guard status >= 0, image.count > 0 else {
        throw HDF5Error.notHDF5(file: name, reason: "it is empty")
      }
      guard let handle = Handle(H5Fopen(Self.nextImageName(), pt_h5_read_only(), access.id)) else {
        throw HDF5Error.notHDF5(file: name, reason: lastLibraryError())
      }
      return handle
    }
  }

  /// Creates a file, replacing one of the same name.
  ///
  /// - Throws: ``HDF5Error/unavailable(file:reason:)``.
  public init(creating path: String) throws {
    name = path
    limit = HDF5File.defaultLimit
    size = 0
    handle = try withLibrary {
      let file = H5Fcreate(path, pt_h5_truncate(), pt_h5_defaults(), pt_h5_defaults())
      guard let handle = Handle(file) else {
        throw HDF5Error.unavailable(file: path, reason: lastLibraryError())
      }
      return handle
    }
  }

  /// The group that holds everything else.
  ///
  /// - Throws: ``HDF5Error`` when the file is damaged.
  public func root() throws -> HDF5Group {
    try withLibrary {
      let location = Location(file: name, path: "/")
      let group = try location.handle(H5Gopen2(handle.id, "/", pt_h5_defaults()), "opened")
      return HDF5Group(file: self, handle: group, location: location)
    }
  }

  /// Writes what is still in memory to disk.
  ///
  /// - Throws: ``HDF5Error`` when the disk does not take it.
  public func flush() throws {
    try withLibrary {
      try Location(file: name, path: "/").check(H5Fflush(handle.id, H5F_SCOPE_GLOBAL), "written")
    }
  }

  /// How many bytes may still be read.
  var remaining: Int { limit - taken }

  /// Counts `count` elements of `width` bytes as read, before memory is taken for them, and returns their bytes.
  func take(_ count: Int, width: Int, at location: Location) throws -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: width)
    let bytes = overflow ? Int.max : product
    guard bytes <= remaining else {
      throw HDF5Error.tooLarge(file: location.file, path: location.path, bytes: bytes, limit: limit)
    }
    taken += bytes
    return bytes
  }

  nonisolated(unsafe) private static var images = 0

  /// A name that no file can have: libhdf5 refuses an image whose name exists, and takes two of one name for one.
  private static func nextImageName() -> String {
    images += 1
    return "/dev/null/image-\(images)"
  }
}
