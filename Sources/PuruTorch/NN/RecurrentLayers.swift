// Recurrent cells, and layers of them over sequences.

/// A layer that turns an input and a hidden state into the next hidden state.
public class RecurrentCell: Module {
  /// The number of features of the input.
  public let inputSize: Int
  /// The number of features of the hidden state.
  public let hiddenSize: Int
  /// (gates · hiddenSize, inputSize).
  public let weightIH: Parameter
  /// (gates · hiddenSize, hiddenSize).
  public let weightHH: Parameter
  /// (gates · hiddenSize); nil for a cell without biases.
  public let biasIH: Parameter?
  /// (gates · hiddenSize); nil for a cell without biases.
  public let biasHH: Parameter?

  /// A cell with weights and biases uniform in ±1/√hiddenSize.
  fileprivate init(
    _ name: String, inputSize: Int, hiddenSize: Int, gates: Int, bias: Bool, dtype: DType,
    generator: Generator?
  ) throws {
    (self.inputSize, self.hiddenSize) = (inputSize, hiddenSize)
    try requireSetting(name, "hiddenSize", hiddenSize, atLeast: 1)
    func draw(_ shape: [Int]) throws -> Parameter {
      try .uniform(shape, fan: hiddenSize, dtype: dtype, generator: generator)
    }
    weightIH = try draw([gates * hiddenSize, inputSize])
    weightHH = try draw([gates * hiddenSize, hiddenSize])
    biasIH = bias ? try draw([gates * hiddenSize]) : nil
    biasHH = bias ? try draw([gates * hiddenSize]) : nil
  }

  /// The next hidden state.
  ///
  /// - Parameters:
  ///   - input: (N, inputSize) or (inputSize).
  ///   - hx: The hidden state, (N, hiddenSize) or (hiddenSize); nil for zeros.
  /// - Throws: `TensorError` when shapes or types don't fit together.
  public func forward(_ input: Tensor, _ hx: Tensor?) throws -> Tensor {
    fatalError("\(type(of: self)) has no step")
  }

  /// The next hidden state from the input's projection, which is `weightIH · x + biasIH`, and the state before.
  fileprivate func step(_ fromInput: Tensor, _ hx: Tensor) throws -> Tensor {
    fatalError("\(type(of: self)) has no step")
  }

  /// The hidden state after one step from zeros.
  override public func forward(_ input: Tensor) throws -> Tensor { try forward(input, nil) }

  /// The next hidden state: `cell(x, h)` is `cell.forward(x, h)`.
  public func callAsFunction(_ input: Tensor, _ hx: Tensor?) throws -> Tensor {
    try showing(forward(input, hx))
  }
}

/// A plain recurrent cell, `h' = f(weightIH · x + biasIH + weightHH · h + biasHH)`.
public final class RNNCell: RecurrentCell {
  /// The function f.
  public let nonlinearity: RNNNonlinearity

  /// A cell with weights and biases uniform in ±1/√hiddenSize.
  ///
  /// - Throws: `TensorError` for sizes that aren't positive or a type that isn't floating point.
  public init(
    inputSize: Int, hiddenSize: Int, bias: Bool = true, nonlinearity: RNNNonlinearity = .tanh,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    self.nonlinearity = nonlinearity
    try super.init(
      "RNNCell", inputSize: inputSize, hiddenSize: hiddenSize, gates: 1, bias: bias, dtype: dtype,
      generator: generator)
  }

  override public func forward(_ input: Tensor, _ hx: Tensor?) throws -> Tensor {
    try Functional.rnnCell(
      input, hx, weightIH: weightIH, weightHH: weightHH, biasIH: biasIH, biasHH: biasHH,
      nonlinearity: nonlinearity)
  }

  override fileprivate func step(_ fromInput: Tensor, _ hx: Tensor) throws -> Tensor {
    try Functional.rnnStep(fromInput, hx, weightHH: weightHH, biasHH: biasHH, nonlinearity)
  }
}

/// A gated recurrent unit; its weights are those of the gates r, z and n, one below the other.
public final class GRUCell: RecurrentCell {
  /// A cell with weights and biases uniform in ±1/√hiddenSize.
  ///
  /// - Throws: `TensorError` for sizes that aren't positive or a type that isn't floating point.
  public init(
    inputSize: Int, hiddenSize: Int, bias: Bool = true, dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    try super.init(
      "GRUCell", inputSize: inputSize, hiddenSize: hiddenSize, gates: 3, bias: bias, dtype: dtype,
      generator: generator)
  }

  override public func forward(_ input: Tensor, _ hx: Tensor?) throws -> Tensor {
    try Functional.gruCell(
      input, hx, weightIH: weightIH, weightHH: weightHH, biasIH: biasIH, biasHH: biasHH)
  }

  override fileprivate func step(_ fromInput: Tensor, _ hx: Tensor) throws -> Tensor {
    try Functional.gruStep(fromInput, hx, weightHH: weightHH, biasHH: biasHH)
  }
}

// MARK: - Layers over sequences

/// Recurrent cells on top of each other, run over sequences; what ``RNN`` and ``GRU`` share.
///
/// The inputs of all steps are projected by one product for each cell. State has the names of PyTorch's layers:
/// `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_ih_l1`, …
public class RecurrentLayer: Module {
  /// The cells, that of the first layer first; their hooks see every step's state.
  public let cells: [RecurrentCell]
  /// Whether sequences are (N, steps, features) and not (steps, N, features).
  public let batchFirst: Bool

