// The linear layer.

/// The affine map `x · weightᵀ + bias` of the input's last dimension.
///
/// ```swift
/// let layer = try Linear(inFeatures: 20, outFeatures: 30)
/// try layer(Tensor.normal([128, 20])).shape  // [128, 30]
/// ```
public final class Linear: Module {
  /// The size of the input's last dimension.
  public let inFeatures: Int
  /// The size of the result's last dimension.
  public let outFeatures: Int
  /// (outFeatures, inFeatures).
  public let weight: Parameter
  /// (outFeatures); nil for a layer without bias.
  public let bias: Parameter?

  /// A layer with weights and biases uniform in ±1/√inFeatures.
  ///
  /// - Throws: `TensorError` for negative sizes or a type that isn't floating point.
  public init(
    inFeatures: Int, outFeatures: Int, bias: Bool = true, dtype: DType = .float32,
    generator: Generator? = nil
  ) throws {
    (self.inFeatures, self.outFeatures) = (inFeatures, outFeatures)
    weight = try .uniform([outFeatures, inFeatures], fan: inFeatures, dtype: dtype, generator: generator)
    self.bias =
      bias ? try .uniform([outFeatures], fan: inFeatures, dtype: dtype, generator: generator) : nil
  }

  /// The affine map of an input (…, inFeatures), of shape (…, outFeatures).
  override public func forward(_ input: Tensor) throws -> Tensor {
    try Functional.linear(input, weight: weight, bias: bias)
  }
}
