// The report as JSON, for programs.

/// Formats reports as JSON: rows, their samples, their quantities, one a line.
///
/// `error` is E(a), or for a quantity that cancels max|a| / max|e|; `null` where nothing was measured and where it is
/// infinite. `headroom` is the row's largest error over its limit.
public struct JSONReport: Sendable {
  /// A formatter.
  public init() {}

  /// The report as JSON text that ends in a line break.
  public func text(of report: Report) -> String {
    let head = members([
      ("format_version", "\(Report.formatVersion)"), ("score", "\(report.score)"),
      ("total", "\(report.total)"),
      ("implementation", JSONValue.quoted(report.implementation)),
    ])
    return "{\(head), \"rows\": \(list(report.rows.map(row), "  "))}\n"
  }

  private func row(_ row: RowResult) -> String {
    let head = members([
      ("id", JSONValue.quoted(row.id)), ("title", JSONValue.quoted(row.title)), ("score", "\(row.score)"),
      ("status", JSONValue.quoted(row.status.rawValue)), ("message", text(row.message)),
      ("headroom", number(row.headroom)),
    ])
    return "{\(head), \"samples\": \(list(row.samples.map(sample), "    "))}"
  }

  private func sample(_ sample: SampleResult) -> String {
    let head = members([
      ("name", JSONValue.quoted(sample.name)), ("operation", text(sample.operation)),
      ("dtype", text(sample.precision?.rawValue)), ("status", JSONValue.quoted(sample.status.rawValue)),
      ("message", text(sample.message)),
    ])
    return "{\(head), \"quantities\": \(list(sample.quantities.map(quantity), "      "))}"
  }

  private func quantity(_ quantity: QuantityResult) -> String {
    let verdict = quantity.verdict
    let content = members([
      ("name", JSONValue.quoted(quantity.name)), ("status", JSONValue.quoted(quantity.status.rawValue)),
      ("error", number(verdict.error)), ("limit", number(verdict.limit)), ("message", text(verdict.failure)),
    ])
    return "{\(content)}"
  }

  private func members(_ members: [(name: String, value: String)]) -> String {
    members.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ")
  }

  private func list(_ elements: [String], _ indentation: String) -> String {
    elements.isEmpty ? "[]" : "[\n" + elements.map { indentation + $0 }.joined(separator: ",\n") + "]"
  }

  private func text(_ text: String?) -> String { text.map(JSONValue.quoted) ?? "null" }

  private func number(_ number: Double?) -> String { number.map(JSONValue.number) ?? "null" }
}
