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
    guard case .values(let outputs, let gradients) = sample.expectation else {
      if !computation.cotangents.isEmpty {
        report(sample.name, "cotangents", "they are there", "inputs alone")
      }
      return
    }
    for (name, cotangent) in computation.cotangents.sorted(by: { $0.key < $1.key }) {
      let place = "cotangents/\(name)"
      if cotangent.dtype != due { report(sample.name, place, "it is \(cotangent.dtype)", due) }
      if cotangent.elements.count > 1, cotangent.isConstant {
        report(sample.name, place, "it is constant", "elements that differ")
      }
    }
    for (part, references) in [("outputs", outputs), ("gradients", gradients)] {
      for (name, reference) in references.sorted(by: { $0.key < $1.key }) {
        let place = "\(part)/\(name)"
        if wrong(reference.value) { report(sample.name, place, "it is \(reference.value.dtype)", due) }
        if let truth = reference.truth, !reference.value.hasNaN(where: truth) {
          report(sample.name, place, "NaN are not where the truth's are", "the same places")
        }
      }
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
    for name in wanting.keys.sorted() where !computation.cotangents.isEmpty && gradients[name] == nil {
      report(sample.name, "gradients/\(name)", "it is missing", "the input's gradient")
    }
  }

  private mutating func checkVocabulary(_ sample: Sample) {
    let computation = sample.computation
    guard let entry = Vocabulary.operations[computation.operation] else {
      report(
        sample.name, nil, "the operation \(computation.operation) is unknown", "one of the README's", .warning
      )
      return
    }
    let given = Set(computation.inputs.map(\.name))
    for name in given.sorted() where !entry.knows(name) {
      report(sample.name, "inputs/\(name)", "\(computation.operation) has no such operand", "another name")
    }
    for name in entry.required.subtracting(given).sorted() {
      report(sample.name, "inputs/\(name)", "it is missing", "an operand of \(computation.operation)")
    }
    for (name, value) in computation.arguments.sorted(by: { $0.key < $1.key }) {
      guard let kind = entry.arguments[name] else {
        report(
          sample.name, "@arguments \(name)", "\(computation.operation) has no such argument", "another name")
        continue
      }
      if value != .null, !kind.takes(value) {
        report(sample.name, "@arguments \(name)", "it is \(value.text)", kind.rawValue)
      }
    }
  }
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
