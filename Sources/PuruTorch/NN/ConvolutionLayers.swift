// Convolution layers in one and two dimensions.

/// The convolution of signals with a learned kernel.
///
/// ```swift
/// let layer = try Conv1D(inChannels: 16, outChannels: 33, kernelSize: 3, stride: 2)
/// try layer(Tensor.normal([20, 16, 50])).shape  // [20, 33, 24]
/// ```
public final class Conv1D: Module {
  /// The number of channels of the input.
  public let inChannels: Int
  /// The number of channels of the result.
  public let outChannels: Int
  /// The kernel's length.
  public let kernelSize: Int
  /// How far the kernel moves from one element of the result to the next.
  public let stride: Int
  /// Zeros at either end.
  public let padding: PaddingRule
  /// The distance in the input of neighbours in the kernel.
  public let dilation: Int
  /// How many groups of channels are convolved apart.
  public let groups: Int
  /// (outChannels, inChannels / groups, kernelSize).
  public let weight: Parameter
  /// (outChannels); nil for a layer without bias.
  public let bias: Parameter?

  /// A layer with weights and biases uniform in ±1/√(inChannels / groups · kernelSize).
  ///
  /// - Throws: `TensorError` for sizes that aren't positive, channels that `groups` doesn't divide, or a type that
  ///   isn't floating point.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1,
    padding: any ConvolutionPadding = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernelSize)
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding.rule, dilation, groups)
    try requireChannels("Conv1D", inChannels, outChannels, groups: groups)
    try requireSetting("Conv1D", "kernelSize", kernelSize, atLeast: 1)
    let shape = [outChannels, inChannels / groups, kernelSize]
    let fan = try fanIn("Conv1D", shape)
    weight = try .uniform(shape, fan: fan, dtype: dtype, generator: generator)
    self.bias = bias ? try .uniform([outChannels], fan: fan, dtype: dtype, generator: generator) : nil
  }

  /// The convolution of an input (N, inChannels, L) or (inChannels, L).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.conv1D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}

/// The convolution of images with a learned kernel.
///
/// ```swift
/// let layer = try Conv2D(inChannels: 3, outChannels: 8, kernelSize: 5, stride: IntPair(2, 1), padding: 2)
/// try layer(Tensor.normal([10, 3, 32, 32])).shape  // [10, 8, 16, 32]
/// ```
public final class Conv2D: Module {
  /// The number of channels of the input.
  public let inChannels: Int
  /// The number of channels of the result.
  public let outChannels: Int
  /// The kernel's height and width.
  public let kernelSize: IntPair
  /// How far the kernel moves from one element of the result to the next.
  public let stride: IntPair
  /// Zeros on every side.
  public let padding: PaddingRule
  /// The distance in the input of neighbours in the kernel.
  public let dilation: IntPair
  /// How many groups of channels are convolved apart.
  public let groups: Int
  /// (outChannels, inChannels / groups, kernel height, kernel width).
  public let weight: Parameter
  /// (outChannels); nil for a layer without bias.
  public let bias: Parameter?

  /// A layer with weights and biases uniform in ±1/√(inChannels / groups · kernel height · kernel width).
  ///
  /// - Throws: `TensorError` for sizes that aren't positive, channels that `groups` doesn't divide, or a type that
  ///   isn't floating point.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: any IntOrPair, stride: any IntOrPair = 1,
    padding: any ConvolutionPadding = 0, dilation: any IntOrPair = 1, groups: Int = 1, bias: Bool = true,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernelSize.pair)
    (self.stride, self.padding, self.dilation) = (stride.pair, padding.rule, dilation.pair)
    self.groups = groups
    let kernel = kernelSize.pair
    try requireChannels("Conv2D", inChannels, outChannels, groups: groups)
    try requireSetting("Conv2D", "kernelSize", kernel.height, atLeast: 1)
    try requireSetting("Conv2D", "kernelSize", kernel.width, atLeast: 1)
    let shape = [outChannels, inChannels / groups, kernel.height, kernel.width]
    let fan = try fanIn("Conv2D", shape)
    weight = try .uniform(shape, fan: fan, dtype: dtype, generator: generator)
    self.bias = bias ? try .uniform([outChannels], fan: fan, dtype: dtype, generator: generator) : nil
  }

  /// The convolution of an input (N, inChannels, H, W) or (inChannels, H, W).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.conv2D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}

/// Refuses numbers of channels that aren't positive multiples of the number of groups.
func requireChannels(_ layer: String, _ inChannels: Int, _ outChannels: Int, groups: Int) throws {
  try requireSetting(layer, "groups", groups, atLeast: 1)
  for (argument, channels) in [("inChannels", inChannels), ("outChannels", outChannels)] {
    try requireSetting(layer, argument, channels, atLeast: 1)
    guard channels % groups != 0 else { continue }
    throw TensorError.invalidArgument(
      operation: layer, argument: argument, value: "\(channels)", expected: "a multiple of \(groups) groups")
  }
}
