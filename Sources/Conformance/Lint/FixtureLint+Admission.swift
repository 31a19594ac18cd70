// Admission: what zeros, the input unchanged, and a step that does nothing would score.

extension FixtureLint {
  /// How many limits away a wrong answer has to be.
  private static let far = 100.0

  /// Reports answers that pass somewhere and that no sample of the operation tells apart.
  ///
  /// - Returns: By sample the wrong answers that every quantity of it would let pass.
  mutating func checkAdmission(_ samples: [Sample]) -> [String: Set<String>] {
    struct Key: Hashable {
      let operation: String
      let part: String
      let answer: String
    }
    var passing: [Key: (sample: String, quantity: String)] = [:]
    var apart: Set<Key> = []
    var scores: [String: Set<String>] = [:]
    for sample in samples {
      guard case .values(let outputs, let gradients) = sample.expectation else { continue }
      var right: Set<String> = []
      var wrong: Set<String> = []
      for (part, references) in [("outputs", outputs), ("gradients", gradients)] {
        for (name, reference) in references where reference.value.elements.count > 0 {
          for (answer, candidate) in Self.candidates(sample, part, name, reference) {
            let key = Key(operation: sample.computation.operation, part: part, answer: answer)
            let verdict = Verdict(candidate, against: reference)
            if verdict.passes { right.insert(answer) } else { wrong.insert(answer) }
            if Self.isFar(verdict), !reference.cancels {
              apart.insert(key)
            } else {
              passing[key] = passing[key] ?? (sample.name, "\(part)/\(name)")
            }
          }
        }
      }
      scores[sample.name] = right.subtracting(wrong)
    }
    let undetected = passing.filter {
      !apart.contains($0.key) && !($0.key.operation == "identity" && $0.key.answer == Self.input)
    }
    for (key, place) in undetected.sorted(by: { $0.value < $1.value }) {
      report(
        place.sample, place.quantity,
        "\(key.answer) would pass, here and in every sample of \(key.operation)",
        "a sample that tells it apart")
    }
    return scores
  }

  static let input = "the input unchanged"

  private static func isFar(_ verdict: Verdict) -> Bool {
    guard !verdict.passes else { return false }
    guard let error = verdict.error, let limit = verdict.limit else { return true }
    return error >= far * limit
  }

  /// The wrong answers of the quantity's type, by name; one of another shape is told apart by it.
  private static func candidates(
    _ sample: Sample, _ part: String, _ name: String, _ reference: Reference
  ) -> [(String, Value)] {
    let value = reference.value
    let count = value.elements.count
    var found: [(String, Value)] = []
    func add(_ answer: String, _ elements: Value.Elements) {
      found.append((answer, Value(shape: value.shape, elements)))
    }
    switch value.elements {
    case .float32: add("zeros", .float32(Array(repeating: 0, count: count)))
    case .float64: add("zeros", .float64(Array(repeating: 0, count: count)))
    case .int64: add("zeros", .int64(Array(repeating: 0, count: count)))
    case .bool: add("zeros", .bool(Array(repeating: false, count: count)))
    case .string: add("nothing", .string(Array(repeating: "", count: count)))
    }
    let inputs = Dictionary(sample.computation.inputs.map { ($0.name, $0.value) }) { $1 }
    if sample.computation.operation.hasPrefix("optim.") {
      let names = name.split(separator: "/")
      guard names.count == 3, let step = Int(names[1]), inputs["grads/\(step)/\(names[2])"] != nil,
        case .values(let outputs, _) = sample.expectation
      else { return found }
      let before = outputs["params/\(step - 1)/\(names[2])"]?.value ?? inputs["params/\(names[2])"]
      if let before { found.append(("the parameter before the step", before)) }
    } else if value.dtype.hasPrefix("float") {
      for operand in inputs.values where operand.dtype == value.dtype {
        found.append((input, operand))
      }
    }
    return found
  }
}
