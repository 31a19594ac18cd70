// Modules applied one after the other.

/// Applies modules one after the other, each to the result of the one before.
///
/// ```swift
/// let model = Sequential(
///   try Linear(inFeatures: 8, outFeatures: 32), ReLU(), try Linear(inFeatures: 32, outFeatures: 2))
/// ```
///
/// State names start with the modules' positions: `0.weight`. Without modules the result is the input.
public final class Sequential: Module {
  /// The modules in the order in which they are applied.
  public let layers: [Module]

  /// The modules of an array.
  public init(_ layers: [Module]) { self.layers = layers }

  /// The given modules.
  public convenience init(_ layers: Module...) { self.init(layers) }

  override public func forward(_ input: Tensor) throws -> Tensor {
    try layers.reduce(input) { try $1($0) }
  }

  override public func stateName(_ path: String) -> String { String(path.dropFirst("layers.".count)) }
}
