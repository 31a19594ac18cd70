// Classifiers of sequences: stacked recurrent cells and a linear layer.

/// What both classifiers share: a stack of cells over a sequence, and a linear layer on the last cell's last state.
public class RecurrentClassifier: Module {
  private let rnn: RecurrentStack
  /// The last layer.
  public let proj: Linear
  private let model: String

  fileprivate init(
    _ model: String, inDim: Int, hiddenDim: Int, outDim: Int, numHiddenLayers: Int, dtype: DType,
    generator: Generator?, cell: (_ inputSize: Int) throws -> RecurrentCell
  ) throws {
    try requireSetting(model, "numHiddenLayers", numHiddenLayers, atLeast: 1)
    rnn = RecurrentStack(try (0..<numHiddenLayers).map { try cell($0 == 0 ? inDim : hiddenDim) })
    proj = try Linear(inFeatures: hiddenDim, outFeatures: outDim, dtype: dtype, generator: generator)
    self.model = model
  }

  /// The result for sequences, (N, outDim).
  ///
  /// - Parameters:
  ///   - input: (N, steps, inDim), with at least one step.
  ///   - h0: The hidden states before the first step, (numHiddenLayers, N, hiddenDim); nil for zeros.
  /// - Throws: `TensorError` when shapes or types don't fit together.
  public func forward(_ input: Tensor, _ h0: Tensor?) throws -> Tensor {
    try proj(rnn.lastHidden(input, h0, model: model))
  }

  override public func forward(_ input: Tensor) throws -> Tensor { try forward(input, nil) }

  /// The result for sequences: `model(x, h0)` is `model.forward(x, h0)`.
  public func callAsFunction(_ input: Tensor, _ h0: Tensor?) throws -> Tensor {
    try showing(forward(input, h0))
  }
}

/// A stack of plain recurrent cells with tanh over a sequence, and a linear layer on the last cell's last state.
///
/// Its state has the names of PyTorch's `RNN`, under `rnn`, and `Linear`, under `proj`.
public final class RNNClassifier: RecurrentClassifier {
  /// A model of the given sizes.
  ///
  /// - Throws: `TensorError` for sizes that aren't positive.
  public init(
    inDim: Int, hiddenDim: Int, outDim: Int, numHiddenLayers: Int = 2, dtype: DType = .float32,
    generator: Generator? = nil
  ) throws {
    try super.init(
      "RNNClassifier", inDim: inDim, hiddenDim: hiddenDim, outDim: outDim, numHiddenLayers: numHiddenLayers,
      dtype: dtype, generator: generator
    ) { inputSize in
      try RNNCell(inputSize: inputSize, hiddenSize: hiddenDim, dtype: dtype, generator: generator)
    }
  }
}

/// A stack of gated recurrent units over a sequence, and a linear layer on the last unit's last state.
///
/// Its state has the names of PyTorch's `GRU`, under `rnn`, and `Linear`, under `proj`.
public final class GRUClassifier: RecurrentClassifier {
  /// A model of the given sizes.
  ///
  /// - Throws: `TensorError` for sizes that aren't positive.
  public init(
    inDim: Int, hiddenDim: Int, outDim: Int, numHiddenLayers: Int = 2, dtype: DType = .float32,
    generator: Generator? = nil
  ) throws {
    try super.init(
      "GRUClassifier", inDim: inDim, hiddenDim: hiddenDim, outDim: outDim, numHiddenLayers: numHiddenLayers,
      dtype: dtype, generator: generator
    ) { inputSize in
      try GRUCell(inputSize: inputSize, hiddenSize: hiddenDim, dtype: dtype, generator: generator)
    }
  }
}
