// What `conformance lint` found, as a table and as JSON.

/// Findings, and what each row's samples cover.
public struct LintReport: Sendable {
  /// The faults, in the order of the rows.
  public internal(set) var findings: [LintFinding] = []
  /// What the samples of each row cover.
  public internal(set) var coverage: [String: [SampleCoverage]] = [:]

  /// Whether nothing is an error.
  public var isClean: Bool { !findings.contains { $0.severity == .error } }

  /// The coverage of one operation of a row.
  private struct Entry {
    let row: String
    let operation: String
    let samples: [SampleCoverage]

    /// By argument its distinct values and how many samples have each.
    var arguments: [(name: String, values: [(text: String, count: Int)])] {
      Set(samples.flatMap(\.arguments.keys)).sorted().map { name in
        (name: name, values: LintReport.counts(samples.compactMap { $0.arguments[name] }))
      }
    }
    var combinations: Int { Set(samples.map(\.arguments)).count }
    var classes: [(text: String, count: Int)] { LintReport.counts(samples.flatMap(\.classes)) }
    var passing: [(text: String, count: Int)] { LintReport.counts(samples.flatMap(\.passing)) }
  }

  private static func counts(_ texts: [String]) -> [(text: String, count: Int)] {
    Dictionary(grouping: texts) { $0 }.map { (text: $0.key, count: $0.value.count) }
      .sorted { $0.text < $1.text }
  }

  private var entries: [Entry] {
    coverage.sorted { $0.key < $1.key }.flatMap { row, samples in
      Dictionary(grouping: samples, by: \.operation).sorted { $0.key < $1.key }
        .map { Entry(row: row, operation: $0.key, samples: $0.value) }
    }
  }

  /// The report as text: coverage, then findings, then a count.
  public var table: String {
    func list(_ counts: [(text: String, count: Int)]) -> String {
      counts.map { "\($0.text) ×\($0.count)" }.joined(separator: ", ")
    }
    var lines: [String] = []
    for entry in entries {
      lines.append("\(entry.row)  \(entry.operation): \(entry.samples.count) samples")
      lines.append("  classes  \(list(entry.classes))")
      if !entry.arguments.isEmpty { lines.append("  combinations of arguments  \(entry.combinations)") }
      for (name, values) in entry.arguments {
        lines.append("  \(name)  \(list(values))")
      }
      if !entry.passing.isEmpty { lines.append("  would pass  \(list(entry.passing))") }
    }
    lines += findings.map(\.text)
    let errors = findings.count { $0.severity == .error }
    lines.append("\(errors) errors, \(findings.count - errors) warnings")
    return lines.map { printable($0) + "\n" }.joined()
  }

  /// The report as JSON.
  public var json: String {
    func object(_ counts: [(text: String, count: Int)]) -> JSONValue {
      .object(Dictionary(counts.map { ($0.text, .int($0.count)) }) { $1 })
    }
    let rows = entries.map { entry in
      JSONValue.object([
        "row": .string(entry.row), "operation": .string(entry.operation),
        "samples": .int(entry.samples.count),
        "combinations": .int(entry.combinations), "classes": object(entry.classes),
        "arguments": .object(Dictionary(entry.arguments.map { ($0.name, object($0.values)) }) { $1 }),
        "would_pass": object(entry.passing),
      ])
    }
    return JSONValue.object(["findings": .array(findings.map(\.json)), "coverage": .array(rows)]).text + "\n"
  }
}
