// Max and mean pooling in one and two dimensions.

import CKernels

extension Functional {
  /// The largest element of each window, as `torch.nn.functional.max_pool1d`.
  ///
  /// Of tied elements the first takes the gradient, of several NaN the last.
  ///
  /// - Parameters:
  ///   - input: (N, C, L) or (C, L).
  ///   - kernelSize: The window's size.
  ///   - stride: By default the kernel's size.
  ///   - padding: How far windows reach beyond the ends, at most half the kernel's size. What lies there is never
  ///     the largest.
  ///   - dilation: The distance between the elements of a window; 1 by default.
  ///   - ceilMode: Whether a last window that reaches beyond the end counts.
  /// - Returns: (N, C, L') or (C, L'), `L' = (L + 2 · padding − dilation · (kernelSize − 1) − 1) / stride + 1`,
  ///   rounded down, or up if `ceilMode`; but every window begins inside the input or in front of it.
  /// - Throws: `TensorError` when the input or the settings don't fit.
  public static func maxPool1D(
    _ input: Tensor, kernelSize: Int, stride: Int? = nil, padding: Int = 0, dilation: Int = 1,
    ceilMode: Bool = false
  ) throws -> Tensor {
    let window = PoolingWindow(
      "MaxPool1D", dimensions: 1, kernel: IntPair(1, kernelSize), stride: IntPair(1, stride ?? kernelSize),
      padding: IntPair(0, padding), dilation: IntPair(1, dilation), ceilMode: ceilMode)
    return try maxPool(input, window)
  }

  /// The largest element of each window, as `torch.nn.functional.max_pool2d`.
  ///
  /// - Parameters:
  ///   - input: (N, C, H, W) or (C, H, W).
  ///   - kernelSize: The window's size.
  ///   - stride: By default the kernel's size.
  ///   - padding: How far windows reach beyond the edges, at most half the kernel's size.
  ///   - dilation: The distance between the elements of a window; 1 by default.
  ///   - ceilMode: Whether last windows that reach beyond the edge count.
  /// - Returns: (N, C, H', W') or (C, H', W'), sizes as in `maxPool1D`.
  /// - Throws: `TensorError` when the input or the settings don't fit.
  public static func maxPool2D(
    _ input: Tensor, kernelSize: any IntOrPair, stride: (any IntOrPair)? = nil, padding: any IntOrPair = 0,
    dilation: any IntOrPair = 1, ceilMode: Bool = false
  ) throws -> Tensor {
    let window = PoolingWindow(
      "MaxPool2D", dimensions: 2, kernel: kernelSize.pair, stride: (stride ?? kernelSize).pair,
      padding: padding.pair, dilation: dilation.pair, ceilMode: ceilMode)
    return try maxPool(input, window)
  }

  /// The mean of each window, as `torch.nn.functional.avg_pool1d`.
  ///
  /// - Parameters:
  ///   - input: (N, C, L) or (C, L).
  ///   - kernelSize: The window's size.
  ///   - stride: By default the kernel's size.
  ///   - padding: Zeros at either end, at most half the kernel's size.
  ///   - ceilMode: Whether a last window that reaches beyond the end counts.
  ///   - countIncludePad: Whether the padding's zeros count in the mean.
  /// - Returns: (N, C, L') or (C, L'), sizes as in `maxPool1D`.
  /// - Throws: `TensorError` when the input or the settings don't fit.
  public static func meanPool1D(
    _ input: Tensor, kernelSize: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) throws -> Tensor {
    let window = PoolingWindow(
      "MeanPool1D", dimensions: 1, kernel: IntPair(1, kernelSize), stride: IntPair(1, stride ?? kernelSize),
      padding: IntPair(0, padding), dilation: IntPair(1, 1), ceilMode: ceilMode)
    return try meanPool(input, window, countIncludePad: countIncludePad)
  }

  /// The mean of each window, as `torch.nn.functional.avg_pool2d`.
  ///
  /// - Parameters:
  ///   - input: (N, C, H, W) or (C, H, W).
  ///   - kernelSize: The window's size.
  ///   - stride: By default the kernel's size.
  ///   - padding: Zeros at every edge, at most half the kernel's size.
  ///   - ceilMode: Whether last windows that reach beyond the edge count.
  ///   - countIncludePad: Whether the padding's zeros count in the mean.
  /// - Returns: (N, C, H', W') or (C, H', W'), sizes as in `maxPool1D`.
  /// - Throws: `TensorError` when the input or the settings don't fit.
  public static func meanPool2D(
    _ input: Tensor, kernelSize: any IntOrPair, stride: (any IntOrPair)? = nil, padding: any IntOrPair = 0,
    ceilMode: Bool = false, countIncludePad: Bool = true
  ) throws -> Tensor {
    let window = PoolingWindow(
      "MeanPool2D", dimensions: 2, kernel: kernelSize.pair, stride: (stride ?? kernelSize).pair,
      padding: padding.pair, dilation: IntPair(1, 1), ceilMode: ceilMode)
    return try meanPool(input, window, countIncludePad: countIncludePad)
  }
}

// MARK: - Windows

