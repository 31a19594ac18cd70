// What a convolution's shapes and settings must satisfy, and the sizes that follow from them.

import CKernels

extension Convolution {
  /// The sizes of a convolution's three tensors, and its settings in the form that the kernels take.
  ///
  /// A transposed convolution has the geometry of the convolution whose input is its output.
  struct Geometry {
    let inputSizes: Shape
    let weightSizes: Shape
    let outputSizes: Shape
    let shape: pt_conv_shape
    /// 1 for signals, 2 for images.
    let dimensions: Int
  }
}

extension Convolution.Geometry {
  init(
    convolving input: Tensor, _ weight: Tensor, _ bias: Tensor?, stride: IntPair, padding: PaddingRule,
    dilation: IntPair, groups: Int, dimensions: Int
  ) throws {
    let checks = ConvolutionChecks(operation: "conv\(dimensions)D", dimensions: dimensions)
    try checks.require("stride", stride, atLeast: 1)
    try checks.require("dilation", dilation, atLeast: 1)
    let kernel = try checks.kernel(input, weight, groups: groups)
    guard weight.sizes[0] > 0, weight.sizes[0] % groups == 0,
      input.sizes[input.ndim - dimensions - 1] == weight.sizes[1] * groups
    else {
      throw TensorError.shapeMismatch(
        operation: checks.operation, input.shape, weight.shape,
        expected: "output channels that \(groups) groups divide, and \(groups) times the weight's second "
          + "size as input channels")
    }
    try checks.require(bias, channels: weight.sizes[0], of: weight)
    let extent = IntPair(dilation.height * (kernel.height - 1), dilation.width * (kernel.width - 1))
    let size = checks.planeSize(of: input)
    let (before, total) = try checks.padding(padding, extent: extent, stride: stride)
    let slack = IntPair(
      size.height + total.height - extent.height - 1, size.width + total.width - extent.width - 1)
    guard slack.height >= 0 && slack.width >= 0 else {
      throw TensorError.shapeMismatch(
        operation: checks.operation, input.shape, weight.shape,
        expected: "a dilated kernel that isn't larger than the padded input")
    }
    let result = IntPair(slack.height / stride.height + 1, slack.width / stride.width + 1)
    self.init(
      inputSizes: input.sizes, weightSizes: weight.sizes,
      outputSizes: try checks.sizes(like: input, channels: weight.sizes[0], result),
      shape: pt_conv_shape(
        batch: checks.batch(of: input), in_channels: Int64(weight.sizes[1] * groups),
        in_height: Int64(size.height), in_width: Int64(size.width), out_channels: Int64(weight.sizes[0]),
        kernel_height: Int64(kernel.height), kernel_width: Int64(kernel.width),
        stride_height: Int64(stride.height), stride_width: Int64(stride.width),
        pad_top: Int64(before.height), pad_left: Int64(before.width),
        dilation_height: Int64(dilation.height), dilation_width: Int64(dilation.width),
        groups: Int64(groups), out_height: Int64(result.height), out_width: Int64(result.width)),
      dimensions: dimensions)
  }

  init(
    transposing input: Tensor, _ weight: Tensor, _ bias: Tensor?, stride: IntPair, padding: IntPair,
    outputPadding: IntPair, dilation: IntPair, groups: Int, dimensions: Int
  ) throws {
    let checks = ConvolutionChecks(operation: "convTranspose\(dimensions)D", dimensions: dimensions)
    try checks.require("stride", stride, atLeast: 1)
    try checks.require("dilation", dilation, atLeast: 1)
    try checks.require("padding", padding, atLeast: 0)
    try checks.require("outputPadding", outputPadding, atLeast: 0)
    guard
      outputPadding.height < max(stride.height, dilation.height),
      outputPadding.width < max(stride.width, dilation.width)
    else {
      throw TensorError.invalidArgument(
        operation: checks.operation, argument: "outputPadding", value: "\(outputPadding)",
        expected: "less than the stride \(stride) or the dilation \(dilation)")
    }
    let kernel = try checks.kernel(input, weight, groups: groups)
    guard weight.sizes[0] > 0, weight.sizes[0] % groups == 0, weight.sizes[1] > 0,
      input.sizes[input.ndim - dimensions - 1] == weight.sizes[0]
    else {
      throw TensorError.shapeMismatch(
        operation: checks.operation, input.shape, weight.shape,
        expected: "an input with the weight's first size as channels, a number that \(groups) groups divide")
    }
    let channels = weight.sizes[1] * groups
    try checks.require(bias, channels: channels, of: weight)
    let size = checks.planeSize(of: input)
    let result = IntPair(
      (size.height - 1) * stride.height - 2 * padding.height + dilation.height * (kernel.height - 1)
        + outputPadding.height + 1,
      (size.width - 1) * stride.width - 2 * padding.width + dilation.width * (kernel.width - 1)
        + outputPadding.width + 1)
    guard size.height > 0, size.width > 0, result.height > 0, result.width > 0 else {
      throw TensorError.shapeMismatch(
        operation: checks.operation, input.shape, weight.shape, expected: "a result of at least one element")
    }
    self.init(
      inputSizes: try checks.sizes(like: input, channels: channels, result), weightSizes: weight.sizes,
      outputSizes: input.sizes,
      shape: pt_conv_shape(
        batch: checks.batch(of: input), in_channels: Int64(channels), in_height: Int64(result.height),
        in_width: Int64(result.width), out_channels: Int64(weight.sizes[0]),
        kernel_height: Int64(kernel.height), kernel_width: Int64(kernel.width),
        stride_height: Int64(stride.height), stride_width: Int64(stride.width),
        pad_top: Int64(padding.height), pad_left: Int64(padding.width),
        dilation_height: Int64(dilation.height), dilation_width: Int64(dilation.width),
        groups: Int64(groups), out_height: Int64(size.height), out_width: Int64(size.width)),
      dimensions: dimensions)
  }
}

