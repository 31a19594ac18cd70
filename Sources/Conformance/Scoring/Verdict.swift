// Whether a quantity passes, and by how much.

/// The judgement on one quantity.
public struct Verdict: Equatable, Sendable {
  /// Why it fails; nil when it passes.
  public let failure: String?
  /// E(a), or for what cancels max|a| / max|e|; nil where no distance is measured.
  public let error: Double?
  /// The largest error that passes; nil for what must be equal.
  public let limit: Double?

  /// Whether the quantity passes.
  public var passes: Bool { failure == nil }

  /// Compares a value with the right answer.
  ///
  /// 1. Shape and element type are equal.
  /// 2. The value is NaN exactly where the answer is, and infinite with the same sign exactly where the answer is;
  ///    where the truth is all zeros, so is the value.
  /// 3. Of what cancels, max|a| ≤ 64·max|e|.
  /// 4. Else E(a) ≤ 256 in float64, and E(a) ≤ max(8, 4·E(e)) in float32.
  /// 5. Integers, truth values and strings are equal.
  ///
  /// Zeros of either sign are equal, and empty arrays of one shape are.
  public init(_ actual: Value, against reference: Reference) {
    let expected = reference.value
    limit = reference.limit
    guard actual.dtype == expected.dtype else {
      error = nil
      failure = "is \(actual.dtype), expected \(expected.dtype)"
      return
    }
    guard actual.shape == expected.shape, actual.elements.count == expected.elements.count else {
      error = nil
      failure =
        actual.shape == expected.shape
        ? "holds \(actual.elements.count) elements, expected \(expected.elements.count)"
        : "has shape \(actual.shape), expected \(expected.shape)"
      return
    }
    switch (actual.elements, expected.elements) {
    case (.float32(let x), .float32(let e)):
      (error, failure) = Self.compare(x, e, reference)
    case (.float64(let x), .float64(let e)):
      (error, failure) = Self.compare(x, e, reference)
    case (.int64(let x), .int64(let e)):
      (error, failure) = (nil, Self.difference(x, e, reference))
    case (.bool(let x), .bool(let e)):
      (error, failure) = (nil, Self.difference(x, e, reference))
    case (.string(let x), .string(let e)):
      (error, failure) = (nil, Self.difference(x.map(Text.init), e.map(Text.init), reference))
    default:
      fatalError("values of one element type hold elements of two")
    }
  }

  /// A judgement that was made before.
  package init(failure: String?, error: Double?, limit: Double?) {
    self.failure = failure
    self.error = error
    self.limit = limit
  }

  /// A quantity that the implementation did not give.
  init(absent reference: Reference) {
    limit = reference.limit
    error = nil
    failure = "is absent"
  }

  private static func compare<Number: BinaryFloatingPoint>(
    _ x: [Number], _ e: [Number], _ reference: Reference
  ) -> (error: Double?, failure: String?) {
    let deviation = Deviation(of: x, from: e, truth: reference.truth)
    func place(_ index: Int) -> String {
      "at \(reference.value.indices(of: index)): \(x[index]), expected \(e[index])"
    }
    if let index = deviation.misplaced { return (nil, place(index)) }
    if deviation.isTruthZero, let index = deviation.worst {
      return (deviation.error, place(index) + "; the truth is all zeros")
    }
    if reference.cancels {
      let expected = Deviation(of: e, from: e, truth: reference.truth).magnitude
      let ratio = deviation.magnitude == 0 ? 0 : deviation.magnitude / expected
      guard let limit = reference.limit, ratio > limit else { return (ratio, nil) }
      let index = x.indices.max { abs(x[$0]) < abs(x[$1]) } ?? 0
      return (ratio, place(index) + "; max|a| is \(brief(ratio)) max|e|, limit \(brief(limit))")
    }
    guard let limit = reference.limit, deviation.error > limit, let index = deviation.worst else {
      return (deviation.error, nil)
    }
    return (deviation.error, place(index) + "; E \(brief(deviation.error)), limit \(brief(limit))")
  }

  private static func difference<Element: Equatable>(
    _ x: [Element], _ e: [Element], _ reference: Reference
  ) -> String? {
    guard let index = x.indices.first(where: { x[$0] != e[$0] }) else { return nil }
    return "at \(reference.value.indices(of: index)): \(x[index]), expected \(e[index])"
  }
}

/// Text that is equal only byte for byte; Swift's strings are equal when they read the same.
private struct Text: Equatable, CustomStringConvertible {
  let text: String

  static func == (one: Text, other: Text) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

  var description: String { JSONValue.quoted(text) }
}
