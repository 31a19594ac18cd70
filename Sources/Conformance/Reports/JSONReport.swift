// The report as JSON, for programs, and back.

/// Formats reports as JSON: rows, their samples, their quantities, one a line; and reads them again.
///
/// `error` is E(a), or for a quantity that cancels max|a| / max|e|; `null` where nothing was measured, `"infinity"`
/// where it is infinite. `headroom` is the row's largest error over its limit. A quantity that fails has `errors` where
/// they can be mapped, see ``ErrorMap``.
public struct JSONReport: Sendable {
  /// A formatter.
  public init() {}

  /// The report as JSON text that ends in a line break.
  public func text(of report: Report) -> String {
    let head = members([
      ("format_version", "\(Report.formatVersion)"), ("score", "\(report.score)"),
      ("total", "\(report.total)"),
      ("implementation", JSONValue.quoted(report.implementation)), ("version", text(report.version)),
      ("date", text(report.date)),
    ])
    return "{\(head), \"rows\": \(list(report.rows.map(row), "\n  "))}\n"
  }

  private func row(_ row: RowResult) -> String {
    let head = members([
      ("id", JSONValue.quoted(row.id)), ("title", JSONValue.quoted(row.title)), ("score", "\(row.score)"),
      ("status", JSONValue.quoted(row.status.rawValue)), ("message", text(row.message)),
      ("headroom", number(row.headroom)), ("forward", text(row.status(of: .forward)?.rawValue)),
      ("backward", text(row.status(of: .backward)?.rawValue)),
    ])
    return "{\(head), \"samples\": \(list(row.samples.map { sample($0, "\n      ") }, "\n    "))}"
  }

  /// A sample as JSON, with every quantity after `separator`.
  func sample(_ sample: SampleResult, _ separator: String) -> String {
    let head = members([
      ("name", JSONValue.quoted(sample.name)), ("operation", text(sample.operation)),
      ("dtype", text(sample.precision?.rawValue)), ("status", JSONValue.quoted(sample.status.rawValue)),
      ("message", text(sample.message)), ("departure", text(sample.departure)),
      ("digest", text(sample.digest)),
    ])
    return "{\(head), \"quantities\": \(list(sample.quantities.map(quantity), separator))}"
  }

  private func quantity(_ quantity: QuantityResult) -> String {
    let verdict = quantity.verdict
    let content = members([
      ("name", JSONValue.quoted(quantity.name)), ("status", JSONValue.quoted(quantity.status.rawValue)),
      ("error", number(verdict.error)), ("limit", number(verdict.limit)), ("message", text(verdict.failure)),
    ])
    return "{\(content)\(quantity.errors.map { ", \"errors\": \(map($0))" } ?? "")}"
  }

  private func map(_ errors: ErrorMap) -> String {
    "{\"columns\": \(errors.columns), \"cells\": [\(errors.cells.map(number).joined(separator: ", "))]}"
  }

  private func members(_ members: [(name: String, value: String)]) -> String {
    members.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ")
  }

  private func list(_ elements: [String], _ separator: String) -> String {
    elements.isEmpty ? "[]" : "[" + elements.map { separator + $0 }.joined(separator: ",") + "]"
  }

  private func text(_ text: String?) -> String { text.map(JSONValue.quoted) ?? "null" }

  private func number(_ number: Double?) -> String {
    number == .infinity ? "\"infinity\"" : number.map(JSONValue.number) ?? "null"
  }
}

/// JSON that is no report.
public struct ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let description: String
}

extension JSONReport {
  /// Reads a report.
  ///
  /// - Throws: ``ReportError`` when the text is not what ``text(of:)`` makes, or of another version.
  public func report(from text: String) throws -> Report {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: text)
    } catch {
      throw ReportError(description: "it is not JSON: \(error)")
    }
    guard let version = json.objectValue?["format_version"]?.intValue else {
      throw ReportError(description: "it is no report: it lacks format_version")
    }
    guard version == Report.formatVersion else {
      throw ReportError(description: "the format's version is \(version), expected \(Report.formatVersion)")
    }
    let members = Members(json)
    return Report(
      implementation: try members.text("implementation"), version: try members.optionalText("version"),
      date: try members.optionalText("date"), rows: try members.list("rows").map(Self.row))
  }

  private static func row(_ json: JSONValue) throws -> RowResult {
    let members = Members(json)
    return RowResult(
      id: try members.text("id"), title: try members.text("title"), status: try members.status(),
      message: try members.optionalText("message"), samples: try members.list("samples").map(sample))
  }

  /// Reads a sample.
  static func sample(_ json: JSONValue) throws -> SampleResult {
    let members = Members(json)
    return SampleResult(
      name: try members.text("name"), operation: try members.optionalText("operation"),
      precision: try members.optionalText("dtype").flatMap(Precision.init), status: try members.status(),
      message: try members.optionalText("message"), quantities: try members.list("quantities").map(quantity),
      departure: try members.optionalText("departure"), digest: try members.optionalText("digest"))
  }

  private static func quantity(_ json: JSONValue) throws -> QuantityResult {
    let members = Members(json)
    let status = try members.status()
    guard status == .pass || status == .fail else {
      throw ReportError(description: "a quantity has the status \(status.rawValue)")
    }
    let message = try members.optionalText("message")
    return QuantityResult(
      name: try members.text("name"),
      verdict: Verdict(
        failure: status == .pass ? nil : message ?? "fails", error: try members.optionalNumber("error"),
        limit: try members.optionalNumber("limit")), errors: try members.errors())
  }
}

/// The members of a JSON object that must be there.
private struct Members {
  private let members: [String: JSONValue]

  init(_ json: JSONValue) { members = json.objectValue ?? [:] }

  func text(_ name: String) throws -> String {
    guard let text = members[name]?.stringValue else { throw fault(name, "a text") }
    return text
  }

  func optionalText(_ name: String) throws -> String? {
    guard let value = members[name], value != .null else { return nil }
    guard let text = value.stringValue else { throw fault(name, "a text or null") }
    return text
  }

  func optionalNumber(_ name: String) throws -> Double? {
    guard let value = members[name], value != .null else { return nil }
    if value == .string("infinity") { return .infinity }
    guard let number = value.doubleValue else { throw fault(name, "a number or null") }
    return number
  }

  func list(_ name: String) throws -> [JSONValue] {
    guard let list = members[name]?.arrayValue else { throw fault(name, "a list") }
    return list
  }

  func errors() throws -> ErrorMap? {
    guard let value = members["errors"] else { return nil }
    let cells = value.objectValue?["cells"]?.arrayValue?.map {
      $0 == .string("infinity") ? .infinity : $0.doubleValue
    }
    guard let cells, !cells.contains(nil), let columns = value.objectValue?["columns"]?.intValue,
      let errors = ErrorMap(columns: columns, cells: cells.compactMap { $0 })
    else { throw fault("errors", "a map of errors") }
    return errors
  }

  func status() throws -> Status {
    guard let status = Status(rawValue: try text("status")) else { throw fault("status", "a status") }
    return status
  }

  private func fault(_ name: String, _ expected: String) -> ReportError {
    ReportError(description: "\(name) is missing or not \(expected)")
  }
}
