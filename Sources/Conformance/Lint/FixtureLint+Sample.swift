// What one sample must be: operands, arguments, element types, cotangents and gradients.

extension FixtureLint {
  mutating func check(_ sample: Sample) {
    let computation = sample.computation
    checkVocabulary(sample)
    let due = computation.precision.rawValue
    func wrong(_ value: Value) -> Bool { value.dtype.hasPrefix("float") && value.dtype != due }
    for input in computation.inputs {
      if wrong(input.value) { report(sample.name, "inputs/\(input.name)", "it is \(input.value.dtype)", due) }
      if input.requiresGradient, !input.value.dtype.hasPrefix("float") {
        report(
          sample.name, "inputs/\(input.name)", "\(input.value.dtype) has requires_grad", "a floating type")
      }
    }
    guard case .values(let outputs, let gradients) = sample.expectation else { return }
    for (name, cotangent) in computation.cotangents.sorted(by: { $0.key < $1.key }) {
      let place = "cotangents/\(name)"
      if cotangent.dtype != due { report(sample.name, place, "it is \(cotangent.dtype)", due) }
      if cotangent.elements.count > 1, cotangent.isConstant {
        report(sample.name, place, "it is constant", "elements that differ")
      }
    }
    for (name, reference) in outputs.sorted(by: { $0.key < $1.key }) {
      check(reference, sample, "outputs/\(name)")
    }
    for (name, reference) in gradients.sorted(by: { $0.key < $1.key }) {
      check(reference, sample, "gradients/\(name)")
    }
    let wanting = Dictionary(
      computation.inputs.filter(\.requiresGradient).map { ($0.name, $0.value.shape) }
    ) { $1 }
    for (name, reference) in gradients.sorted(by: { $0.key < $1.key }) {
      guard let shape = wanting[name] ?? outputs[name]?.value.shape else {
        report(sample.name, "gradients/\(name)", "no input of it has requires_grad", "no gradient")
        continue
      }
      if reference.value.shape != shape {
        report(sample.name, "gradients/\(name)", "the shape is \(reference.value.shape)", "\(shape)")
      }
    }
    for name in wanting.keys.sorted() where gradients[name] == nil {
      report(sample.name, "gradients/\(name)", "it is missing", "the input's gradient")
    }
  }

  /// One right answer: its type, and that it agrees with its truth.
  mutating func check(_ reference: Reference, _ sample: Sample, _ place: String) {
    let value = reference.value
    let due = sample.computation.precision.rawValue
    if value.dtype.hasPrefix("float"), value.dtype != due {
      report(sample.name, place, "it is \(value.dtype)", due)
    }
    guard let truth = reference.truth else { return }
    if !value.hasNaN(where: truth) {
      report(sample.name, place, "NaN are not where the truth's are", "the same places")
    }
    let verdict = Verdict(value, against: reference)
    if let failure = verdict.failure {
      report(sample.name, place, "it fails its own verdict: \(failure)", "a right answer that passes")
    } else if let error = verdict.error, !reference.cancels, error > Self.illConditioned {
      report(
        sample.name, place, "it is E \(brief(error)) from its truth",
        "at most \(brief(Self.illConditioned)), or more than \(brief(Reference.cancellation)) and the mark cancels"
      )
    }
  }

  /// How far float32 may be from its truth and still say much.
  private static let illConditioned = 256.0
}

extension Value {
  /// Whether all elements are equal.
  var isConstant: Bool {
    switch elements {
    case .float32(let values): values.allSatisfy { $0 == values[0] }
    case .float64(let values): values.allSatisfy { $0 == values[0] }
    case .int64(let values): values.allSatisfy { $0 == values[0] }
    case .bool(let values): values.allSatisfy { $0 == values[0] }
    case .string(let values): values.allSatisfy { $0 == values[0] }
    }
  }

  /// The elements as float64; nil of text.
  package var numbers: [Double]? {
    switch elements {
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    case .int64(let values): values.map(Double.init)
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .string: nil
    }
  }

  fileprivate func hasNaN(where truth: [Double]) -> Bool {
    numbers.map { zip($0, truth).allSatisfy { $0.isNaN == $1.isNaN } } ?? true
  }
}
