// What the oracles found out about a row: how much each compared, how far apart it was, and what nothing vouches for.

import Conformance

/// How much was compared, and the largest error.
struct Count: Equatable {
  var comparisons = 0
  var worst = 0.0

  mutating func add(_ comparisons: Int, _ error: Double) {
    self.comparisons += comparisons
    worst = max(worst, error)
  }
}

/// What the oracles found out about a row.
struct Tally {
  /// The largest error of a directional derivative, as a part of the sum of the magnitudes that it is made of.
  ///
  /// Over the committed fixtures the worst is 4.0e-10; this is ten times that, for other processors' rounding. An
  /// entry of the gradient that is wrong by 1e-4 of it moves the derivative by 1e-4 of its own part of that sum: far
  /// more, unless the part is less than a twenty-five thousandth.
  static let differenceLimit = 4e-9

  /// The largest error of an identity, in units of float64's last place of its scale: the verdict's own limit.
  ///
  /// Over the committed fixtures the worst is 193, which is PyTorch's own error in CTC's gradient over 120 frames (194
  /// against 50 digits); elsewhere it is 71, in the gradient of batch normalisation. 256 units are 6e-14 of the scale.
  static let identityLimit = 256.0

  private(set) var differences = Count()
  /// Directions along which there was no derivative to be had.
  private(set) var skipped = 0
  /// By the identity's name.
  private(set) var identities: [String: Count] = [:]
  private(set) var disagreements: [String] = []
  /// What an identity leaves to the others, such as sequences that are too long to enumerate.
  private(set) var omissions: [String: Int] = [:]
  /// How many numbers PyTorch vouches for.
  private(set) var stored = 0
  private var claims: [String: Int] = [:]
  private var quantities: Set<String> = []
  private var covered: Set<String> = []
  private var wantsDifferences = false

  /// What keeps the row from being vouched for; empty when nothing does.
  var complaints: [String] {
    var complaints = disagreements
    if stored == 0 { complaints.append("PyTorch vouches for nothing") }
    complaints += quantities.subtracting(covered).sorted().map { "\($0): nothing but PyTorch vouches for it" }
    complaints += claims.filter { $0.value == 0 }.keys.sorted().map { "\($0): tried on no sample" }
    if wantsDifferences && differences.comparisons == 0 {
      complaints.append("differences: all \(skipped) directions are skipped")
    }
    return complaints
  }

  /// All identities together.
  var allIdentities: Count {
    identities.values.reduce(into: Count()) { $0.add($1.comparisons, $1.worst) }
  }

  /// Notes what a sample stores, and what must be vouched for.
  mutating func expect(_ sample: OracleSample) {
    for (name, reference) in sample.stored {
      stored += reference.value.elements.count
      quantities.insert("\(sample.name) \(name)")
    }
    wantsDifferences = wantsDifferences || sample.hasGradients
  }

  /// Runs an identity, which must be tried on one of an operation's samples at least; false when it throws.
  @discardableResult
  mutating func run(_ identity: Identity, on sample: OracleSample) -> Bool {
    let before = identities[identity.name]?.comparisons ?? 0
    let isAnswered = attempt("\(sample.name) \(identity.name)") { try identity.check(sample, &$0) }
    let after = identities[identity.name]?.comparisons ?? 0
    claims["\(sample.computation.operation): \(identity.name)", default: 0] += after - before
    return isAnswered
  }

  /// Runs an oracle; what it throws is a disagreement, since PyTorch answered.
  @discardableResult
  mutating func attempt(_ place: String, _ body: (inout Tally) throws -> Void) -> Bool {
    do {
      try body(&self)
      return true
    } catch {
      disagreements.append("\(place): \(error)")
      return false
    }
  }

  // MARK: - Comparing

  /// Compares a directional derivative.
  mutating func difference(_ place: String, _ left: Double, _ right: Double, scale: Double) {
    let error = Self.error(left, right, scale)
    differences.add(1, error)
    note("\(place): differences", left, right, error, Self.differenceLimit)
  }

  /// Counts a direction without a derivative.
  mutating func skip() { skipped += 1 }

  /// Counts what an identity leaves out.
  mutating func omit(_ what: String) { omissions[what, default: 0] += 1 }

  /// Compares two sides of an identity.
  mutating func identity(_ name: String, _ place: String, _ left: Double, _ right: Double, scale: Double) {
    let error = Self.error(left, right, scale) / Double.ulpOfOne
    identities[name, default: Count()].add(1, error)
    note("\(place): \(name)", left, right, error, Self.identityLimit)
  }

  /// Compares a whole quantity with what an identity makes it, and judges it by the format's verdict.
  mutating func compare(_ name: String, _ sample: OracleSample, _ quantity: String, _ value: Value) {
    guard let reference = sample.exact[quantity] else { return }
    covered.insert("\(sample.name) \(quantity)")
    let verdict = Verdict(value.integers(as: reference.value), against: reference)
    // Of what cancels only the magnitude is compared, in another unit.
    let error = reference.cancels ? 0 : verdict.error ?? 0
    identities[name, default: Count()].add(value.elements.count, error)
    if let failure = verdict.failure {
      disagreements.append("\(sample.name) \(quantity): \(name): \(failure)")
    }
  }

  /// Compares a whole quantity of numbers under the stored shape.
  mutating func compare(_ name: String, _ sample: OracleSample, _ quantity: String, _ numbers: [Double]) {
    compare(
      name, sample, quantity, Value(shape: sample.exact[quantity]?.value.shape ?? [], .float64(numbers)))
  }

  /// The distance as a part of the scale; infinite where one side alone, or the scale, is not finite.
  private static func error(_ left: Double, _ right: Double, _ scale: Double) -> Double {
    if left == right || (left.isNaN && right.isNaN) { return 0 }
    let error = abs(left - right) / scale
    return scale.isFinite && error.isFinite ? error : .infinity
  }

  private mutating func note(
    _ place: String, _ left: Double, _ right: Double, _ error: Double, _ limit: Double
  ) {
    guard !(error <= limit) else { return }
    disagreements.append("\(place): \(left) and \(right) are \(error) apart, limit \(limit)")
  }
}

extension Value {
  /// Whole numbers as integers, where those are wanted.
  fileprivate func integers(as other: Value) -> Value {
    guard other.dtype == "int64", case .float64(let numbers) = elements else { return self }
    let integers = numbers.compactMap { Int64(exactly: $0) }
    return integers.count == numbers.count ? Value(shape: shape, .int64(integers)) : self
  }
}
