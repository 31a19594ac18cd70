// What can go wrong with an HDF5 file.

/// An HDF5 file that cannot be read or written, with the file's name and the path inside it.
public enum HDF5Error: Error, Equatable, Sendable {
  /// The file cannot be had from the file system.
  case unavailable(file: String, reason: String)
  /// The file's content is not HDF5, is truncated or damaged.
  case notHDF5(file: String, reason: String)
  /// Nothing has that name.
  case missing(file: String, path: String)
  /// An object or attribute is of another kind or type than the caller can use.
  case unexpected(file: String, path: String, expected: String, found: String)
  /// A link, a name or a storage layout that is not followed, because it may leave the file or go in circles.
  case refused(file: String, path: String, reason: String)
  /// A value larger than the file's limit; it is refused before memory is taken for it.
  case tooLarge(file: String, path: String, bytes: Int, limit: Int)
  /// libhdf5 reports a failure.
  case failed(file: String, path: String, action: String, reason: String)

  /// The file's name.
  public var file: String {
    switch self {
    case .unavailable(let file, _), .notHDF5(let file, _), .missing(let file, _),
      .unexpected(let file, _, _, _),
      .refused(let file, _, _), .tooLarge(let file, _, _, _), .failed(let file, _, _, _):
      file
    }
  }

  /// What is wrong and where inside the file, without the file's name.
  public var reason: String {
    switch self {
    case .unavailable(_, let reason):
      "cannot be opened: \(reason)"
    case .notHDF5(_, let reason):
      "is not a readable HDF5 file: \(reason)"
    case .missing(_, let path):
      "\(path) is missing"
    case .unexpected(_, let path, let expected, let found):
      "\(path) is \(found), expected \(expected)"
    case .refused(_, let path, let reason):
      "\(path) is refused: \(reason)"
    case .tooLarge(_, let path, let bytes, let limit):
      "\(path) takes \(bytes) bytes, the limit is \(limit)"
    case .failed(_, let path, let action, let reason):
      "\(path) cannot be \(action): \(reason)"
    }
  }
}

extension HDF5Error: CustomStringConvertible {
  /// The file's name and the reason.
  public var description: String { "\(file): \(reason)" }
}
