// Transposed convolution layers in one and two dimensions, in PyTorch's form and in that of inserted zeros.

/// The transposed convolution of signals with a learned kernel.
///
/// In PyTorch's form it is the gradient of a convolution with respect to its input. In the zero-insertion form
/// `upsamplingFactor − 1` zeros are inserted between the elements and the result convolved without padding: the
/// same as PyTorch's with that stride, padding K − 1, and the weight's first two dimensions exchanged and its
/// kernel reversed.
public final class ConvTranspose1D: Module {
  /// The number of channels of the input.
  public let inChannels: Int
  /// The number of channels of the result.
  public let outChannels: Int
  /// The kernel's length.
  public let kernelSize: Int
  /// How far neighbours of the input move apart.
  public let stride: Int
  /// How many elements are missing from the result at either end.
  public let padding: Int
  /// How many elements the result has more at its far end.
  public let outputPadding: Int
  /// How many groups of channels are convolved apart.
  public let groups: Int
  /// The distance in the result of neighbours in the kernel.
  public let dilation: Int
  /// The factor of the zero-insertion form; nil for PyTorch's.
  public let upsamplingFactor: Int?
  /// (inChannels, outChannels / groups, kernelSize); in the zero-insertion form (outChannels, inChannels, kernelSize).
  public let weight: Parameter
  /// (outChannels); nil for a layer without bias.
  public let bias: Parameter?

  /// A layer of PyTorch's form with weights and biases uniform in ±1/√(outChannels / groups · kernelSize).
  ///
  /// - Throws: `TensorError` for sizes that aren't positive, channels that `groups` doesn't divide, or a type that
  ///   isn't floating point.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, groups: Int = 1, bias: Bool = true, dilation: Int = 1, dtype: DType = .float32,
    generator: Generator? = nil
  ) throws {
    (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernelSize)
    (self.stride, self.padding, self.outputPadding) = (stride, padding, outputPadding)
    (self.groups, self.dilation, upsamplingFactor) = (groups, dilation, nil)
    try requireChannels("ConvTranspose1D", inChannels, outChannels, groups: groups)
    try requireSetting("ConvTranspose1D", "kernelSize", kernelSize, atLeast: 1)
    let shape = [inChannels, outChannels / groups, kernelSize]
    let fan = try fanIn("ConvTranspose1D", shape)
    weight = try .uniform(shape, fan: fan, dtype: dtype, generator: generator)
    self.bias = bias ? try .uniform([outChannels], fan: fan, dtype: dtype, generator: generator) : nil
  }

  /// A layer of the zero-insertion form with weights and biases uniform in ±1/√(inChannels · kernelSize).
  ///
  /// - Throws: `TensorError` for settings that aren't positive, or a type that isn't floating point.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: Int, upsamplingFactor: Int, bias: Bool = true,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    try requireChannels("ConvTranspose1D", inChannels, outChannels, groups: 1)
    try requireSetting("ConvTranspose1D", "kernelSize", kernelSize, atLeast: 1)
    try requireSetting("ConvTranspose1D", "upsamplingFactor", upsamplingFactor, atLeast: 1)
    (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernelSize)
    (stride, padding, outputPadding) = (upsamplingFactor, kernelSize - 1, 0)
    (groups, dilation, self.upsamplingFactor) = (1, 1, upsamplingFactor)
    let shape = [outChannels, inChannels, kernelSize]
    let fan = try fanIn("ConvTranspose1D", shape)
    weight = try .uniform(shape, fan: fan, dtype: dtype, generator: generator)
    self.bias = bias ? try .uniform([outChannels], fan: fan, dtype: dtype, generator: generator) : nil
  }

  /// The transposed convolution of an input (N, inChannels, L) or (inChannels, L).
  override public func forward(_ input: Tensor) throws -> Tensor {
    if let upsamplingFactor {
      return try Functional.conv1D(
        Functional.upsample1D(input, factor: upsamplingFactor), weight: weight, bias: bias)
    }
    return try Functional.convTranspose1D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding,
      groups: groups, dilation: dilation)
  }
}

