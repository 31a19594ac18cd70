// The memory that tensors and their views share.

import CKernels

/// A reference to a block of memory from the kernels' cache. Each tensor holds one and releases it when it goes.
///
/// It isn't a class, so that a small tensor takes one block for its elements and their count of references.
struct Storage: Equatable {
  private let block: UnsafeMutablePointer<pt_storage>

  /// Uninitialised memory, or nil when there is none. The caller owns the reference.
  init?(byteCount: Int) {
    guard let block = pt_storage_create(Int64(byteCount)) else { return nil }
    self.block = block
  }

  /// The first byte.
  var pointer: UnsafeMutableRawPointer { block.pointee.data }

  /// How often the contents were changed in place: saved tensors remember it to notice a later change.
  var version: UInt32 { block.pointee.version }

  /// Whether the caller's reference is the only one.
  var isUnique: Bool { pt_storage_is_unique(block) }

  /// Notes a change in place.
  func noteChange() { block.pointee.version &+= 1 }

  /// Notes that the contents take the place of others that were at a version.
  func noteChange(since version: UInt32) { block.pointee.version = version &+ 1 }

  /// Another reference to the same memory.
  func retained() -> Storage {
    pt_storage_retain(block)
    return self
  }

  /// Gives the reference back.
  func release() { pt_storage_release(block) }
}
