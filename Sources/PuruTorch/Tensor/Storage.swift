// The memory that tensors and their views share.

import CKernels

/// A block of memory from the kernels' cache, given back when the last tensor that uses it is gone.
final class Storage {
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  /// How often the contents were changed in place: saved tensors remember it to notice a later change.
  @exclusivity(unchecked) var version: UInt32 = 0

  /// Uninitialised memory, or nil when there is none.
  init?(byteCount: Int) {
    guard let pointer = pt_alloc(Int64(byteCount)) else { return nil }
    self.pointer = pointer
    self.byteCount = byteCount
  }

  deinit { pt_free(pointer, Int64(byteCount)) }
}
