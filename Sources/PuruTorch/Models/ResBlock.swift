// A residual block of convolutions with batch normalisation.

/// A convolution of images followed by batch normalisation.
public final class ConvBn2D: Module {
  /// The convolution.
  public let conv: Conv2D
  /// The normalisation of its result.
  public let bn: BatchNorm2D

  /// A layer of the given convolution.
  ///
  /// - Throws: `TensorError` for settings that a convolution refuses.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: any IntOrPair, stride: any IntOrPair = 1,
    padding: any ConvolutionPadding = 0, dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    conv = try Conv2D(
      inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride,
      padding: padding, dtype: dtype, generator: generator)
    bn = try BatchNorm2D(numFeatures: outChannels, dtype: dtype)
  }

  override public func forward(_ input: Tensor) throws -> Tensor { try bn(conv(input)) }
}

/// Two convolutions with batch normalisation and a shortcut around them.
///
/// `ReLU(cbn2(ReLU(cbn1(x))) + residual(x))`. The shortcut is a 1×1 convolution with padding 1 and batch
/// normalisation, unless the block neither strides nor pads nor changes channels and its kernel size is 1: then
/// it is the input itself.
public final class ResBlock: Module {
  /// The first convolution, which strides.
  public let cbn1: ConvBn2D
  /// The second convolution.
  public let cbn2: ConvBn2D
  /// The shortcut.
  public let residual: Module
  /// What follows the first convolution, and the sum.
  public let relu = ReLU()

  /// A block of the given convolutions.
  ///
  /// - Throws: `TensorError` for settings that a convolution refuses.
  public init(
    inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 3, padding: Int = 1,
    dtype: DType = .float32, generator: Generator? = nil
  ) throws {
    cbn1 = try ConvBn2D(
      inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride,
      padding: padding, dtype: dtype, generator: generator)
    cbn2 = try ConvBn2D(
      inChannels: outChannels, outChannels: outChannels, kernelSize: kernelSize, padding: padding,
      dtype: dtype, generator: generator)
    let isPlain = stride == 1 && inChannels == outChannels && kernelSize == 1 && padding == 0
    residual =
      isPlain
      ? Identity()
      : try ConvBn2D(
        inChannels: inChannels, outChannels: outChannels, kernelSize: 1, stride: stride, padding: 1,
        dtype: dtype, generator: generator)
  }

  /// The result for an input (N, inChannels, H, W).
  ///
  /// - Throws: `TensorError.shapeMismatch` when the two paths' results don't broadcast together.
  override public func forward(_ input: Tensor) throws -> Tensor {
    let output = try cbn2(relu(cbn1(input)))
    return try relu(residual(input) + output)
  }
}
