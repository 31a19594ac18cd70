// Classifiers of sequences: recurrent layers and a linear layer.

/// What both classifiers share: recurrent layers over a sequence, and a linear layer on the last one's last state.
public class RecurrentClassifier: Module {
  private let rnn: RecurrentLayer
  /// The last layer.
  public let proj: Linear

  fileprivate init(
    _ model: String, hiddenDim: Int, outDim: Int, numHiddenLayers: Int, dtype: DType, generator: Generator?,
    rnn: () throws -> RecurrentLayer
  ) throws {
    try requireSetting(model, "numHiddenLayers", numHiddenLayers, atLeast: 1)
    self.rnn = try rnn()
    proj = try Linear(inFeatures: hiddenDim, outFeatures: outDim, dtype: dtype, generator: generator)
  }

  /// The result for sequences, (N, outDim).
  ///
  /// - Parameters:
  ///   - input: (N, steps, inDim), with at least one step.
  ///   - h0: The hidden states before the first step, (numHiddenLayers, N, hiddenDim); nil for zeros.
  /// - Throws: `TensorError` when shapes or types don't fit together.
  public func forward(_ input: Tensor, _ h0: Tensor?) throws -> Tensor {
    guard input.ndim == 3 else {
      throw TensorError.invalidInput(
        operation: "\(type(of: self))", shape: input.shape, expected: "(N, steps, inDim)")
    }
    let hidden = try rnn.run(input, h0).hidden
    return try proj(hidden[hidden.count - 1])
  }

  override public func forward(_ input: Tensor) throws -> Tensor { try forward(input, nil) }

  /// The result for sequences: `model(x, h0)` is `model.forward(x, h0)`.
  public func callAsFunction(_ input: Tensor, _ h0: Tensor?) throws -> Tensor {
    try showing(forward(input, h0))
  }
}

/// Plain recurrent layers with tanh over a sequence, and a linear layer on the last one's last state.
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
      "RNNClassifier", hiddenDim: hiddenDim, outDim: outDim, numHiddenLayers: numHiddenLayers, dtype: dtype,
      generator: generator
    ) {
      try RNN(
        inputSize: inDim, hiddenSize: hiddenDim, numLayers: numHiddenLayers, batchFirst: true, dtype: dtype,
        generator: generator)
    }
  }
}

/// Layers of gated recurrent units over a sequence, and a linear layer on the last one's last state.
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
      "GRUClassifier", hiddenDim: hiddenDim, outDim: outDim, numHiddenLayers: numHiddenLayers, dtype: dtype,
      generator: generator
    ) {
      try GRU(
        inputSize: inDim, hiddenSize: hiddenDim, numLayers: numHiddenLayers, batchFirst: true, dtype: dtype,
        generator: generator)
    }
  }
}
