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
    Report(
      implementation: implementation.name, version: implementation.version,
      rows: suite.rows.map { run($0, of: suite) })
  }

  /// Scores one row.
  public func run(_ row: Suite.Row, of suite: Suite) -> RowResult {
    guard suite.hasFile(of: row) else {
      return RowResult(row, .missing, "\(row.file) is missing")
    }
    do {
      let fixture = try suite.fixture(of: row)
      return RowResult(row, fixture.sampleNames.map { run($0, of: fixture) })
    } catch {
      return RowResult(row, .unreadable, "\(row.file): \(error)")
    }
  }

  private func run(_ name: String, of fixture: Fixture) -> SampleResult {
    do {
      return run(try fixture.sample(name))
    } catch {
      return SampleResult(unreadable: name, "\(error)")
    }
  }

  /// Scores one sample.
  public func run(_ sample: Sample) -> SampleResult {
    do {
      return SampleResult(sample, .values(try implementation.evaluate(sample.computation)))
    } catch let error as UnsupportedOperation {
      return SampleResult(sample, .unsupported("\(error)"))
    } catch {
      return SampleResult(sample, .refused("\(error)"))
    }
  }
}
