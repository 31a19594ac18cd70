// Greedy decoding of CTC probabilities, and what both decoders have in common.

/// A decoded text and its score.
public struct ScoredPath: Sendable {
  /// The text: the symbols one after the other.
  public let path: String
  /// Its probability.
  public let score: Double
}

/// Decodes a CTC network's probabilities by taking the likeliest symbol of every step.
///
/// ```swift
/// let decoder = GreedySearchDecoder(symbols: ["a", "b"])
/// let found = try decoder.decode(probabilities)   // shape (3, T, 1), the blank first
/// print(found.path, found.score)
/// ```
///
/// Repeats are collapsed, then blanks dropped, so that "a", blank, "a" is "aa" and "a", "a" is "a".
public struct GreedySearchDecoder: Sendable {
  /// The texts of all entries but the first, which is the blank.
  public let symbols: [String]

  /// A decoder for these symbols.
  public init(symbols: [String]) { self.symbols = symbols }

  /// The text of the likeliest entries, the first of equals, and the product of their probabilities.
  ///
  /// The product is taken in double precision, whatever the tensor's type, in the order of steps.
  ///
  /// - Parameter probabilities: Shape (symbols + 1, steps, 1), the blank first.
  /// - Throws: `TensorError` for another shape, for integers, and for probabilities that aren't finite.
  public func decode(_ probabilities: Tensor) throws -> ScoredPath {
    let table = try StepProbabilities(probabilities, symbols: symbols, operation: "GreedySearchDecoder")
    var (path, score, last) = ("", 1.0, StepProbabilities.blank)
    for step in 0..<table.stepCount {
      var best = StepProbabilities.blank
      for entry in 1..<table.entryCount where table[entry, step] > table[best, step] { best = entry }
      score *= table[best, step]
      if best != last && best != StepProbabilities.blank { path += symbols[best - 1] }
      last = best
    }
    return ScoredPath(path: path, score: score)
  }
}

/// The probability of every entry, the blank or a symbol, at every step.
struct StepProbabilities {
  static let blank = 0

  let entryCount: Int
  let stepCount: Int
  private let values: [Double]

  init(_ probabilities: Tensor, symbols: [String], operation: String) throws {
    let sizes = probabilities.sizes
    guard sizes.count == 3, sizes[0] == symbols.count + 1, sizes[2] == 1 else {
      throw TensorError.invalidInput(
        operation: operation, shape: probabilities.shape, expected: "shape (\(symbols.count + 1), steps, 1)")
    }
    guard probabilities.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: operation, dtype: probabilities.dtype, expected: "a floating-point type")
    }
    (entryCount, stepCount) = (sizes[0], sizes[1])
    values = try probabilities.converted(to: .float64).data()
    if let value = values.first(where: { !$0.isFinite }) {
      throw TensorError.invalidArgument(
        operation: operation, argument: "probabilities", value: "\(value) among others",
        expected: "finite numbers")
    }
  }

  subscript(entry: Int, step: Int) -> Double { values[entry * stepCount + step] }
}
