// Backward: runs the nodes of a graph in descending order of creation, without recursion.

import CKernels

/// The loop behind `Tensor.backward`.
///
/// Every node was created after the nodes of its inputs, so the youngest node that has received a gradient has
/// received all of them: no other node that waits, and none that they lead to, is younger. Running the youngest
/// first therefore visits each node once, and fixes the order in which gradients are added.
enum Engine {
  static func run(from root: Tensor, gradient: Tensor?, retainGraph: Bool, createGraph: Bool) throws {
    guard root.requiresGrad else { throw TensorError.noGradient(operation: "backward") }
    if let gradient, gradient.sizes != root.sizes {
      throw TensorError.shapeMismatch(
        operation: "backward", root.shape, gradient.shape, expected: "a gradient of the tensor's shape")
    }
    var seed: Tensor? = try gradient?.to(root.dtype) ?? Tensor.onesLike(root)
    try Autograd.$isEnabled.withValue(createGraph) {
      var queue = NodeQueue()
      defer { queue.forgetArrivals() }
      if let first = seed.take() { try deliver(first, along: Edge(to: root), &queue) }
      while let node = queue.popYoungest() {
        var gradients = try node.backward(node.takeArrivals())
        for index in 0..<node.edges.count {
          guard let gradient = gradients.take(index) else { continue }
          try deliver(gradient, along: node.edges[index], &queue)
        }
        if !retainGraph { node.free() }
      }
    }
  }

  private static func deliver(
    _ gradient: consuming Tensor, along edge: Edge, _ queue: inout NodeQueue
  ) throws {
    switch edge {
    case .none: return
    case .node(let node, let output):
      if !node.hasArrivals { queue.push(node) }
      try node.receive(gradient, output: output)
    case .leaf(let leaf):
      guard let sizes = leaf.grad?.sizes else {
        leaf.grad = try owned(gradient)
        return
      }
      guard sizes == leaf.sizes else {
        throw TensorError.shapeMismatch(
          operation: "backward", leaf.shape, [Int](sizes), expected: "a grad of its tensor's shape")
      }
      try accumulate(gradient, into: &leaf.grad)
    }
  }

  /// Adds a gradient to a sum that may be empty so far.
  ///
  /// The sum is changed in place only when nobody else can see it.
  static func accumulate(_ gradient: consuming Tensor, into sum: inout Tensor?) throws {
    guard var existing = sum.take() else {
      sum = gradient
      return
    }
    if !Autograd.isEnabled, existing.isContiguous, gradient.isContiguous, existing.dtype == gradient.dtype,
      existing.sizes == gradient.sizes, isKnownUniquelyReferenced(&existing), existing.hasStorageOfItsOwn
    {
      let count = Int64(existing.count)
      if existing.dtype == .float32 {
        pt_accumulate_f32(count, existing.pointer(), gradient.pointer())
      } else {
        pt_accumulate_f64(count, existing.pointer(), gradient.pointer())
      }
      sum = existing
    } else {
      sum = existing
      sum = try existing + gradient
    }
  }

  /// A gradient that a leaf can keep: the given one when nobody else can see it, else a copy.
  private static func owned(_ gradient: consuming Tensor) throws -> Tensor {
    if Autograd.isEnabled { return gradient }
    if gradient.isContiguous, isKnownUniquelyReferenced(&gradient), gradient.hasStorageOfItsOwn {
      return gradient
    }
    return try gradient.clone()
  }
}

/// The nodes that have received a gradient, youngest first: a binary heap.
private struct NodeQueue {
  private var heap: [Node] = []

  mutating func push(_ node: Node) {
    heap.append(node)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[parent].sequenceNumber < heap[child].sequenceNumber else { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  mutating func popYoungest() -> Node? {
    guard heap.count > 1 else { return heap.popLast() }
    let last = heap.removeLast()
    let youngest = heap[0]
    heap[0] = last
    var parent = 0
    while true {
      var largest = parent
      var child = 2 * parent + 1
      let end = Swift.min(child + 2, heap.count)
      while child < end {
        if heap[child].sequenceNumber > heap[largest].sequenceNumber { largest = child }
        child += 1
      }
      guard largest != parent else { return youngest }
      heap.swapAt(parent, largest)
      parent = largest
    }
  }

  /// Leaves no gradient behind in a graph whose run an error ended.
  func forgetArrivals() {
    for node in heap { node.forgetArrivals() }
  }
}
