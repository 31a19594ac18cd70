// Reports in files: writing them in any form, reading them back from JSON.

import Conformance
import Foundation

enum ReportFile {
  /// Writes a file under a temporary name and renames it; what is there and is no file is written to as it is.
  static func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey])
    do {
      try Data(text.utf8).write(to: url, options: values?.isRegularFile == false ? [] : .atomic)
    } catch {
      throw Unusable(description: "Error: \(path): cannot be written")
    }
  }

  /// Reads a report.
  static func read(_ path: String) throws -> Report {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self)
    else { throw Unusable(description: "Error: \(path): cannot be read") }
    do {
      return try JSONReport().report(from: text)
    } catch {
      throw Unusable(description: "Error: \(path): \(error)")
    }
  }
}
