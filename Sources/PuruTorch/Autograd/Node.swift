// A node of the autograd graph: what an operation must remember to compute its gradients.

import CKernels

/// The operation that computed a tensor, with links to the operations that computed its inputs.
///
/// A node holds its inputs' nodes and the tensors that its gradient needs, never the tensor that it computed:
/// a graph lives as long as somebody holds one of its results.
public class Node {
  /// The operation's name, such as `Conv2D`.
  public let name: String
  /// The node's place in the order of creation; it is higher than those of the nodes that computed its inputs.
  public let sequenceNumber: UInt64

  // A graph belongs to one task, and no code here calls out in the middle of a change, so the run-time check
  // for overlapping accesses, which costs as much as a small operation, is left out.
  @exclusivity(unchecked) private(set) var edges: ShortList<Edge>
  @exclusivity(unchecked) private var savedTensors = ShortList<SavedTensor>()
  @exclusivity(unchecked) private var isFreed = false

  /// The shape of the first result, for `printGraph`.
  @exclusivity(unchecked) fileprivate var outputSizes = Shape()

  /// The gradients that have arrived for the results; only while the engine runs.
  @exclusivity(unchecked) private var arrivals = Arrivals()
  /// The results whose gradients the user asked to keep.
  @exclusivity(unchecked) private var retainers: [Retainer]?

  init(_ name: String) {
    self.name = name
    edges = ShortList()
    sequenceNumber = pt_next_sequence_number()
  }

  init(_ name: String, _ input: Tensor) {
    self.name = name
    edges = ShortList(Edge(to: input))
    sequenceNumber = pt_next_sequence_number()
  }

  init(_ name: String, _ a: Tensor, _ b: Tensor) {
    self.name = name
    edges = ShortList(Edge(to: a), Edge(to: b))
    sequenceNumber = pt_next_sequence_number()
  }

  /// A node of any number of inputs; an absent one takes a place in the list but gets no gradient.
  init(_ name: String, inputs: [Tensor?]) {
    self.name = name
    edges = ShortList()
    sequenceNumber = pt_next_sequence_number()
    for input in inputs { edges.append(input.map { Edge(to: $0) } ?? .none) }
  }

  deinit {
    if edges.count > 0 { ReleaseQueue.releaseEdges(of: self) }
  }

  /// Moves its inputs' nodes, and all other edges, out of a node that is about to go.
  @inline(__always)
  func takeInputNodes(_ body: (Node) -> Void) {
    edges.takeAll { if case .node(let node, _) = $0 { body(node) } }
  }

  /// The gradients of the inputs, in their order, from that of the result.
  ///
  /// Recording is off while it runs, unless the gradients shall themselves be differentiated; then what it
  /// computes with tensor operations is recorded.
  func backward(_ gradient: Tensor) throws -> Gradients {
    fatalError("\(name) has no backward")
  }

  /// The gradients of the inputs from those that arrived for the results; for operations of several results.
  func backward(_ arrivals: Arrivals) throws -> Gradients {
    guard let gradient = arrivals.first else { fatalError("\(name) without a gradient") }
    return try backward(gradient)
  }

  /// The shape of a result, for `printGraph`.
  func outputShape(_ output: Int) -> [Int] { [Int](outputSizes) }

  /// Whether the gradient of an input is wanted.
  func needsGradient(_ index: Int) -> Bool { !edges[index].isNone }
}

extension Node: CustomStringConvertible {
  public var description: String { "<\(name)Backward>" }
}

// MARK: - Edges

/// Where the gradient of an input goes.
enum Edge: ShortListElement {
  /// Nowhere: the input doesn't require a gradient.
  case none
  /// To the node that computed the input, as one of its results.
  case node(Node, output: Int32)
  /// Into the `grad` of the input itself, a leaf.
  case leaf(Tensor)

  init() { self = .none }

  init(to input: Tensor) {
    if let node = input.gradFn {
      self = .node(node, output: input.outputIndex)
    } else {
      self = input.wantsGrad ? .leaf(input) : .none
    }
  }

  /// Whether no gradient is wanted.
  var isNone: Bool { if case .none = self { true } else { false } }
}

/// The gradients that a node's backward returns, one for each input; nil where none is wanted.
typealias Gradients = ShortList<Tensor?>

