// Recurrent cells, and the stack of them that recurrent models are made of.

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
}

/// Recurrent cells on top of each other, run over a sequence; its state has the names of PyTorch's `RNN` and `GRU`.
final class RecurrentStack: Module {
  let cells: [RecurrentCell]

  init(_ cells: [RecurrentCell]) { self.cells = cells }

  /// The hidden state of the last cell after the last step, (N, hiddenSize).
  ///
  /// - Parameters:
  ///   - input: (N, steps, features), with at least one step.
  ///   - h0: The hidden states before the first step, (cells, N, hiddenSize); nil for zeros.
  func lastHidden(_ input: Tensor, _ h0: Tensor?, model: String) throws -> Tensor {
    guard input.ndim == 3, input.sizes[1] > 0, let top = cells.last else {
      throw TensorError.invalidInput(
        operation: model, shape: input.shape, expected: "(N, steps, features) with at least one step")
    }
    let expected = [cells.count, input.sizes[0], top.hiddenSize]
    if let h0, h0.shape != expected {
      throw TensorError.shapeMismatch(
        operation: model, input.shape, h0.shape,
        expected: "a hidden state of shape \(Tensor.shapeText(expected))")
    }
    var hidden: [Tensor?] = try cells.indices.map { try h0?[$0] }
    var output = input
    for step in 0..<input.sizes[1] {
      output = try input[.all, step]
      for (index, cell) in cells.enumerated() {
        output = try cell(output, hidden[index])
        hidden[index] = output
      }
    }
    return output
  }

  /// `cells.1.weight_ih` is `weight_ih_l1`.
  override func stateName(_ path: String) -> String {
    let parts = path.split(separator: ".")
    return parts.count == 3 ? "\(parts[2])_l\(parts[1])" : path
  }
}
