// The values between a model's layers: named in order, forward and backward, of fitting types and shapes.

extension FixtureLint {
  /// - Throws: ``FixtureError`` when the values cannot be read.
  mutating func checkTrace(of sample: Sample, _ fixture: Fixture) throws {
    let group = try fixture.samples.group(sample.name)
    guard group.contains("trace") else { return }
    let computation = sample.computation
    let order = try fixture.traceOrder(of: sample.name)
    let known = Set(order)
    if order.isEmpty || known.count < order.count {
      report(sample.name, "trace@order", "it names nothing, or something twice", "each value once")
    }
    if let entry = Vocabulary.operations[computation.operation] {
      for name in order where !entry.between.contains(OperationEntry.pattern(of: name)) {
        report(
          sample.name, "trace@order", "\(computation.operation) has no \(name) between its layers",
          "another name")
      }
    }
    if case .raises = sample.expectation { report(sample.name, "trace", "it is there", "inputs alone") }
    let reader = try SampleReader(group, sample.name, isTraced: true)
    let outputs = try FixtureError.wrapping { try reader.references("trace/outputs") }
    let gradients = try FixtureError.wrapping { try reader.references("trace/gradients") }
    for (part, references) in [("outputs", outputs), ("gradients", gradients)] {
      for (name, reference) in references.sorted(by: { $0.key < $1.key }) {
        let place = "trace/\(part)/\(name)"
        if !known.contains(name) {
          report(sample.name, place, "the order does not name it", "a name of trace@order")
        }
        check(reference, sample, place)
      }
    }
    for name in known.sorted() {
      guard let output = outputs[name] else {
        report(sample.name, "trace/outputs/\(name)", "it is missing", "the value that trace@order names")
        continue
      }
      let shape = gradients[name]?.value.shape
      if shape == nil, !computation.cotangents.isEmpty {
        report(sample.name, "trace/gradients/\(name)", "it is missing", "the gradient of the value")
      } else if let shape, shape != output.value.shape {
        report(
          sample.name, "trace/gradients/\(name)", "the shape is \(shape)",
          "\(output.value.shape), the value's")
      }
    }
    if computation.cotangents.isEmpty, !gradients.isEmpty {
      report(sample.name, "trace/gradients", "they are there without cotangents", "values alone")
    }
  }
}
