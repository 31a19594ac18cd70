// The results of a run, from rows down to quantities; formatters turn them into text.

/// How a row, a sample or a quantity came out.
public enum Status: String, CaseIterable, Sendable {
  /// Everything compared is right.
  case pass
  /// Something compared is wrong.
  case fail
  /// The fixture's file is not there.
  case missing
  /// The fixture or the sample cannot be used.
  case unreadable
  /// The implementation lacks the operation.
  case unsupported
  /// The implementation refused inputs that PyTorch takes.
  case error
  /// The implementation's process ended, by a signal or by itself.
  case crash
  /// The implementation took too long.
  case timeout
  /// The implementation took too much memory.
  case memory
  /// The implementation said something that is no reply, or its answers cannot be read.
  case malformed = "protocol"
  /// It was not asked, because too much had gone wrong before it.
  case notRun = "not-run"

  /// The status of what has parts of these: whatever is wrong with the fixture comes first, then what is wrong with
  /// the implementation, then what it lacks.
  static func summary(of parts: [Status]) -> Status {
    severity.first(where: parts.contains) ?? .pass
  }

  private static let severity: [Status] = [
    .missing, .unreadable, .crash, .timeout, .memory, .malformed, .fail, .error, .unsupported, .notRun,
  ]
}

/// The result for one output or gradient.
public struct QuantityResult: Equatable, Sendable {
  /// `outputs/` or `gradients/` and the name.
  public let name: String
  /// The judgement.
  public let verdict: Verdict
  /// Where the errors are; nil for what passes, and where shape or type is wrong.
  public let errors: ErrorMap?

  /// The judgement on a quantity.
  public init(name: String, verdict: Verdict, errors: ErrorMap? = nil) {
    self.name = name
    self.verdict = verdict
    self.errors = errors
  }

  /// Pass or fail.
  public var status: Status { verdict.passes ? .pass : .fail }
  /// The error over its limit; nil where none is measured.
  public var headroom: Double? {
    guard let error = verdict.error, let limit = verdict.limit else { return nil }
    return error / limit
  }
}

/// The result for one sample.
public struct SampleResult: Equatable, Sendable {
  /// The sample's name.
  public let name: String
  /// The operation; nil when the sample cannot be read.
  public let operation: String?
  /// The sample's precision; nil when the sample cannot be read.
  public let precision: Precision?
  /// How it came out.
  public let status: Status
  /// Why it does not pass; nil when it does.
  public let message: String?
  /// What was compared, outputs before gradients.
  public let quantities: [QuantityResult]
  /// Of a model that fails, the first value between its layers that departs, forward then backward; nil where that
  /// is not known.
  public let departure: String?
  /// The SHA-256 of the bits of everything that was answered; nil without an answer.
  public let digest: String?

  /// The result for a sample.
  public init(
    name: String, operation: String?, precision: Precision?, status: Status, message: String?,
    quantities: [QuantityResult] = [], departure: String? = nil, digest: String? = nil
  ) {
    self.name = name
    self.operation = operation
    self.precision = precision
    self.status = status
    self.message = message
    self.quantities = quantities
    self.departure = departure
    self.digest = digest
  }
}

/// The result for one row.
public struct RowResult: Equatable, Sendable {
  /// Section and case.
  public let id: String
  /// The row's text in the table.
  public let title: String
  /// How it came out.
  public let status: Status
  /// Why it does not pass; nil when it does.
  public let message: String?
  /// The samples in the order of their names; empty when the fixture cannot be read.
  public let samples: [SampleResult]

  /// The result for a row.
  public init(id: String, title: String, status: Status, message: String?, samples: [SampleResult]) {
    self.id = id
    self.title = title
    self.status = status
    self.message = message
    self.samples = samples
  }

  /// 1 when every compared quantity of every sample passes, else 0.
  public var score: Int { status == .pass ? 1 : 0 }

  /// The largest error over its limit among the quantities measured; nil when none is. At most 1 for a row that
  /// passes.
  public var headroom: Double? {
    samples.flatMap(\.quantities).compactMap(\.headroom).max()
  }
}

/// The results of a run.
public struct Report: Equatable, Sendable {
  /// The version of the model, which the JSON report gives.
  public static let formatVersion = 3

  /// What was scored.
  public let implementation: String
  /// Its version; nil when it does not say.
  public let version: String?
  /// When or of what it is, as whoever ran it says, such as `2026-03-01`; nil when nobody did. Nothing reads the clock,
  /// so that two runs with the same results make the same report.
  public var date: String?
  /// The rows in table order.
  public let rows: [RowResult]

  /// The results of a run.
  public init(implementation: String, version: String? = nil, date: String? = nil, rows: [RowResult]) {
    self.implementation = implementation
    self.version = version
    self.date = date
    self.rows = rows
  }

  /// How many rows pass.
  public var score: Int { rows.reduce(0) { $0 + $1.score } }
  /// How many rows there are.
  public var total: Int { rows.count }
  /// Whether every row passes, and there is one.
  public var isFullScore: Bool { score == total && total > 0 }
}
