// Convolutions in one and two dimensions, and the three products of which they and all their gradients consist.

import CKernels

extension Functional {
  /// The cross-correlation of signals with a kernel, as `torch.nn.functional.conv1d`.
  ///
  /// `output[n, o, i] = bias[o] + Σ_{c, k} weight[o, c, k] · input[n, c, i · stride − padding + k · dilation]`, where
  /// c runs over the channels of o's group and everything outside the input is 0.
  ///
  /// - Parameters:
  ///   - input: (N, inChannels, L) or (inChannels, L).
  ///   - weight: (outChannels, inChannels / groups, kernel size).
  ///   - bias: (outChannels), or nil for none.
  ///   - stride: The step between windows; 1 by default.
  ///   - padding: Zeros on either side; or `.same` or `.valid`.
  ///   - dilation: The distance in the input of neighbours in the kernel.
  ///   - groups: How many groups of channels are convolved apart.
  /// - Returns: (N, outChannels, L') or (outChannels, L'),
  ///   `L' = (L + 2 · padding − dilation · (kernel size − 1) − 1) / stride + 1`.
  /// - Throws: `TensorError` when shapes, types or settings don't fit together.
  public static func conv1D(
    _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1,
    padding: any ConvolutionPadding = 0, dilation: Int = 1, groups: Int = 1
  ) throws -> Tensor {
    try requireOneType("conv1D", input, weight, bias)
    let geometry = try Convolution.Geometry(
      convolving: input, weight, bias, stride: IntPair(1, stride), padding: padding.rule,
      dilation: IntPair(1, dilation), groups: groups, dimensions: 1)
    return try Convolution.output(geometry, "Conv1D", input, weight, bias)
  }

  /// The cross-correlation of images with a kernel, as `torch.nn.functional.conv2d`.
  ///
  /// - Parameters:
  ///   - input: (N, inChannels, H, W) or (inChannels, H, W).
  ///   - weight: (outChannels, inChannels / groups, kernel height, kernel width).
  ///   - bias: (outChannels), or nil for none.
  ///   - stride: The step between windows; 1 by default.
  ///   - padding: Zeros on every side; or `.same` or `.valid`.
  ///   - dilation: The distance in the input of neighbours in the kernel.
  ///   - groups: How many groups of channels are convolved apart.
  /// - Returns: (N, outChannels, H', W') or (outChannels, H', W'), sizes as in `conv1D`.
  /// - Throws: `TensorError` when shapes, types or settings don't fit together.
  public static func conv2D(
    _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: any IntOrPair = 1,
    padding: any ConvolutionPadding = 0, dilation: any IntOrPair = 1, groups: Int = 1
  ) throws -> Tensor {
    try requireOneType("conv2D", input, weight, bias)
    let geometry = try Convolution.Geometry(
      convolving: input, weight, bias, stride: stride.pair, padding: padding.rule, dilation: dilation.pair,
      groups: groups, dimensions: 2)
    return try Convolution.output(geometry, "Conv2D", input, weight, bias)
  }
}

/// The three products of a convolution's input, weight and output, each linear in both of its operands.
///
/// The gradients of each are the other two, so that gradients can be differentiated as often as one likes.
enum Convolution {
  /// The output of the convolution, from input and weight.
  static func output(
    _ geometry: Geometry, _ name: String, _ input: Tensor, _ weight: Tensor, _ bias: Tensor?
  ) throws -> Tensor {
    let (x, w, b) = (try input.packed(), try weight.packed(), try bias?.packed())
    let output = try Tensor(uninitialized: geometry.outputSizes, dtype: x.dtype, operation: name)
    var shape = geometry.shape
    let done =
      x.dtype == .float32
      ? pt_conv2d_f32(&shape, x.pointer(), w.pointer(), b?.pointer(), output.pointer())
      : pt_conv2d_f64(&shape, x.pointer(), w.pointer(), b?.pointer(), output.pointer())
    return try recorded(done, output, .output, geometry, name, input, weight, bias)
  }

