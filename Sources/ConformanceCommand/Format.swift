// The forms of a run's report, and which goes where.

import ArgumentParser
import Conformance

/// The forms that a report can have.
enum Format: String, CaseIterable, ExpressibleByArgument {
  case table
  case json
  case junit
  case markdown
  case html
  case badge

  /// The form that the ending of a file's name tells.
  init?(ending path: String) {
    switch path.split(separator: "/").last?.split(separator: ".").last?.lowercased() {
    case "json": self = .json
    case "xml": self = .junit
    case "md", "markdown": self = .markdown
    case "html", "htm": self = .html
    case "svg": self = .badge
    default: return nil
    }
  }

  /// The report in this form.
  func text(of report: Report, history: [Report], isColoured: Bool) -> String {
    switch self {
    case .table: TableReport(isColoured: isColoured).text(of: report)
    case .json: JSONReport().text(of: report)
    case .junit: JUnitReport().text(of: report)
    case .markdown: MarkdownReport().text(of: report)
    case .html: HTMLReport(history: history).text(of: report)
    case .badge: Badge().text(of: report)
    }
  }
}

/// Which forms of a report go to standard output and to files.
struct Destinations {
  /// What goes to standard output.
  let standardOutput: Format
  /// What goes to files.
  let files: [(path: String, format: Format)]

  /// Matches forms and files: an ending tells a file's form, another file takes the next form or is a table, and the
  /// form that is left, or else the table, goes to standard output.
  ///
  /// - Throws: `ValidationError` when more than one form is left, or a file is named twice.
  init(_ formats: [Format], _ outputs: [String]) throws {
    var rest = formats[...]
    files = outputs.map { path in (path, Format(ending: path) ?? rest.popFirst() ?? .table) }
    guard Set(outputs).count == outputs.count else {
      throw ValidationError("--output names a file twice")
    }
    guard rest.count <= 1 else {
      let names = rest.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("one form can go to standard output, not \(names); name a file with --output")
    }
    standardOutput = rest.first ?? .table
  }
}
