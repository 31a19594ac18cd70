// Showing the graph: breadth first from a tensor, each node once.

/// A place in the graph of a computation: an operation, or a leaf that a gradient flows to.
public struct GraphEntry: Sendable, Equatable {
  /// The fewest operations between the tensor that the walk began with and this one.
  public let depth: Int
  /// The shape of the operation's result, or of the leaf.
  public let shape: [Int]
  /// The operation's name; nil for a leaf.
  public let operation: String?
  /// The operation's place in the order in which the graph's operations were created, from 1; nil for a leaf.
  public let number: Int?
  /// The shapes of the inputs that gradients flow to.
  public let inputShapes: [[Int]]
}

extension Tensor {
  /// The graph that computed this tensor, breadth first, every operation and every leaf once.
  ///
  /// Inputs that require no gradient are not part of the graph.
  public func bfs() -> [GraphEntry] {
    guard requiresGrad else {
      return [GraphEntry(depth: 0, shape: shape, operation: nil, number: nil, inputShapes: [])]
    }
    var queue: [(edge: Edge, depth: Int)] = [(Edge(to: self), 0)]
    var seen = queue.reduce(into: Set<ObjectIdentifier>()) {
      $0.formUnion($1.edge.identity.map { [$0] } ?? [])
    }
    var next = 0
    while next < queue.count {
      let (edge, depth) = queue[next]
      next += 1
      for input in edge.inputs {
        guard let identity = input.identity, seen.insert(identity).inserted else { continue }
        queue.append((input, depth + 1))
      }
    }
    let order = queue.compactMap { $0.edge.sequenceNumber }.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(order, 1...))
    return queue.map { edge, depth in
      GraphEntry(
        depth: depth, shape: edge.shape, operation: edge.operation,
        number: edge.sequenceNumber.flatMap { numbers[$0] },
        inputShapes: edge.inputs.filter { $0.identity != nil }.map { $0.shape })
    }
  }

  /// Prints the graph that computed this tensor, breadth first, every operation and every leaf once.
  ///
  /// ```
  /// * Depth: 1
  /// ____________________
  /// | out_shape: (10, 3, 26, 26)
  /// | op: Conv2D #17
  /// | inp1_shape: (10, 24, 128, 128)
  /// | inp2_shape: (3, 24, 5, 5)
  /// | inp3_shape: (3,)
  /// ____________________
  /// ```
  ///
  /// Operations are numbered in the order of their creation; a leaf's `op` is `None`.
  public func printGraph() {
    var output = StandardOutput()
    printGraph(to: &output)
  }

  /// Writes what `printGraph()` prints to a stream, such as a string.
  public func printGraph(to output: inout some TextOutputStream) {
    for entry in bfs() { output.write(entry.description + "\n") }
  }
}

extension GraphEntry: CustomStringConvertible {
  public var description: String {
    let rule = "____________________"
    let stars = depth == 0 ? "" : String(repeating: "*", count: depth) + " "
    var lines = ["\(stars)Depth: \(depth)", rule, "| out_shape: \(tuple(shape))"]
    if let operation, let number {
      lines.append("| op: \(operation) #\(number)")
    } else {
      lines.append("| op: None")
    }
    for (index, shape) in inputShapes.enumerated() {
      lines.append("| inp\(index + 1)_shape: \(tuple(shape))")
    }
    lines.append(rule)
    return lines.joined(separator: "\n")
  }

  private func tuple(_ shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }
}

private struct StandardOutput: TextOutputStream {
  func write(_ string: String) { print(string, terminator: "") }
}

extension Edge {
  private var node: Node? { if case .node(let node, _) = self { node } else { nil } }

  fileprivate var identity: ObjectIdentifier? {
    switch self {
    case .none: nil
    case .node(let node, _): ObjectIdentifier(node)
    case .leaf(let tensor): ObjectIdentifier(tensor)
    }
  }

  fileprivate var inputs: [Edge] {
    guard let node else { return [] }
    return (0..<node.edges.count).map { node.edges[$0] }
  }

  fileprivate var shape: [Int] {
    switch self {
    case .none: []
    case .node(let node, let output): node.outputShape(Int(output))
    case .leaf(let tensor): tensor.shape
    }
  }

  fileprivate var operation: String? { node?.name }

  fileprivate var sequenceNumber: UInt64? { node?.sequenceNumber }
}
