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

  private(set) var edges = ShortList<Edge>()
  private var savedTensors = ShortList<SavedTensor>()
  private var isFreed = false

  /// The shape of the first result, for `printGraph`.
  fileprivate var outputSizes = Shape()

  /// The gradients that have arrived for the results, by result; only while the engine runs.
  private var arrived: [Arrival] = []
  /// The results whose gradients the user asked to keep.
  private var retainers: [Retainer] = []

  init(_ name: String) {
    self.name = name
    sequenceNumber = pt_next_sequence_number()
  }

  init(_ name: String, _ input: Tensor) {
    self.name = name
    sequenceNumber = pt_next_sequence_number()
    edges.append(Edge(to: input))
  }

  init(_ name: String, _ a: Tensor, _ b: Tensor) {
    self.name = name
    sequenceNumber = pt_next_sequence_number()
    edges.append(Edge(to: a))
    edges.append(Edge(to: b))
  }

  /// A node of any number of inputs; an absent one takes a place in the list but gets no gradient.
  init(_ name: String, inputs: [Tensor?]) {
    self.name = name
    sequenceNumber = pt_next_sequence_number()
    for input in inputs { edges.append(input.map { Edge(to: $0) } ?? .none) }
  }

  deinit {
    guard edges.count > 0 || savedTensors.count > 0 else { return }
    let queue = ReleaseQueue.shared
    let outermost = queue.begin()
    for index in 0..<edges.count {
      if case .node(let node, _) = edges[index] { queue.add(node) }
    }
    edges.removeAll()
    savedTensors.removeAll()
    if outermost { queue.drain() }
  }

  /// The gradients of the inputs, in their order, from that of the result.
  ///
  /// Recording is off while it runs, unless the gradients shall themselves be differentiated; then what it
  /// computes with tensor operations is recorded.
  func backward(_ gradient: Tensor) throws -> Gradients {
    fatalError("\(name) has no backward")
  }

  /// The gradients of the inputs from those that arrived for the results; for operations of several results.
  func backward(_ arrived: [Arrival]) throws -> Gradients {
    guard let gradient = arrived.first?.gradient else { fatalError("\(name) without a gradient") }
    return try backward(gradient)
  }

  /// The shape of a result, for `printGraph`.
  func outputShape(_ output: Int) -> [Int] { [Int](outputSizes) }

  /// Whether the gradient of an input is wanted.
  func needsGradient(_ index: Int) -> Bool {
    if case .none = edges[index] { false } else { true }
  }
}

extension Node: CustomStringConvertible {
  public var description: String { "<\(name)Backward>" }
}

// MARK: - Edges

/// Where the gradient of an input goes.
enum Edge {
  /// Nowhere: the input doesn't require a gradient.
  case none
  /// To the node that computed the input, as the gradient of one of its results.
  case node(Node, output: Int32)
  /// Into the `grad` of a leaf.
  case leaf(Tensor)

  init(to input: Tensor) {
    if let node = input.gradFn {
      self = .node(node, output: input.outputIndex)
    } else if input.wantsGrad {
      self = .leaf(input)
    } else {
      self = .none
    }
  }
}

/// The gradients that a node's backward returns, one for each input; nil where none is wanted.
typealias Gradients = ShortList<Tensor?>

extension ShortList where Element == Tensor? {
  init(_ gradient: Tensor?) {
    self.init()
    append(gradient)
  }

  init(_ a: Tensor?, _ b: Tensor?) {
    self.init()
    append(a)
    append(b)
  }

  init(_ a: Tensor?, _ b: Tensor?, _ c: Tensor?) {
    self.init(a, b)
    append(c)
  }

  init(_ gradients: [Tensor?]) {
    self.init()
    for gradient in gradients { append(gradient) }
  }
}

// MARK: - Saved tensors

/// A tensor that backward needs, with the means to notice that it was changed since.
private struct SavedTensor {
  let tensor: Tensor
  let version: UInt32
  /// Which of the node's results it is, nil for an input.
  let output: Int32?
}

extension Node {
  /// Keeps inputs for backward; `saved(_:)` gives them in this order.
  func save(_ tensors: Tensor...) {
    for tensor in tensors {
      savedTensors.append(SavedTensor(tensor: tensor, version: tensor.storage.version, output: nil))
    }
  }

  /// Keeps the result's memory for backward, without the result itself, which would keep the node alive.
  func saveOutput(_ output: Tensor, output index: Int32 = 0) {
    savedTensors.append(
      SavedTensor(tensor: Tensor(aliasing: output), version: output.storage.version, output: index))
  }

  /// A saved tensor, refused when it was freed or changed.
  func saved(_ index: Int) throws -> Tensor {
    guard !isFreed else { throw TensorError.graphFreed(operation: name) }
    let saved = savedTensors[index]
    guard saved.version == saved.tensor.storage.version else {
      throw TensorError.modifiedInPlace(operation: name)
    }
    guard let index = saved.output, Autograd.isEnabled else { return saved.tensor }
    let output = Tensor(aliasing: saved.tensor)
    output.gradFn = self
    output.outputIndex = index
    return output
  }

  /// Lets go of what was saved; a node that saved nothing can run again.
  func free() {
    guard savedTensors.count > 0 else { return }
    isFreed = true
    savedTensors.removeAll()
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

/// The sum of the gradients that have arrived for one result.
struct Arrival {
  let output: Int32
  var gradient: Tensor?
}

/// A result whose gradient shall appear in its `grad`.
private struct Retainer {
  weak var tensor: Tensor?
  let output: Int32
}

extension Node {
  func retainGradient(of tensor: Tensor) {
    retainers.append(Retainer(tensor: tensor, output: tensor.outputIndex))
  }

  /// Whether a gradient has arrived for some result.
  var hasArrivals: Bool { !arrived.isEmpty }

  /// Adds a gradient to what has arrived for a result.
  func receive(_ gradient: consuming Tensor, output: Int32) throws {
    for index in arrived.indices where arrived[index].output == output {
      try Engine.accumulate(gradient, into: &arrived[index].gradient)
      return
    }
    arrived.append(Arrival(output: output, gradient: gradient))
  }

  /// Takes what has arrived, and stores it where the user asked for it.
  func takeArrivals() throws -> [Arrival] {
    let taken = arrived
    arrived.removeAll()
    for retainer in retainers {
      guard let tensor = retainer.tensor else { continue }
      for arrival in taken where arrival.output == retainer.output {
        guard let gradient = arrival.gradient else { continue }
        try Engine.accumulate(gradient, into: &tensor.grad)
      }
    }
    return taken
  }

  func forgetArrivals() { arrived.removeAll() }
}
