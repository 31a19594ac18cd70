// The two kinds of tensors that belong to a module: parameters, which are learned, and buffers, which are not.

/// A tensor that a module learns: it requires a gradient and is found by `Module.parameters()`.
public final class Parameter: Tensor {
  /// A parameter over the memory of a tensor, without its history.
  public init(_ tensor: Tensor, requiresGrad: Bool = true) {
    super.init(aliasing: tensor)
    wantsGrad = requiresGrad && dtype.isFloatingPoint
  }
}

/// A tensor that is part of a module's state but not learned, such as running statistics.
public final class Buffer: Tensor {
  /// A buffer over the memory of a tensor, without its history.
  public init(_ tensor: Tensor) { super.init(aliasing: tensor) }
}