  fileprivate init(
    _ name: String, numLayers: Int, batchFirst: Bool, cell: (_ layer: Int) throws -> RecurrentCell
  ) throws {
    try requireSetting(name, "numLayers", numLayers, atLeast: 1)
    cells = try (0..<numLayers).map(cell)
    self.batchFirst = batchFirst
  }

  /// The last layer's hidden states after every step, and each layer's after the last one.
  ///
  /// - Parameters:
  ///   - input: (steps, N, inputSize), or (N, steps, inputSize) with `batchFirst`, or (steps, inputSize); at least
  ///     one step.
  ///   - h0: The hidden states before the first step, (numLayers, N, hiddenSize) or (numLayers, hiddenSize); nil for
  ///     zeros.
  /// - Returns: `output`, as the input with hiddenSize features, and `hidden`, of the shape of `h0`.
  /// - Throws: `TensorError` when shapes or types don't fit together.
  public func forward(_ input: Tensor, _ h0: Tensor?) throws -> (output: Tensor, hidden: Tensor) {
    let (states, hidden) = try run(input, h0)
    let isTurned = batchFirst && input.ndim == 3
    let output = try Tensor.stack(states)
    return (isTurned ? try output.transposed(0, 1) : output, try Tensor.stack(hidden))
  }

  /// The last layer's hidden states after every step, from zeros.
  override public func forward(_ input: Tensor) throws -> Tensor { try forward(input, nil).output }

  /// The hidden states: `layer(x, h0)` is `layer.forward(x, h0)`.
  public func callAsFunction(_ input: Tensor, _ h0: Tensor?) throws -> (output: Tensor, hidden: Tensor) {
    let (output, hidden) = try forward(input, h0)
    return (try showing(output), hidden)
  }

  /// The last layer's states of every step, and every layer's last state.
  func run(_ input: Tensor, _ h0: Tensor?) throws -> (states: [Tensor], hidden: [Tensor]) {
    let operation = "\(type(of: self))"
    let (first, isBatched) = (cells[0], input.ndim == 3)
    var sequence = isBatched && batchFirst ? try input.transposed(0, 1) : input
    guard isBatched || input.ndim == 2, sequence.sizes[0] > 0,
      sequence.sizes[sequence.ndim - 1] == first.inputSize
    else {
      throw TensorError.invalidInput(
        operation: operation, shape: input.shape,
        expected: isBatched && batchFirst
          ? "(N, steps, \(first.inputSize)) with at least one step"
          : "(steps, N, \(first.inputSize)) or (steps, \(first.inputSize)) with at least one step")
    }
    let stateShape = (isBatched ? [sequence.sizes[1]] : []) + [first.hiddenSize]
    if let h0, h0.shape != [cells.count] + stateShape {
      throw TensorError.shapeMismatch(
        operation: operation, input.shape, h0.shape,
        expected: "hidden states of shape \(Tensor.shapeText([cells.count] + stateShape))")
    }
    let start =
      try h0?.unbind() ?? cells.map { _ in try Tensor.zeros(stateShape, dtype: first.weightHH.dtype) }
    var (states, hidden): ([Tensor], [Tensor]) = ([], [])
    for (cell, state) in zip(cells, start) {
      if !states.isEmpty { sequence = try Tensor.stack(states) }
      let projected = try Functional.linear(sequence, weight: cell.weightIH, bias: cell.biasIH)
      states.removeAll(keepingCapacity: true)
      for step in try projected.unbind() {
        states.append(try cell.showing(cell.step(step, states.last ?? state)))
      }
      hidden.append(states[states.count - 1])
    }
    return (states, hidden)
  }

  /// `cells.1.weight_ih` is `weight_ih_l1`.
  override public func stateName(_ path: String) -> String {
    let parts = path.split(separator: ".")
    return parts.count == 3 ? "\(parts[2])_l\(parts[1])" : path
  }
}

/// Layers of plain recurrent cells over sequences, as `torch.nn.RNN`.
///
/// ```swift
/// let rnn = try RNN(inputSize: 8, hiddenSize: 16, numLayers: 2, batchFirst: true)
/// let (output, hidden) = try rnn(Tensor.zeros([4, 10, 8]), nil)
/// output.shape                                     // [4, 10, 16]
/// hidden.shape                                     // [2, 4, 16]
/// ```
public final class RNN: RecurrentLayer {
  /// Layers with weights and biases uniform in ±1/√hiddenSize.
  ///
  /// - Throws: `TensorError` for sizes that aren't positive or a type that isn't floating point.
  public init(
    inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
    nonlinearity: RNNNonlinearity = .tanh, batchFirst: Bool = false, dtype: DType = .float32,
    generator: Generator? = nil
  ) throws {
    try super.init("RNN", numLayers: numLayers, batchFirst: batchFirst) { layer in
      try RNNCell(
        inputSize: layer == 0 ? inputSize : hiddenSize, hiddenSize: hiddenSize, bias: bias,
        nonlinearity: nonlinearity, dtype: dtype, generator: generator)
    }
  }
}

/// Layers of gated recurrent units over sequences, as `torch.nn.GRU`; used like ``RNN``.
public final class GRU: RecurrentLayer {
  /// Layers with weights and biases uniform in ±1/√hiddenSize.
  ///
  /// - Throws: `TensorError` for sizes that aren't positive or a type that isn't floating point.
  public init(
    inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    try super.init("GRU", numLayers: numLayers, batchFirst: batchFirst) { layer in
      try GRUCell(
        inputSize: layer == 0 ? inputSize : hiddenSize, hiddenSize: hiddenSize, bias: bias, dtype: dtype,
        generator: generator)
    }
  }
}
