// What is wrong with a fixture, and how it travels from the child that found it.

/// One fault of a directory of fixtures.
public struct LintFinding: Equatable, Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    /// The format forbids it.
    case error
    /// The format allows it, but a checker cannot vouch for it.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// The file, relative to the directory.
  public let file: String
  /// The sample; nil for what concerns the whole file.
  public let sample: String?
  /// The dataset, attribute or argument; nil for what concerns the whole sample.
  public let dataset: String?
  /// What is wrong.
  public let problem: String
  /// What the format wants there.
  public let expected: String

  /// One line for a table.
  public var text: String {
    let place = [file, sample, dataset].compactMap { $0 }.joined(separator: " ")
    return "\(severity.rawValue): \(place): \(problem), expected \(expected)"
  }

  var json: JSONValue {
    .object([
      "severity": .string(severity.rawValue), "file": .string(file),
      "sample": sample.map { .string($0) } ?? .null, "dataset": dataset.map { .string($0) } ?? .null,
      "problem": .string(problem), "expected": .string(expected),
    ])
  }
}

extension LintFinding {
  init?(json: JSONValue) {
    let members = json.objectValue ?? [:]
    guard let severity = members["severity"]?.stringValue.flatMap(Severity.init(rawValue:)),
      let file = members["file"]?.stringValue, let problem = members["problem"]?.stringValue,
      let expected = members["expected"]?.stringValue
    else { return nil }
    self.init(
      severity: severity, file: file, sample: members["sample"]?.stringValue,
      dataset: members["dataset"]?.stringValue, problem: problem, expected: expected)
  }
}
