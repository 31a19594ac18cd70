// The digests of a run's results, and the file that they are committed in.

import Foundation

/// The digests of everything that an implementation answered to a suite.
public struct ResultDigests: Equatable, Sendable {
  /// The file's name, beside the manifest.
  public static let file = "RESULTS.json"

  /// One row's digests.
  public struct Row: Equatable, Sendable {
    /// Section and case.
    public let id: String
    /// The content digest of the fixture; nil when it has none.
    public let content: String?
    /// The SHA-256 of the lines `sample <name> <digest>`, ``SampleResult/digest``, or the status in place of one.
    public let results: String
  }

  /// The implementation's name.
  public let implementation: String
  /// The rows in table order.
  public let rows: [Row]

  /// The digests of a report.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - contents: The content digests of the fixtures by row.
  package init(of report: Report, contents: [String: String]) {
    implementation = report.implementation
    rows = report.rows.map { row in
      let lines = row.samples.map { "sample \($0.name) \($0.digest ?? $0.status.rawValue)\n" }
      return Row(
        id: row.id, content: contents[row.id], results: SHA256.hexDigest(of: Data(lines.joined().utf8)))
    }
  }

  /// The SHA-256 of the lines `row <id> <digest of its results>`.
  public var total: String {
    SHA256.hexDigest(of: Data(rows.map { "row \($0.id) \($0.results)\n" }.joined().utf8))
  }
}

extension ResultDigests {
  /// Reads a file.
  ///
  /// - Throws: ``SuiteError`` when it cannot be used.
  public init(reading url: URL) throws {
    func fault(_ reason: String) -> SuiteError { SuiteError(description: "\(url.relativePath): \(reason)") }
    guard let data = try? Data(contentsOf: url), let text = String(validating: data, as: UTF8.self),
      let members = (try? JSONValue(parsing: text))?.objectValue
    else { throw fault("it cannot be read") }
    guard members["format"] == .string(Self.format), members["format_version"] == .int(1) else {
      throw fault("it is not \(Self.format), version 1")
    }
    guard let implementation = members["implementation"]?.stringValue,
      let rows = members["rows"]?.arrayValue
    else { throw fault("implementation or rows are missing") }
    self.implementation = implementation
    self.rows = try rows.enumerated().map { number, row in
      let members = row.objectValue ?? [:]
      guard let id = members["id"]?.stringValue, let results = members["results_sha256"]?.stringValue else {
        throw fault("row \(number + 1) lacks id or results_sha256")
      }
      return Row(id: id, content: members["content_sha256"]?.stringValue, results: results)
    }
    guard members["results_sha256"]?.stringValue == total else {
      throw fault("results_sha256 is not the digest of its rows")
    }
  }

  /// The file's text.
  public var json: String {
    func member(_ name: String, _ value: String?) -> String {
      "\"\(name)\": \(value.map(JSONValue.quoted) ?? "null")"
    }
    let lines = rows.map {
      let content = member("content_sha256", $0.content)
      return "    {\(member("id", $0.id)), \(content), \(member("results_sha256", $0.results))}"
    }
    return """
      {
        \(member("format", Self.format)),
        "format_version": 1,
        \(member("implementation", implementation)),
        \(member("results_sha256", total)),
        "rows": [
      \(lines.joined(separator: ",\n"))
        ]
      }

      """
  }

  private static let format = "autograd-conformance-results"
}
