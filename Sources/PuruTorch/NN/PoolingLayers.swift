// Max and mean pooling layers in one and two dimensions.

/// The largest element of each window of a signal.
public final class MaxPool1D: Module {
  /// The window's length.
  public let kernelSize: Int
  /// The distance of windows.
  public let stride: Int
  /// How far windows reach beyond the ends.
  public let padding: Int
  /// The distance of a window's elements.
  public let dilation: Int
  /// Whether a last window that reaches beyond the end counts.
  public let ceilMode: Bool

  /// A layer of the given window; `stride` is the window's length by default.
  public init(
    kernelSize: Int, stride: Int? = nil, padding: Int = 0, dilation: Int = 1, ceilMode: Bool = false
  ) {
    (self.kernelSize, self.stride, self.padding) = (kernelSize, stride ?? kernelSize, padding)
    (self.dilation, self.ceilMode) = (dilation, ceilMode)
  }

  /// The maxima of an input (N, C, L) or (C, L).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.maxPool1D(
      input, kernelSize: kernelSize, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
  }
}

/// The largest element of each window of an image.
public final class MaxPool2D: Module {
  /// The window's height and width.
  public let kernelSize: IntPair
  /// The distance of windows.
  public let stride: IntPair
  /// How far windows reach beyond the edges.
  public let padding: IntPair
  /// The distance of a window's elements.
  public let dilation: IntPair
  /// Whether last windows that reach beyond the edge count.
  public let ceilMode: Bool

  /// A layer of the given window; `stride` is the window's size by default.
  public init(
    kernelSize: any IntOrPair, stride: (any IntOrPair)? = nil, padding: any IntOrPair = 0,
    dilation: any IntOrPair = 1, ceilMode: Bool = false
  ) {
    (self.kernelSize, self.stride) = (kernelSize.pair, (stride ?? kernelSize).pair)
    (self.padding, self.dilation, self.ceilMode) = (padding.pair, dilation.pair, ceilMode)
  }

  /// The maxima of an input (N, C, H, W) or (C, H, W).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.maxPool2D(
      input, kernelSize: kernelSize, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
  }
}

/// The mean of each window of a signal; PyTorch's `AvgPool1d`.
public final class MeanPool1D: Module {
  /// The window's length.
  public let kernelSize: Int
  /// The distance of windows.
  public let stride: Int
  /// Zeros at either end.
  public let padding: Int
  /// Whether a last window that reaches beyond the end counts.
  public let ceilMode: Bool
  /// Whether the padding's zeros count in the mean.
  public let countIncludePad: Bool

  /// A layer of the given window; `stride` is the window's length by default.
  public init(
    kernelSize: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) {
    (self.kernelSize, self.stride, self.padding) = (kernelSize, stride ?? kernelSize, padding)
    (self.ceilMode, self.countIncludePad) = (ceilMode, countIncludePad)
  }

  /// The means of an input (N, C, L) or (C, L).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.meanPool1D(
      input, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }
}

/// The mean of each window of an image; PyTorch's `AvgPool2d`.
public final class MeanPool2D: Module {
  /// The window's height and width.
  public let kernelSize: IntPair
  /// The distance of windows.
  public let stride: IntPair
  /// Zeros at every edge.
  public let padding: IntPair
  /// Whether last windows that reach beyond the edge count.
  public let ceilMode: Bool
  /// Whether the padding's zeros count in the mean.
  public let countIncludePad: Bool

  /// A layer of the given window; `stride` is the window's size by default.
  public init(
    kernelSize: any IntOrPair, stride: (any IntOrPair)? = nil, padding: any IntOrPair = 0,
    ceilMode: Bool = false, countIncludePad: Bool = true
  ) {
    (self.kernelSize, self.stride) = (kernelSize.pair, (stride ?? kernelSize).pair)
    (self.padding, self.ceilMode, self.countIncludePad) = (padding.pair, ceilMode, countIncludePad)
  }

  /// The means of an input (N, C, H, W) or (C, H, W).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.meanPool2D(
      input, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }
}
