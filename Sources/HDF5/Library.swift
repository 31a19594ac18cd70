// Calls into libhdf5: one at a time, silent, with handles that close themselves.

import CHDF5
import Foundation

private let lock = NSRecursiveLock()
/// How often the thread that holds the lock has taken it.
nonisolated(unsafe) private var depth = 0

/// Runs `body` while no other thread is inside libhdf5, which is not made for several at once.
func withLibrary<Result>(_ body: () throws -> Result) rethrows -> Result {
  lock.lock()
  depth += 1
  defer {
    depth -= 1
    lock.unlock()
  }
  if depth == 1 { pt_h5_quiet() }
  return try body()
}

/// The innermost message of the error that libhdf5 has just reported.
func lastLibraryError() -> String {
  let message = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> String in
    guard let start = buffer.baseAddress else { return "" }
    pt_h5_last_error(start, buffer.count)
    return String(cString: start)
  }
  return message.isEmpty ? "no reason given" : message
}

/// An identifier of libhdf5 that is given back when nobody holds it any more.
final class Handle: @unchecked Sendable {
  let id: hid_t

  /// Takes over `id`; nil when it says that the call which made it failed.
  init?(_ id: hid_t) {
    guard id >= 0 else { return nil }
    self.id = id
  }

  deinit {
    withLibrary { _ = H5Idec_ref(id) }
  }
}

/// An object's place: the file's name and the path inside it.
struct Location: Sendable {
  let file: String
  let path: String

  func appending(_ name: String) -> Location {
    Location(file: file, path: path == "/" ? "/\(name)" : "\(path)/\(name)")
  }

  func attribute(_ name: String) -> Location {
    Location(file: file, path: "\(path)@\(name)")
  }

  func failed(_ action: String) -> HDF5Error {
    .failed(file: file, path: path, action: action, reason: lastLibraryError())
  }

  func unexpected(_ expected: String, found: String) -> HDF5Error {
    .unexpected(file: file, path: path, expected: expected, found: found)
  }

  func refused(_ reason: String) -> HDF5Error {
    .refused(file: file, path: path, reason: reason)
  }

  var missing: HDF5Error { .missing(file: file, path: path) }

  /// The handle that a call made, or the failure of that call.
  func handle(_ id: hid_t, _ action: String) throws -> Handle {
    guard let handle = Handle(id) else { throw failed(action) }
    return handle
  }

  /// Throws when a call's status says that it failed.
  func check(_ status: herr_t, _ action: String) throws {
    guard status >= 0 else { throw failed(action) }
  }
}
