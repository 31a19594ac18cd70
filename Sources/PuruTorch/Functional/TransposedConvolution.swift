// Transposed convolutions in one and two dimensions.

extension Functional {
  /// The transposed convolution of signals with a kernel, as `torch.nn.functional.conv_transpose1d`.
  ///
  /// It is the gradient of `conv1D` with respect to its input, the weight being the convolution's.
  ///
  /// - Parameters:
  ///   - input: (N, inChannels, L) or (inChannels, L).
  ///   - weight: (inChannels, outChannels / groups, kernel size).
  ///   - bias: (outChannels), or nil for none.
  ///   - stride: The step between windows; 1 by default.
  ///   - padding: The zeros that the forward convolution would have added on each side; 0 by default.
  ///   - outputPadding: How much longer the output is on its far side; less than stride or dilation.
  ///   - groups: The number of independent groups of channels; 1 by default.
  ///   - dilation: The distance between the elements of a window; 1 by default.
  /// - Returns: (N, outChannels, L') or (outChannels, L'),
  ///   `L' = (L − 1) · stride − 2 · padding + dilation · (kernel size − 1) + outputPadding + 1`.
  /// - Throws: `TensorError` when shapes, types or settings don't fit together.
  public static func convTranspose1D(
    _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, groups: Int = 1, dilation: Int = 1
  ) throws -> Tensor {
    try requireOneType("convTranspose1D", input, weight, bias)
    let geometry = try Convolution.Geometry(
      transposing: input, weight, bias, stride: IntPair(1, stride), padding: IntPair(0, padding),
      outputPadding: IntPair(0, outputPadding), dilation: IntPair(1, dilation), groups: groups, dimensions: 1)
    return try Convolution.input(geometry, "ConvTranspose1D", input, weight, bias)
  }

  /// The transposed convolution of images with a kernel, as `torch.nn.functional.conv_transpose2d`.
  ///
  /// It is the gradient of `conv2D` with respect to its input, the weight being the convolution's.
  ///
  /// - Parameters:
  ///   - input: (N, inChannels, H, W) or (inChannels, H, W).
  ///   - weight: (inChannels, outChannels / groups, kernel height, kernel width).
  ///   - bias: (outChannels), or nil for none.
  ///   - stride: The step between windows; 1 by default.
  ///   - padding: The zeros that the forward convolution would have added on each side; 0 by default.
  ///   - outputPadding: How much larger the output is below and on the right; less than stride or dilation.
  ///   - groups: The number of independent groups of channels; 1 by default.
  ///   - dilation: The distance between the elements of a window; 1 by default.
  /// - Returns: (N, outChannels, H', W') or (outChannels, H', W'), sizes as in `convTranspose1D`.
  /// - Throws: `TensorError` when shapes, types or settings don't fit together.
  public static func convTranspose2D(
    _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: any IntOrPair = 1,
    padding: any IntOrPair = 0, outputPadding: any IntOrPair = 0, groups: Int = 1,
    dilation: any IntOrPair = 1
  ) throws -> Tensor {
    try requireOneType("convTranspose2D", input, weight, bias)
    let geometry = try Convolution.Geometry(
      transposing: input, weight, bias, stride: stride.pair, padding: padding.pair,
      outputPadding: outputPadding.pair, dilation: dilation.pair, groups: groups, dimensions: 2)
    return try Convolution.input(geometry, "ConvTranspose2D", input, weight, bias)
  }
}
