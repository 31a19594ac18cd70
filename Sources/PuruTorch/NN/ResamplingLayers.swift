// Layers that insert zeros between elements, or keep every few elements.

/// Inserts zeros between the elements of the last dimension: (…, L) becomes (…, (L − 1) · factor + 1).
public final class Upsample1D: Module {
  /// The distance of the input's elements in the result.
  public let factor: Int

  /// A layer of the given factor, at least 1.
  ///
  /// - Throws: `TensorError.invalidArgument`.
  public init(factor: Int) throws {
    self.factor = factor
    try requireSetting("Upsample1D", "factor", factor, atLeast: 1)
  }

  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.upsample1D(input, factor: factor)
  }
}

/// Inserts zeros between the elements of the last two dimensions: each size L becomes (L − 1) · factor + 1.
public final class Upsample2D: Module {
  /// The distance of the input's elements in the result.
  public let factor: Int

  /// A layer of the given factor, at least 1.
  ///
  /// - Throws: `TensorError.invalidArgument`.
  public init(factor: Int) throws {
    self.factor = factor
    try requireSetting("Upsample2D", "factor", factor, atLeast: 1)
  }

  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.upsample2D(input, factor: factor)
  }
}

/// Keeps every `factor`-th element of the last dimension.
public final class Downsample1D: Module {
  /// The distance in the input of the elements that are kept.
  public let factor: Int

  /// A layer of the given factor, at least 1.
  ///
  /// - Throws: `TensorError.invalidArgument`.
  public init(factor: Int) throws {
    self.factor = factor
    try requireSetting("Downsample1D", "factor", factor, atLeast: 1)
  }

  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.downsample1D(input, factor: factor)
  }
}

/// Keeps every `factor`-th element of the last two dimensions.
public final class Downsample2D: Module {
  /// The distance in the input of the elements that are kept.
  public let factor: Int

  /// A layer of the given factor, at least 1.
  ///
  /// - Throws: `TensorError.invalidArgument`.
  public init(factor: Int) throws {
    self.factor = factor
    try requireSetting("Downsample2D", "factor", factor, atLeast: 1)
  }

  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.downsample2D(input, factor: factor)
  }
}