/// A pooling's settings as the user gave them.
private struct PoolingWindow {
  /// The node's name, `MaxPool2D`.
  let name: String
  let dimensions: Int
  let kernel: IntPair
  let stride: IntPair
  let padding: IntPair
  let dilation: IntPair
  let ceilMode: Bool

  init(
    _ name: String, dimensions: Int, kernel: IntPair, stride: IntPair, padding: IntPair, dilation: IntPair,
    ceilMode: Bool
  ) {
    (self.name, self.dimensions, self.kernel, self.stride) = (name, dimensions, kernel, stride)
    (self.padding, self.dilation, self.ceilMode) = (padding, dilation, ceilMode)
  }

  /// The operation's name, `maxPool2D`.
  private var operation: String { name.prefix(1).lowercased() + name.dropFirst() }

  /// What the kernels need to pool an input of a shape, after all checks.
  func plan(_ input: Tensor) throws -> PoolingPlan {
    _ = try input.requiringFloatingPoint(operation)
    let withoutBatch = input.sizes.dropFirst(input.ndim == dimensions + 2 ? 1 : 0)
    guard input.ndim == dimensions + 1 || input.ndim == dimensions + 2, !withoutBatch.contains(0) else {
      throw TensorError.invalidInput(
        operation: operation, shape: input.shape,
        expected: "\(dimensions + 1) dimensions, or \(dimensions + 2) with a batch, which alone may be empty")
    }
    let limit = Int(Int32.max)
    try require("kernelSize", kernel, atMost: limit)
    try require("stride", stride, atMost: limit)
    try require("dilation", dilation, atMost: limit)
    guard padding.height >= 0, padding.width >= 0, padding.height <= kernel.height / 2,
      padding.width <= kernel.width / 2
    else {
      throw TensorError.invalidArgument(
        operation: operation, argument: "padding", value: text(padding),
        expected: "0 to half the kernel size \(text(kernel))")
    }
    let height = dimensions == 1 ? 1 : input.sizes[input.ndim - 2]
    let width = input.sizes[input.ndim - 1]
    let outHeight = length(height, kernel.height, stride.height, padding.height, dilation.height)
    let outWidth = length(width, kernel.width, stride.width, padding.width, dilation.width)
    guard outHeight > 0, outWidth > 0, height <= limit / width else {
      throw TensorError.invalidInput(
        operation: operation, shape: input.shape,
        expected: "planes that a window of \(text(kernel)) fits into, of less than 2³¹ elements")
    }
    var sizes = input.sizes
    if dimensions == 2 { sizes[sizes.count - 2] = outHeight }
    sizes[sizes.count - 1] = outWidth
    let shape = pt_pool_shape(
      planes: Int64(input.sizes.dropLast(dimensions).reduce(1, *)), in_height: Int64(height),
      in_width: Int64(width), out_height: Int64(outHeight), out_width: Int64(outWidth),
      kernel_height: Int64(kernel.height), kernel_width: Int64(kernel.width),
      stride_height: Int64(stride.height), stride_width: Int64(stride.width),
      pad_height: Int64(padding.height), pad_width: Int64(padding.width),
      dilation_height: Int64(dilation.height), dilation_width: Int64(dilation.width))
    return PoolingPlan(name: name, inputSizes: input.sizes, outputSizes: sizes, shape: shape)
  }

  /// The number of windows along a dimension, 0 or less when none fits.
  private func length(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) -> Int {
    let slack = size + 2 * padding - dilation * (kernel - 1) - 1 + (ceilMode ? stride - 1 : 0)
    guard slack >= 0 else { return 0 }
    let count = slack / stride + 1
    return ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count
  }

  private func require(_ argument: String, _ value: IntPair, atMost limit: Int) throws {
    let least = Swift.min(value.height, value.width)
    guard least >= 1 && Swift.max(value.height, value.width) <= limit else {
      throw TensorError.invalidArgument(
        operation: operation, argument: argument, value: text(value),
        expected: least < 1 ? "at least 1" : "at most \(limit)")
    }
  }

  private func text(_ value: IntPair) -> String { dimensions == 1 ? "\(value.width)" : "\(value)" }
}

/// A pooling of tensors of one shape.
private struct PoolingPlan {
  let name: String
  let inputSizes: Shape
  let outputSizes: Shape
  let shape: pt_pool_shape
}

// MARK: - Max

extension Functional {
  private static func maxPool(_ input: Tensor, _ window: PoolingWindow) throws -> Tensor {
    let plan = try window.plan(input)
    var shape = plan.shape
    let x = try input.packed()
    let output = try Tensor(uninitialized: plan.outputSizes, dtype: x.dtype, operation: plan.name)
    let isRecorded = Autograd.records(input)
    // The places of the maxima are 32-bit integers, which no tensor type is; float32 elements are as large.
    let places = isRecorded ? try Tensor(uninitialized: plan.outputSizes, dtype: .float32) : nil
    if x.dtype == .float32 {
      pt_max_pool2d_f32(&shape, x.pointer(), output.pointer(), places?.pointer())
    } else {
      pt_max_pool2d_f64(&shape, x.pointer(), output.pointer(), places?.pointer())
    }
    guard let places else { return output }
    return output.attached(to: MaxPoolNode(input, plan, places))
  }
}

