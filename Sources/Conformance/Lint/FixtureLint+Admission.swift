// Admission: what zeros, the input unchanged, and a step that does nothing would score.

extension FixtureLint {
  /// How many limits away a wrong answer has to be.
  private static let far = 100.0

  /// What a wrong answer was put in the place of.
  private struct Key: Hashable {
    let operation: String
    /// The part, and the name with its numbers left open; of rounding residue the part alone.
    let quantity: String
    let answer: String
  }

  /// Reports wrong answers that are the right one somewhere and that no sample of the operation tells apart, and
  /// those that are near the right one without being it.
  ///
  /// A file does not say which right answers are zeros or an input by definition, so the same values count as that.
  /// What rounding leaves of nothing is passed by zeros always; some other quantity must tell them apart.
  ///
  /// - Returns: By sample the wrong answers that every quantity of it would let pass.
  mutating func checkAdmission(_ samples: [Sample]) -> [String: Set<String>] {
    var passing: [Key: (sample: String, quantity: String)] = [:]
    var apart: Set<Key> = []
    var scores: [String: Set<String>] = [:]
    for sample in samples {
      guard case .values(let outputs, let gradients) = sample.expectation else { continue }
      let operation = sample.computation.operation
      var right: Set<String> = []
      var wrong: Set<String> = []
      for (part, references) in [("outputs", outputs), ("gradients", gradients)] {
        for (name, reference) in references.sorted(by: { $0.key < $1.key })
        where reference.value.elements.count > 0 {
          let quantity = "\(part)/\(name)"
          let pattern = OperationEntry.pattern(of: quantity)
          for (answer, candidate) in Self.candidates(sample, part, name, reference) {
            let verdict = Verdict(candidate, against: reference)
            if verdict.passes { right.insert(answer) } else { wrong.insert(answer) }
            let ofPart = Key(operation: operation, quantity: part, answer: answer)
            let ofQuantity = Key(operation: operation, quantity: pattern, answer: answer)
            if reference.cancels {
              if verdict.passes { passing[ofPart] = passing[ofPart] ?? (sample.name, quantity) }
            } else if Self.isFar(verdict) {
              apart.formUnion([ofPart, ofQuantity])
            } else if candidate.hasElements(of: reference.value) {
              passing[ofQuantity] = passing[ofQuantity] ?? (sample.name, quantity)
            } else {
              report(
                sample.name, quantity, "less than \(brief(Self.far)) limits tell it from \(answer)",
                "a right answer that is farther, or the same")
            }
          }
        }
      }
      scores[sample.name] = right.subtracting(wrong)
    }
    let undetected = passing.filter {
      !apart.contains($0.key)
        && !($0.key.operation == "identity" && $0.key.answer == Self.unchanged("input"))
    }
    let inOrder = undetected.sorted {
      ($0.value.sample, $0.value.quantity, $0.key.answer) < (
        $1.value.sample, $1.value.quantity, $1.key.answer
      )
    }
    for (key, place) in inOrder {
      report(
        place.sample, place.quantity,
        "\(key.answer) would pass, here and in every sample of \(key.operation)",
        "a sample that tells it apart")
    }
    return scores
  }

  private static func unchanged(_ operand: String) -> String { "the operand \(operand) unchanged" }

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
      for (name, operand) in inputs where operand.dtype == value.dtype {
        found.append((unchanged(name), operand))
      }
    }
    return found
  }
}

extension Value {
  /// Whether the elements are those of another value, zeros of either sign and all NaN being equal.
  fileprivate func hasElements(of other: Value) -> Bool {
    guard shape == other.shape, let numbers, let expected = other.numbers else { return self == other }
    return zip(numbers, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}
