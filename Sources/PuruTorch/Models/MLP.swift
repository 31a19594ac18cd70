// The multi-layer perceptron.

/// Linear layers, each followed by the same activation, the last one too.
///
/// ```swift
/// let model = try MLP([784, 128, 10], activation: ReLU())
/// ```
public final class MLP: Module {
  /// The linear layers in order.
  public let layers: [Linear]
  /// What follows each layer.
  public let activation: Module

  /// A model of layers between the given sizes.
  ///
  /// - Parameters:
  ///   - dims: The number of features of the input, of each layer between, and of the result.
  ///   - activation: `Identity()` by default.
  ///   - dtype: The type of the parameters; `float32` by default.
  ///   - generator: The source of the initial weights; the current one by default.
  /// - Throws: `TensorError` for negative sizes.
  public init(
    _ dims: [Int], activation: Module? = nil, dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    layers = try zip(dims, dims.dropFirst()).map {
      try Linear(inFeatures: $0, outFeatures: $1, dtype: dtype, generator: generator)
    }
    self.activation = activation ?? Identity()
  }

  override public func forward(_ input: Tensor) throws -> Tensor {
    try layers.reduce(input) { try activation($1($0)) }
  }
}