/// A max pooling or its gradient, once it is known where the maxima are: each is linear, and the gradient of
/// the other.
private final class MaxPoolNode: Node {
  private let plan: PoolingPlan
  /// Whether the node computed the gradient of a pooling.
  private let isGradient: Bool

  init(_ input: Tensor, _ plan: PoolingPlan, _ places: Tensor, isGradient: Bool = false) {
    (self.plan, self.isGradient) = (plan, isGradient)
    super.init(isGradient ? "\(plan.name)Backward" : plan.name, input)
    save(places)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let places = try saved(0)
    let output = isGradient ? try gather(gradient, places) : try scatter(gradient, places)
    guard Autograd.records(gradient) else { return Gradients(output) }
    return Gradients(output.attached(to: MaxPoolNode(gradient, plan, places, isGradient: !isGradient)))
  }

  /// The gradients put where the maxima are, zero elsewhere.
  private func scatter(_ gradient: Tensor, _ places: Tensor) throws -> Tensor {
    let upstream = try gradient.packed()
    let output = try Tensor(uninitialized: plan.inputSizes, dtype: upstream.dtype, operation: name)
    var shape = plan.shape
    if upstream.dtype == .float32 {
      pt_max_pool2d_backward_f32(&shape, places.pointer(), upstream.pointer(), output.pointer())
    } else {
      pt_max_pool2d_backward_f64(&shape, places.pointer(), upstream.pointer(), output.pointer())
    }
    return output
  }

  /// The elements where the maxima are.
  private func gather(_ gradient: Tensor, _ places: Tensor) throws -> Tensor {
    let source = try gradient.packed()
    let output = try Tensor(uninitialized: plan.outputSizes, dtype: source.dtype, operation: name)
    let outSize = Int(plan.shape.out_height * plan.shape.out_width)
    let inSize = Int(plan.shape.in_height * plan.shape.in_width)
    func copy<Element: TensorElement & Numeric>(_ type: Element.Type) {
      let place = places.pointer() as UnsafeMutablePointer<Int32>
      let (from, to) = (
        source.pointer() as UnsafeMutablePointer<Element>, output.pointer() as UnsafeMutablePointer<Element>
      )
      for index in 0..<output.count {
        to[index] = place[index] < 0 ? 0 : from[index / outSize * inSize + Int(place[index])]
      }
    }
    if source.dtype == .float32 { copy(Float.self) } else { copy(Double.self) }
    return output
  }
}

// MARK: - Mean

extension Functional {
  private static func meanPool(
    _ input: Tensor, _ window: PoolingWindow, countIncludePad: Bool
  ) throws -> Tensor {
    try MeanPoolNode.pool(input, window.plan(input), countIncludePad)
  }
}

/// A mean pooling or its gradient: each is linear, and the gradient of the other.
private final class MeanPoolNode: Node {
  private let plan: PoolingPlan
  private let countIncludePad: Bool
  /// Whether the node computed the gradient of a pooling.
  private let isGradient: Bool

  private init(_ input: Tensor, _ plan: PoolingPlan, _ countIncludePad: Bool, isGradient: Bool) {
    (self.plan, self.countIncludePad, self.isGradient) = (plan, countIncludePad, isGradient)
    super.init(isGradient ? "\(plan.name)Backward" : plan.name, input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(
      isGradient
        ? try MeanPoolNode.pool(gradient, plan, countIncludePad)
        : try MeanPoolNode.unpool(gradient, plan, countIncludePad))
  }

  static func pool(_ input: Tensor, _ plan: PoolingPlan, _ countIncludePad: Bool) throws -> Tensor {
    let x = try input.packed()
    let output = try Tensor(uninitialized: plan.outputSizes, dtype: x.dtype, operation: plan.name)
    var shape = plan.shape
    if x.dtype == .float32 {
      pt_avg_pool2d_f32(&shape, countIncludePad, x.pointer(), output.pointer())
    } else {
      pt_avg_pool2d_f64(&shape, countIncludePad, x.pointer(), output.pointer())
    }
    guard Autograd.records(input) else { return output }
    return output.attached(to: MeanPoolNode(input, plan, countIncludePad, isGradient: false))
  }

  private static func unpool(
    _ gradient: Tensor, _ plan: PoolingPlan, _ countIncludePad: Bool
  ) throws -> Tensor {
    let upstream = try gradient.packed()
    let output = try Tensor(uninitialized: plan.inputSizes, dtype: upstream.dtype, operation: plan.name)
    var shape = plan.shape
    if upstream.dtype == .float32 {
      pt_avg_pool2d_backward_f32(&shape, countIncludePad, upstream.pointer(), output.pointer())
    } else {
      pt_avg_pool2d_backward_f64(&shape, countIncludePad, upstream.pointer(), output.pointer())
    }
    guard Autograd.records(gradient) else { return output }
    return output.attached(to: MeanPoolNode(gradient, plan, countIncludePad, isGradient: true))
  }
}
