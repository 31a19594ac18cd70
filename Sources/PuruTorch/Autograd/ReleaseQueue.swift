// Letting go of long graphs without recursion: a chain of a million nodes must not overflow the stack.

import CKernels

/// The nodes that the current thread is about to release.
///
/// When a node goes, it hands the nodes of its inputs over instead of releasing them itself; the outermost
/// release works through the queue in a loop.
final class ReleaseQueue {
  @exclusivity(unchecked) private var pending: [Node] = []
  @exclusivity(unchecked) private var isDraining = false

  /// The queue of the calling thread.
  static var shared: ReleaseQueue {
    guard let slot = pt_thread_release_queue() else { fatalError("no thread-local memory") }
    if let existing = slot.pointee {
      return Unmanaged<ReleaseQueue>.fromOpaque(existing).takeUnretainedValue()
    }
    let queue = ReleaseQueue()
    slot.pointee = Unmanaged.passRetained(queue).toOpaque()
    return queue
  }

  /// Releases the reference; the node itself goes once nobody else holds it.
  static func release(_ node: inout Node?) {
    guard isKnownUniquelyReferenced(&node) else {
      node = nil
      return
    }
    let queue = shared
    let outermost = queue.begin()
    if let last = node.take() { queue.add(last) }
    if outermost { queue.drain() }
  }

  /// Hands a node over to be released later.
  func add(_ node: consuming Node) { pending.append(node) }

  /// Puts releases off; true for the outermost call, which has to call `drain()`.
  func begin() -> Bool {
    defer { isDraining = true }
    return !isDraining
  }

  /// Releases the nodes that were handed over, and those that they hand over in turn.
  func drain() {
    while pending.popLast() != nil {}
    isDraining = false
  }
}
