// Letting go of long graphs without recursion: a chain of a million nodes must not overflow the stack.

import CKernels

/// The nodes that the current thread is about to release.
///
/// Before a node goes, its edges are taken out of it and what they lead to is released in the same loop. A release
/// that starts while the loop runs, through a tensor that a node had saved, only adds to the queue.
final class ReleaseQueue {
  @exclusivity(unchecked) private var pending: [Node?] = []
  @exclusivity(unchecked) private var isDraining = false

  /// Releases the reference; the node itself goes once nobody else holds it.
  static func release(_ node: inout Node?) {
    guard isKnownUniquelyReferenced(&node) else {
      node = nil
      return
    }
    let queue = shared
    if queue.isDraining {
      // Moved, so that the queue's reference is the only one.
      queue.pending.append(nil)
      swap(&node, &queue.pending[queue.pending.count - 1])
    } else {
      queue.drain(&node)
    }
  }

  /// Releases what a node leads to that is already going.
  static func releaseEdges(of node: Node) {
    let queue = shared
    node.takeInputNodes { queue.pending.append($0) }
    var none: Node?
    if !queue.isDraining { queue.drain(&none) }
  }

  /// The queue of the calling thread.
  private static var shared: ReleaseQueue {
    guard let slot = pt_thread_release_queue() else { fatalError("no thread-local memory") }
    if let existing = slot.pointee {
      return Unmanaged<ReleaseQueue>.fromOpaque(existing).takeUnretainedValue()
    }
    let queue = ReleaseQueue()
    slot.pointee = Unmanaged.passRetained(queue).toOpaque()
    return queue
  }

  /// Releases a node, the nodes in the queue, and what only they lead to.
  private func drain(_ node: inout Node?) {
    isDraining = true
    while node != nil || !pending.isEmpty {
      if node == nil { node = pending.removeLast() }
      var next: Node?
      if isKnownUniquelyReferenced(&node) {
        node?.takeInputNodes { if next == nil { next = $0 } else { pending.append($0) } }
      }
      node = nil
      swap(&node, &next)
    }
    isDraining = false
  }
}
