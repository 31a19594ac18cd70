// Scoring: from a directory's rows to a report.

/// Scores an implementation.
public struct Runner: Sendable {
  private let implementation: any Implementation

  /// A runner for that implementation.
  public init(_ implementation: any Implementation) {
    self.implementation = implementation
  }

  /// Scores all rows. Nothing that is wrong with one keeps the others from being scored.
  public func run(_ suite: Suite) -> Report {
    Report(implementation: implementation.name, rows: suite.rows.map { run($0, of: suite) })
  }

  /// Scores one row.
  public func run(_ row: Suite.Row, of suite: Suite) -> RowResult {
    guard suite.hasFile(of: row) else {
      return RowResult(row, .missing, "\(row.file) is missing")
    }
    do {
      let fixture = try suite.fixture(of: row)
      let samples = fixture.sampleNames.map { run($0, of: fixture) }
      let status = Status.summary(of: samples.map(\.status))
      let telling = samples.first { $0.status == status && status != .pass }
      let message = telling.map { "sample \($0.name): \($0.message ?? status.rawValue)" }
      return RowResult(row, status, message, samples)
    } catch {
      return RowResult(row, .unreadable, "\(row.file): \(error)")
    }
  }

  private func run(_ name: String, of fixture: Fixture) -> SampleResult {
    do {
      return run(try fixture.sample(name))
    } catch {
      return SampleResult(
        name: name, operation: nil, precision: nil, status: .unreadable, message: "\(error)", quantities: [])
    }
  }

  /// Scores one sample.
  public func run(_ sample: Sample) -> SampleResult {
    do {
      let evaluation = try implementation.evaluate(sample.computation)
      switch sample.expectation {
      case .raises(let exception):
        return SampleResult(sample, .fail, "it answers, PyTorch raises \(exception)")
      case .values(let outputs, let gradients):
        let quantities =
          Self.judge(evaluation.outputs, against: outputs, "outputs")
          + Self.judge(evaluation.gradients, against: gradients, "gradients")
        let failed = quantities.first { !$0.verdict.passes }
        let message = failed.flatMap { quantity in quantity.verdict.failure.map { "\(quantity.name) \($0)" } }
        return SampleResult(sample, failed == nil ? .pass : .fail, message, quantities)
      }
    } catch let error as UnsupportedOperation {
      return SampleResult(sample, .unsupported, "\(error)")
    } catch {
      if case .raises = sample.expectation { return SampleResult(sample, .pass, nil) }
      return SampleResult(sample, .error, "\(error)")
    }
  }

  private static func judge(
    _ values: [String: Value], against references: [String: Reference], _ part: String
  ) -> [QuantityResult] {
    references.sorted { $0.key < $1.key }.map { name, reference in
      let verdict = values[name].map { Verdict($0, against: reference) } ?? Verdict(absent: reference)
      return QuantityResult(name: "\(part)/\(name)", verdict: verdict)
    }
  }
}

extension RowResult {
  fileprivate init(_ row: Suite.Row, _ status: Status, _ message: String?, _ samples: [SampleResult] = []) {
    self.init(id: row.id, title: row.title, status: status, message: message, samples: samples)
  }
}

extension SampleResult {
  fileprivate init(
    _ sample: Sample, _ status: Status, _ message: String?, _ quantities: [QuantityResult] = []
  ) {
    self.init(
      name: sample.name, operation: sample.computation.operation, precision: sample.computation.precision,
      status: status, message: message, quantities: quantities)
  }
}
