// From an implementation's answers to results.

/// What an implementation said to one sample.
enum Answer {
  /// It computed these.
  case values(Evaluation)
  /// It lacks the operation.
  case unsupported(String)
  /// It reports an error for the inputs.
  case refused(String)
  /// What it said makes no sense.
  case malformed(String)
}

extension SampleResult {
  /// Judges an answer.
  init(_ sample: Sample, _ answer: Answer) {
    switch (answer, sample.expectation) {
    case (.unsupported(let message), _):
      self.init(sample, .unsupported, message)
    case (.malformed(let message), _):
      self.init(sample, .malformed, message)
    case (.refused, .raises):
      self.init(sample, .pass, nil)
    case (.refused(let message), .values):
      self.init(sample, .error, message)
    case (.values, .raises(let exception)):
      self.init(sample, .fail, "it answers, PyTorch raises \(exception)")
    case (.values(let evaluation), .values(let outputs, let gradients)):
      let quantities =
        Self.judge(evaluation.outputs, against: outputs, "outputs")
        + Self.judge(evaluation.gradients, against: gradients, "gradients")
      let failed = quantities.first { !$0.verdict.passes }
      let message = failed.flatMap { quantity in quantity.verdict.failure.map { "\(quantity.name) \($0)" } }
      self.init(
        sample, failed == nil ? .pass : .fail, message, quantities,
        digest: evaluation.digest(outputs: outputs.keys, gradients: gradients.keys))
    }
  }

  /// The result for a sample that cannot be used.
  init(unreadable name: String, _ message: String) {
    self.init(name: name, operation: nil, precision: nil, status: .unreadable, message: message)
  }

  private init(
    _ sample: Sample, _ status: Status, _ message: String?, _ quantities: [QuantityResult] = [],
    digest: String? = nil
  ) {
    self.init(
      name: sample.name, operation: sample.computation.operation, precision: sample.computation.precision,
      status: status, message: message, quantities: quantities, digest: digest)
  }

  private static func judge(
    _ values: [String: Value], against references: [String: Reference], _ part: String
  ) -> [QuantityResult] {
    references.sorted { $0.key < $1.key }.map { name, reference in
      let verdict = values[name].map { Verdict($0, against: reference) } ?? Verdict(absent: reference)
      let errors = verdict.passes ? nil : values[name].flatMap { ErrorMap($0, against: reference) }
      return QuantityResult(name: "\(part)/\(name)", verdict: verdict, errors: errors)
    }
  }
}

extension RowResult {
  /// A row of which nothing was computed.
  init(_ row: Suite.Row, _ status: Status, _ message: String) {
    self.init(id: row.id, title: row.title, status: status, message: message, samples: [])
  }

  /// A row with its samples: its status is the gravest of theirs.
  init(_ row: Suite.Row, _ samples: [SampleResult]) {
    let status = Status.summary(of: samples.map(\.status))
    let telling = samples.first { $0.status == status && status != .pass }
    let message = telling.map { "sample \($0.name): \($0.message ?? status.rawValue)" }
    self.init(id: row.id, title: row.title, status: status, message: message, samples: samples)
  }
}