/// The checks that convolutions and transposed convolutions share; signals are images of height 1.
private struct ConvolutionChecks {
  let operation: String
  let dimensions: Int

  /// No size, stride, padding or dilation may exceed this, so that sizes computed from them can't overflow.
  private static let largest = 1 << 30

  func require(_ argument: String, _ value: IntPair, atLeast least: Int) throws {
    let range = least...ConvolutionChecks.largest
    guard range.contains(value.height) && range.contains(value.width) else {
      throw TensorError.invalidArgument(
        operation: operation, argument: argument,
        value: dimensions == 1 ? "\(value.width)" : "\(value)", expected: "at least \(least)")
    }
  }

  func require(_ bias: Tensor?, channels: Int, of weight: Tensor) throws {
    guard let bias, bias.shape != [channels] else { return }
    throw TensorError.shapeMismatch(
      operation: operation, weight.shape, bias.shape, expected: "a bias of \(channels) elements")
  }

  /// The kernel's size, after checks of the numbers of dimensions and groups.
  func kernel(_ input: Tensor, _ weight: Tensor, groups: Int) throws -> IntPair {
    guard groups > 0 else {
      throw TensorError.invalidArgument(
        operation: operation, argument: "groups", value: "\(groups)", expected: "at least 1")
    }
    guard weight.ndim == dimensions + 2, input.ndim == dimensions + 1 || input.ndim == dimensions + 2 else {
      throw TensorError.shapeMismatch(
        operation: operation, input.shape, weight.shape,
        expected: "an input of \(dimensions + 1) or \(dimensions + 2) dimensions "
          + "and a weight of \(dimensions + 2)")
    }
    let (size, kernel) = (planeSize(of: input), planeSize(of: weight))
    guard kernel.height > 0, kernel.width > 0 else {
      throw TensorError.invalidInput(
        operation: operation, shape: weight.shape, expected: "a weight with a kernel of at least one element")
    }
    guard max(size.height, size.width, kernel.height, kernel.width) <= ConvolutionChecks.largest else {
      throw TensorError.outOfMemory(operation: operation, shape: input.shape)
    }
    return kernel
  }

  func planeSize(of tensor: Tensor) -> IntPair {
    IntPair(dimensions == 1 ? 1 : tensor.sizes[tensor.ndim - 2], tensor.sizes[tensor.ndim - 1])
  }

  func batch(of input: Tensor) -> Int64 { input.ndim == dimensions + 2 ? Int64(input.sizes[0]) : 1 }

  func sizes(like input: Tensor, channels: Int, _ size: IntPair) throws -> Shape {
    var shape = input.shape
    shape[shape.count - dimensions - 1] = channels
    if dimensions == 2 { shape[shape.count - 2] = size.height }
    shape[shape.count - 1] = size.width
    return try Shape(validating: shape, operation: operation)
  }

  /// The padding in front, and the sum of both sides.
  func padding(_ rule: PaddingRule, extent: IntPair, stride: IntPair) throws -> (IntPair, total: IntPair) {
    switch rule.kind {
    case .same:
      guard stride == IntPair(1, 1) else {
        throw TensorError.invalidArgument(
          operation: operation, argument: "stride", value: "\(stride)",
          expected: "1, which padding .same requires")
      }
      return (IntPair(extent.height / 2, extent.width / 2), extent)
    case .explicit(let padding):
      try require("padding", padding, atLeast: 0)
      if dimensions == 2 { return (padding, IntPair(2 * padding.height, 2 * padding.width)) }
      guard padding.height == padding.width else {
        throw TensorError.invalidArgument(
          operation: operation, argument: "padding", value: "\(padding)", expected: "one number")
      }
      return (IntPair(0, padding.width), IntPair(0, 2 * padding.width))
    }
  }
}
