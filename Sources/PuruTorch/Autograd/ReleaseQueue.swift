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
    // Moved, so that the queue's reference is the only one.
    queue.pending.append(nil)
    swap(&node, &queue.pending[queue.pending.count - 1])
    queue.drain()
  }

  /// Releases what the edges of a node that is already going lead to.
  static func release(_ edges: consuming ShortList<Edge>) {
    let queue = shared
    if let node = queue.queueUp(edges) { queue.pending.append(node) }
    queue.drain()
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

  /// Releases the nodes in the queue and what only they lead to.
  private func drain() {
    guard !isDraining else { return }
    isDraining = true
    var node: Node?
    while node != nil || !pending.isEmpty {
      if node == nil { node = pending.removeLast() }
      var edges = ShortList<Edge>()
      if isKnownUniquelyReferenced(&node) { edges = node?.takeEdges() ?? edges }
      node = nil
      node = queueUp(edges)
    }
    isDraining = false
  }

  /// Puts the nodes that edges lead to into the queue, but for one, which is returned.
  private func queueUp(_ edges: consuming ShortList<Edge>) -> Node? {
    var next: Node?
    for index in 0..<edges.count {
      guard case .node(let node, _) = edges.take(index) else { continue }
      if next == nil { next = node } else { pending.append(node) }
    }
    return next
  }
}