  /// The gradient of the convolution's input from that of its output, and the weight: the transposed convolution.
  static func input(
    _ geometry: Geometry, _ name: String, _ outputGradient: Tensor, _ weight: Tensor, _ bias: Tensor?
  ) throws -> Tensor {
    let (g, w, b) = (try outputGradient.packed(), try weight.packed(), try bias?.packed())
    let output = try Tensor(uninitialized: geometry.inputSizes, dtype: g.dtype, operation: name)
    var shape = geometry.shape
    let done =
      g.dtype == .float32
      ? pt_conv2d_grad_input_f32(&shape, g.pointer(), w.pointer(), b?.pointer(), output.pointer())
      : pt_conv2d_grad_input_f64(&shape, g.pointer(), w.pointer(), b?.pointer(), output.pointer())
    return try recorded(done, output, .input, geometry, name, outputGradient, weight, bias)
  }

  /// The gradient of the convolution's weight, from the input and the gradient of the output.
  fileprivate static func weight(
    _ geometry: Geometry, _ name: String, _ input: Tensor, _ outputGradient: Tensor
  ) throws -> Tensor {
    let (x, g) = (try input.packed(), try outputGradient.packed())
    let output = try Tensor(uninitialized: geometry.weightSizes, dtype: x.dtype, operation: name)
    var shape = geometry.shape
    let done =
      x.dtype == .float32
      ? pt_conv2d_grad_weight_f32(&shape, x.pointer(), g.pointer(), output.pointer())
      : pt_conv2d_grad_weight_f64(&shape, x.pointer(), g.pointer(), output.pointer())
    return try recorded(done, output, .weight, geometry, name, input, outputGradient, nil)
  }

  private static func recorded(
    _ done: Bool, _ output: Tensor, _ product: ConvolutionNode.Product, _ geometry: Geometry,
    _ name: String, _ a: Tensor, _ b: Tensor, _ bias: Tensor?
  ) throws -> Tensor {
    guard done else { throw TensorError.outOfMemory(operation: name, shape: output.shape) }
    guard Autograd.records(a, b, bias) else { return output }
    return output.attached(to: ConvolutionNode(product, geometry, name, a, b, bias))
  }
}

private final class ConvolutionNode: Node {
  /// What the node computed.
  enum Product {
    case output
    case input
    case weight
  }

  private let product: Product
  private let geometry: Convolution.Geometry

  init(
    _ product: Product, _ geometry: Convolution.Geometry, _ name: String, _ a: Tensor, _ b: Tensor,
    _ bias: Tensor?
  ) {
    (self.product, self.geometry) = (product, geometry)
    super.init(name, inputs: [a, b, bias])
    save(a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (a, b, name) = (try saved(0), try saved(1), "\(name)Backward")
    var gradients: [Tensor?] = [nil, nil, nil]
    switch product {
    case .output:
      if needsGradient(0) { gradients[0] = try Convolution.input(geometry, name, gradient, b, nil) }
      if needsGradient(1) { gradients[1] = try Convolution.weight(geometry, name, a, gradient) }
    case .input:
      if needsGradient(0) { gradients[0] = try Convolution.output(geometry, name, gradient, b, nil) }
      if needsGradient(1) { gradients[1] = try Convolution.weight(geometry, name, gradient, a) }
    case .weight:
      if needsGradient(0) { gradients[0] = try Convolution.input(geometry, name, b, gradient, nil) }
      if needsGradient(1) { gradients[1] = try Convolution.output(geometry, name, a, gradient, nil) }
    }
    if needsGradient(2) { gradients[2] = try channelSums(gradient) }
    return Gradients(gradients)
  }

  /// The sums over everything but the channels.
  private func channelSums(_ gradient: Tensor) throws -> Tensor {
    let channel = gradient.ndim - geometry.dimensions - 1
    if Autograd.isEnabled {
      return try gradient.sum(dim: (0..<gradient.ndim).filter { $0 != channel })
    }
    let source = try gradient.packed()
    let channels = source.sizes[channel]
    let output = try Tensor(uninitialized: Shape([channels]), dtype: source.dtype, operation: name)
    let inner = Int64(source.sizes.dropFirst(channel + 1).reduce(1, *))
    if source.dtype == .float32 {
      pt_channel_sum_f32(geometry.shape.batch, Int64(channels), inner, source.pointer(), output.pointer())
    } else {
      pt_channel_sum_f64(geometry.shape.batch, Int64(channels), inner, source.pointer(), output.pointer())
    }
    return output
  }
}
