// A convolutional network for signals.

/// Convolutions of signals, each with its activation, then a linear layer over everything that they leave.
///
/// Every convolution pads by half its kernel's size, rounded down.
public final class CNN: Module {
  /// The convolutions in order.
  public let convLayers: [Conv1D]
  /// What follows each convolution.
  public let activations: [Module]
  /// The last layer.
  public let linear: Linear

  /// A model for signals of a fixed length.
  ///
  /// - Parameters:
  ///   - inWidth: The signals' length.
  ///   - convDims: The number of channels of the input and of each convolution.
  ///   - kernelSizes: The kernel size of each convolution.
  ///   - strides: The stride of each convolution.
  ///   - linearDim: The number of features of the result.
  ///   - activations: A module for each convolution.
  ///   - dtype: The type of the parameters; `float32` by default.
  ///   - generator: The source of the initial weights; the current one by default.
  /// - Throws: `TensorError` when the lists' lengths don't fit together, or the signals are too short.
  public init(
    inWidth: Int = 128, convDims: [Int] = [24, 56, 28, 14], kernelSizes: [Int] = [5, 6, 2],
    strides: [Int] = [1, 2, 2], linearDim: Int = 10, activations: [Module] = [Tanh(), ReLU(), Sigmoid()],
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    let count = kernelSizes.count
    guard convDims.count == count + 1, strides.count == count, activations.count == count else {
      throw TensorError.invalidArgument(
        operation: "CNN", argument: "convDims", value: "\(convDims)",
        expected: "one more than kernel sizes \(kernelSizes), strides \(strides) and "
          + "\(activations.count) activations")
    }
    try requireSetting("CNN", "inWidth", inWidth, atLeast: 0)
    for channels in convDims { try requireSetting("CNN", "convDims", channels, atLeast: 1) }
    var width = inWidth
    var convLayers: [Conv1D] = []
    for (index, (kernelSize, stride)) in zip(kernelSizes, strides).enumerated() {
      try requireSetting("CNN", "strides", stride, atLeast: 1)
      convLayers.append(
        try Conv1D(
          inChannels: convDims[index], outChannels: convDims[index + 1], kernelSize: kernelSize,
          stride: stride, padding: kernelSize / 2, dtype: dtype, generator: generator))
      let slack = width + 2 * (kernelSize / 2) - kernelSize
      guard slack >= 0 else {
        throw TensorError.invalidArgument(
          operation: "CNN", argument: "inWidth", value: "\(inWidth)",
          expected: "a width that the kernels \(kernelSizes) fit into")
      }
      width = slack / stride + 1
    }
    self.convLayers = convLayers
    self.activations = activations
    linear = try Linear(
      inFeatures: width * (convDims.last ?? 0), outFeatures: linearDim, dtype: dtype, generator: generator)
  }

  /// The result for an input (N, channels, inWidth), of shape (N, linearDim).
  override public func forward(_ input: Tensor) throws -> Tensor {
    let features = try zip(convLayers, activations).reduce(input) { try $1.1($1.0($0)) }
    return try linear(features.flattened(from: 1))
  }
}