/// The transposed convolution of images with a learned kernel.
///
/// In PyTorch's form it is the gradient of a convolution with respect to its input. In the zero-insertion form
/// `upsamplingFactor − 1` zeros are inserted between the elements and the result convolved without padding: the
/// same as PyTorch's with that stride, padding K − 1, and the weight's first two dimensions exchanged and its
/// kernel reversed both ways.
public final class ConvTranspose2D: Module {
  /// The number of channels of the input.
  public let inChannels: Int
  /// The number of channels of the result.
  public let outChannels: Int
  /// The kernel's height and width.
  public let kernelSize: IntPair
  /// How far neighbours of the input move apart.
  public let stride: IntPair
  /// How many elements are missing from the result on every side.
  public let padding: IntPair
  /// How many elements the result has more below and on the right.
  public let outputPadding: IntPair
  /// How many groups of channels are convolved apart.
  public let groups: Int
  /// The distance in the result of neighbours in the kernel.
  public let dilation: IntPair
  /// The factor of the zero-insertion form; nil for PyTorch's.
  public let upsamplingFactor: Int?
  /// (inChannels, outChannels / groups, kernel height, kernel width); in the zero-insertion form
  /// (outChannels, inChannels, kernel height, kernel width).
  public let weight: Parameter
  /// (outChannels); nil for a layer without bias.
  public let bias: Parameter?

  /// A layer of PyTorch's form, weights and biases uniform in ±1/√(outChannels / groups · kernel height · width).
  ///
  /// - Throws: `TensorError` for sizes that aren't positive, channels that `groups` doesn't divide, or a type that
  ///   isn't floating point.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: any IntOrPair, stride: any IntOrPair = 1,
    padding: any IntOrPair = 0, outputPadding: any IntOrPair = 0, groups: Int = 1, bias: Bool = true,
    dilation: any IntOrPair = 1, dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernelSize.pair)
    (self.stride, self.padding, self.outputPadding) = (stride.pair, padding.pair, outputPadding.pair)
    (self.groups, self.dilation, upsamplingFactor) = (groups, dilation.pair, nil)
    let kernel = kernelSize.pair
    try requireChannels("ConvTranspose2D", inChannels, outChannels, groups: groups)
    try requireSetting("ConvTranspose2D", "kernelSize", kernel.height, atLeast: 1)
    try requireSetting("ConvTranspose2D", "kernelSize", kernel.width, atLeast: 1)
    let shape = [inChannels, outChannels / groups, kernel.height, kernel.width]
    let fan = try fanIn("ConvTranspose2D", shape)
    weight = try .uniform(shape, fan: fan, dtype: dtype, generator: generator)
    self.bias = bias ? try .uniform([outChannels], fan: fan, dtype: dtype, generator: generator) : nil
  }

  /// A layer of the zero-insertion form, weights and biases uniform in ±1/√(inChannels · kernel height · width).
  ///
  /// - Throws: `TensorError` for settings that aren't positive, or a type that isn't floating point.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: any IntOrPair, upsamplingFactor: Int, bias: Bool = true,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    let kernel = kernelSize.pair
    try requireChannels("ConvTranspose2D", inChannels, outChannels, groups: 1)
    try requireSetting("ConvTranspose2D", "kernelSize", kernel.height, atLeast: 1)
    try requireSetting("ConvTranspose2D", "kernelSize", kernel.width, atLeast: 1)
    try requireSetting("ConvTranspose2D", "upsamplingFactor", upsamplingFactor, atLeast: 1)
    (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernel)
    (stride, padding) = (upsamplingFactor.pair, IntPair(kernel.height - 1, kernel.width - 1))
    (outputPadding, groups, dilation) = (0.pair, 1, 1.pair)
    self.upsamplingFactor = upsamplingFactor
    let shape = [outChannels, inChannels, kernel.height, kernel.width]
    let fan = try fanIn("ConvTranspose2D", shape)
    weight = try .uniform(shape, fan: fan, dtype: dtype, generator: generator)
    self.bias = bias ? try .uniform([outChannels], fan: fan, dtype: dtype, generator: generator) : nil
  }

  /// The transposed convolution of an input (N, inChannels, H, W) or (inChannels, H, W).
  override public func forward(_ input: Tensor) throws -> Tensor {
    if let upsamplingFactor {
      return try Functional.conv2D(
        Functional.upsample2D(input, factor: upsamplingFactor), weight: weight, bias: bias)
    }
    return try Functional.convTranspose2D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding,
      groups: groups, dilation: dilation)
  }
}
