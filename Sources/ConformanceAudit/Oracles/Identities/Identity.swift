// What the fixtures' numbers must satisfy, whoever computed them.

import Conformance

/// Something that holds of the stored numbers of some operations.
struct Identity: Sendable {
  /// What it is called in the table.
  let name: String
  /// The operations that have it; the definition is every operation's.
  let operations: Set<String>
  let check: @Sendable (OracleSample, inout Tally) throws -> Void

  /// Every identity but the definition.
  static let others: [Identity] = [
    homogeneity, adjointness, additivity, permutation, split, rows, moments, alignments,
    exhaustion,
  ]

  /// Every stored quantity is what the operation's definition and the chain rule make it, and what is stored in
  /// float32 is within the generator's bound of its truth.
  static let definition = Identity(name: "definition", operations: []) { sample, tally in
    let answer = try Definition.answer(sample.computation)
    for (key, reference) in sample.exact.sorted(by: { $0.key < $1.key }) {
      let name = String(key.drop { $0 != "/" }.dropFirst())
      if let texts = answer.results.texts[name] {
        tally.compare("definition", sample, key, Value(shape: reference.value.shape, .string(texts)))
      } else if key.hasPrefix("gradients/"), let numbers = answer.gradients[name] {
        tally.compare("definition", sample, key, numbers)
      } else if let cells = answer.results.cells[name] {
        tally.compare("definition", sample, key, cells.value)
      }
    }
    try rounding(sample, &tally)
  }

  /// Float32 values are the truth but for rounding: within 256 units of the last place.
  private static func rounding(_ sample: OracleSample, _ tally: inout Tally) throws {
    for (key, reference) in sample.stored.sorted(by: { $0.key < $1.key }) {
      guard let truth = reference.truth, let numbers = reference.value.numbers, !reference.cancels else {
        continue
      }
      let scale = Double(Float.ulpOfOne) / Double.ulpOfOne * (truth.filter(\.isFinite).map(abs).max() ?? 0)
      for (index, pair) in zip(numbers, truth).enumerated() where !Self.overflows(pair.0, pair.1) {
        tally.identity("float32", "\(sample.name) \(key) [\(index)]", pair.0, pair.1, scale: scale)
      }
    }
  }

  /// Whether a number is infinite for lack of exponents, of its own or of a sum of up to a thousand that it is the
  /// mean of.
  private static func overflows(_ number: Double, _ truth: Double) -> Bool {
    number.isInfinite && abs(truth) > Double(Float.greatestFiniteMagnitude) / 1000
      && (number < 0) == (truth < 0)
  }
}

extension Tally {
  /// Both oracles on a sample, unless PyTorch refuses it. What has no definition, or makes no sense, is asked no
  /// further.
  mutating func check(_ given: Sample) throws {
    guard let sample = try OracleSample(given) else { return }
    expect(sample)
    guard run(.definition, on: sample) else { return }
    attempt("\(sample.name) differences") { tally in
      var differences = FiniteDifferences(sample)
      try differences.check(&tally)
    }
    for identity in Identity.others where identity.operations.contains(sample.computation.operation) {
      run(identity, on: sample)
    }
  }
}
