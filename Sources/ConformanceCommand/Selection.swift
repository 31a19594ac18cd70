// Which rows a subcommand is about.

import ArgumentParser
import Conformance

/// The rows that a subcommand is about.
struct Selection: ParsableArguments {
  @Option(help: ArgumentHelp("The directory of fixtures.", valueName: "dir"))
  var reference = "reference"

  @Option(
    help: ArgumentHelp("Only rows whose id matches this pattern, such as 'layer/*'.", valueName: "glob"))
  var filter: String?

  /// The directory's rows that the pattern leaves; a file may take so many seconds to say which it is.
  func suite(timeout: Double = IsolatedRunner.Limits().timeout) throws -> Suite {
    let all: Suite
    do {
      all = try Suite(directory: reference, examiner: .own(["examine"]), timeout: timeout)
    } catch {
      throw Unusable(description: "Error: \(error)")
    }
    guard let filter else { return all }
    let suite = all.filtered(filter)
    guard !suite.rows.isEmpty else { throw Unusable(description: "Error: no row matches '\(filter)'") }
    return suite
  }
}
