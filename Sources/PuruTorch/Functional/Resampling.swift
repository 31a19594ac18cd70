// Upsampling by zeros between elements, and downsampling to every few elements.

extension Functional {
  /// Zeros inserted between the elements of the last dimension: `(…, L)` becomes `(…, (L − 1) · factor + 1)`.
  ///
  /// Nothing is added after the last element, and an empty dimension stays empty.
  ///
  /// - Throws: `TensorError.invalidArgument` for a factor below 1, `TensorError.invalidInput` for an input
  ///   without dimensions.
  public static func upsample1D(_ input: Tensor, factor: Int) throws -> Tensor {
    try upsample(input, factor: factor, dimensions: 1)
  }

  /// Zeros inserted between the elements of the last two dimensions: `(…, H, W)` becomes
  /// `(…, (H − 1) · factor + 1, (W − 1) · factor + 1)`.
  ///
  /// Nothing is added after the last elements, and an empty dimension stays empty.
  ///
  /// - Throws: `TensorError.invalidArgument` for a factor below 1, `TensorError.invalidInput` for an input
  ///   of fewer than two dimensions.
  public static func upsample2D(_ input: Tensor, factor: Int) throws -> Tensor {
    try upsample(input, factor: factor, dimensions: 2)
  }

  /// Every `factor`-th element of the last dimension, the first one included: `x[..., ::factor]`, a view.
  ///
  /// - Throws: `TensorError.invalidArgument` for a factor below 1, `TensorError.invalidInput` for an input
  ///   without dimensions.
  public static func downsample1D(_ input: Tensor, factor: Int) throws -> Tensor {
    try input.sliced(strides("downsample1D", input, factor: factor, dimensions: 1))
  }

  /// Every `factor`-th element of the last two dimensions, the first one included:
  /// `x[..., ::factor, ::factor]`, a view.
  ///
  /// - Throws: `TensorError.invalidArgument` for a factor below 1, `TensorError.invalidInput` for an input
  ///   of fewer than two dimensions.
  public static func downsample2D(_ input: Tensor, factor: Int) throws -> Tensor {
    try input.sliced(strides("downsample2D", input, factor: factor, dimensions: 2))
  }

  private static func upsample(_ input: Tensor, factor: Int, dimensions: Int) throws -> Tensor {
    let operation = "upsample\(dimensions)D"
    let places = try strides(operation, input, factor: factor, dimensions: dimensions)
    var shape = input.shape
    for dim in (input.ndim - dimensions)..<input.ndim where shape[dim] > 0 {
      let (length, overflow) = (shape[dim] - 1).multipliedReportingOverflow(by: factor)
      guard !overflow && length < Int.max else {
        throw TensorError.outOfMemory(operation: operation, shape: input.shape)
      }
      shape[dim] = length + 1
    }
    let sizes = try Shape(validating: shape, operation: operation)
    let whole = input.view(sizes: sizes, strides: Shape(repeating: 0, count: sizes.count))
    return try Slicing(places, of: whole).embed(input, name: "Upsample\(dimensions)D")
  }

  /// The subscript that keeps every `factor`-th element of the last dimensions.
  private static func strides(
    _ operation: String, _ input: Tensor, factor: Int, dimensions: Int
  ) throws -> [IndexItem] {
    guard factor >= 1 else {
      throw TensorError.invalidArgument(
        operation: operation, argument: "factor", value: "\(factor)", expected: "at least 1")
    }
    guard input.ndim >= dimensions else {
      throw TensorError.invalidInput(
        operation: operation, shape: input.shape, expected: "at least \(dimensions) dimensions")
    }
    return [.ellipsis] + Array(repeating: .stride(by: factor), count: dimensions)
  }
}
