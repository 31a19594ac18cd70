// The right answer for one quantity, and how exact an implementation must be.

/// A value of the fixture that makes its sample unusable.
public struct UnusableReference: Error, Equatable, Sendable, CustomStringConvertible {
  /// Why it cannot be compared with.
  public let description: String
}

/// The right answer for one quantity.
///
/// For a quantity let *e* be the value in the fixture, *t* the truth (*e* itself without one), ε the element type's
/// machine epsilon, and E(x) = max|x − t| / (ε·max|t|) over the entries where *e* and *t* are finite.
public struct Reference: Equatable, Sendable {
  /// What PyTorch computed: *e*.
  public let value: Value
  /// The same quantity computed in float64 from the same inputs: *t*; nil where the value is its own truth.
  public let truth: [Double]?
  /// Whether it holds what rounding leaves of terms that cancel to nothing.
  public let cancels: Bool
  /// The largest E(a) that passes, or for what cancels the largest max|a| / max|e|; nil for what must be equal.
  public let limit: Double?

  /// E(e) above which a quantity counts as cancelled: half of float32's digits are lost.
  public static let cancellation = 4096.0

  /// A right answer.
  ///
  /// - Parameters:
  ///   - value: The quantity in the sample’s type.
  ///   - truth: the value in float64; required for float32 values of a float32 sample, without meaning elsewhere.
  ///   - cancels: the fixture's mark; in a float32 sample it must be there exactly where E(e) > 4096.
  ///   - precision: the sample's precision.
  /// - Throws: ``UnusableReference`` when the truth is missing or of another shape or type, or the mark is not
  ///   justified.
  public init(value: Value, truth: Value? = nil, cancels: Bool = false, precision: Precision) throws {
    self.value = value
    self.cancels = cancels
    switch value.elements {
    case .float32(let elements) where precision == .float32:
      guard let truth else { throw UnusableReference(description: "has no truth") }
      guard truth.shape == value.shape, case .float64(let exact) = truth.elements else {
        throw UnusableReference(
          description:
            "has a truth of type \(truth.dtype) and shape \(truth.shape), the value has \(value.shape)")
      }
      let error = Deviation(of: elements, from: elements, truth: exact).error
      guard cancels == (error > Self.cancellation) else {
        let mark = cancels ? "is marked as cancelling" : "is not marked as cancelling"
        throw UnusableReference(description: "\(mark), but is E \(brief(error)) from its truth")
      }
      self.truth = exact
      limit = cancels ? Self.cancelledLimit : max(8, 4 * error)
    case .float32:
      self.truth = nil
      limit = cancels ? Self.cancelledLimit : 8
    case .float64:
      self.truth = nil
      limit = cancels ? Self.cancelledLimit : 256
    case .int64, .bool, .string:
      self.truth = nil
      limit = nil
    }
  }

  private static let cancelledLimit = 64.0
}
