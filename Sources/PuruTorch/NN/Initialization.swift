// The distributions that layers draw their weights from.

extension Parameter {
  /// A parameter drawn uniformly from `−1/√fan ..< 1/√fan`, zeros if `fan` is 0.
  ///
  /// With the number of inputs of each output as `fan` it is what PyTorch's linear and convolutional layers draw
  /// weights and biases from, with the hidden state's size what its recurrent cells do.
  static func uniform(_ shape: [Int], fan: Int, dtype: DType, generator: Generator?) throws -> Parameter {
    let bound = fan > 0 ? 1 / Double(fan).squareRoot() : 0
    return Parameter(try Tensor.uniform(shape, low: -bound, high: bound, dtype: dtype, generator: generator))
  }
}

/// Refuses a layer's setting that isn't between a least value and the largest that can be computed with, 2³⁰.
func requireSetting(_ layer: String, _ argument: String, _ value: Int, atLeast least: Int) throws {
  let largest = 1 << 30
  guard value >= least && value <= largest else {
    throw TensorError.invalidArgument(
      operation: layer, argument: argument, value: "\(value)",
      expected: value < least ? "at least \(least)" : "at most \(largest)")
  }
}

/// The number of inputs of each output by PyTorch's rule: the product of a weight's sizes but the first.
///
/// - Throws: `TensorError.outOfMemory` when no tensor can have the weight's shape.
func fanIn(_ layer: String, _ weightShape: [Int]) throws -> Int {
  try Shape(validating: weightShape, operation: layer).dropFirst().reduce(1, *)
}