extension ShortList where Element == Tensor? {
  init(_ gradients: [Tensor?]) {
    self.init()
    for gradient in gradients { append(gradient) }
  }
}

// MARK: - Saved tensors

/// A tensor that backward needs, with the means to notice that it was changed since.
private struct SavedTensor: ShortListElement {
  private(set) var tensor: Tensor?
  private(set) var version: UInt32 = 0
  /// Which of the node's results it is, −1 for an input.
  private(set) var output: Int32 = -1

  init() {}

  init(_ tensor: Tensor, output: Int32 = -1) {
    self.tensor = tensor
    version = tensor.storage.version
    self.output = output
  }
}

extension Node {
  /// Keeps an input for backward; `saved(_:)` gives them in the order in which they were saved.
  func save(_ tensor: Tensor) { savedTensors.append(SavedTensor(tensor)) }

  /// Keeps two inputs for backward.
  func save(_ a: Tensor, _ b: Tensor) {
    save(a)
    save(b)
  }

  /// Keeps three inputs for backward.
  func save(_ a: Tensor, _ b: Tensor, _ c: Tensor) {
    save(a, b)
    save(c)
  }

  /// Keeps the result's memory for backward, without the result itself, which would keep the node alive.
  func saveOutput(_ output: Tensor, output index: Int32 = 0) {
    savedTensors.append(SavedTensor(Tensor(aliasing: output), output: index))
  }

  /// A saved tensor, refused when it was freed or changed.
  func saved(_ index: Int) throws -> Tensor {
    guard !isFreed else { throw TensorError.graphFreed(operation: name) }
    let saved = savedTensors[index]
    guard let tensor = saved.tensor else { fatalError("\(name) saved no tensor \(index)") }
    guard saved.version == tensor.storage.version else {
      throw TensorError.modifiedInPlace(operation: name)
    }
    guard saved.output >= 0 && Autograd.isEnabled else { return tensor }
    let output = Tensor(aliasing: tensor)
    output.gradFn = self
    output.outputIndex = saved.output
    return output
  }

  /// Lets go of what was saved; a node that saved nothing can run again.
  func free() {
    guard savedTensors.count > 0 else { return }
    isFreed = true
    savedTensors = ShortList()
  }
}

extension Tensor {
  /// Makes this tensor, which is the result of an operation, a result of the node.
  func attached(to node: Node, output: Int32 = 0) -> Tensor {
    gradFn = node
    outputIndex = output
    node.outputSizes = sizes
    return self
  }
}

// MARK: - Gradients that arrive

/// The gradients that have arrived for a node's results.
struct Arrivals {
  /// The sum for the first result.
  fileprivate(set) var first: Tensor?
  /// The sums for further results.
  fileprivate var others: [Int32: Tensor]?

  /// The sum for a result, nil when none has arrived.
  subscript(output: Int) -> Tensor? { output == 0 ? first : others?[Int32(output)] }
}

/// A result whose gradient shall appear in its `grad`.
private struct Retainer {
  weak var tensor: Tensor?
  let output: Int32
}

extension Node {
  func retainGradient(of tensor: Tensor) {
    let known = retainers ?? []
    guard !known.contains(where: { $0.tensor === tensor }) else { return }
    retainers = known + [Retainer(tensor: tensor, output: tensor.outputIndex)]
  }

  /// Whether a gradient has arrived for some result.
  var hasArrivals: Bool { arrivals.first != nil || arrivals.others != nil }

  /// Adds a gradient to what has arrived for a result.
  func receive(_ gradient: consuming Tensor, output: Int32) throws {
    if output == 0 {
      try Engine.accumulate(gradient, into: &arrivals.first)
    } else {
      var sums = arrivals.others.take() ?? [:]
      try Engine.accumulate(gradient, into: &sums[output])
      arrivals.others = sums
    }
  }

  /// Takes what has arrived, and stores it where the user asked for it.
  func takeArrivals() throws -> Arrivals {
    var taken = Arrivals()
    swap(&taken, &arrivals)
    guard let retainers else { return taken }
    for retainer in retainers {
      guard let tensor = retainer.tensor, let gradient = taken[Int(retainer.output)] else { continue }
      try Engine.accumulate(gradient, into: &tensor.grad)
    }
    return taken
  }

  func forgetArrivals() { arrivals = Arrivals() }
}
