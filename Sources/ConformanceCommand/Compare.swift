// `conformance compare`: reports side by side.

import ArgumentParser
import Conformance

extension ComparisonReport.Form: ExpressibleByArgument {}

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show reports side by side, and what changed between two of one implementation.",
    discussion: """
      ✓: all outputs (forward) or all gradients (backward) of all samples of a row pass. ✗: one fails. Whatever \
      else happened is a word; a sample without an answer passes in neither half. –: the report lacks the row, or \
      no report compared a gradient in it.

      Where an implementation is there more than once, its first report and its last are compared down to single \
      quantities: what came out otherwise, errors that grew, answers whose bits changed.
      """)

  @Argument(help: "Reports that `conformance run --format json` made.")
  var files: [String]

  @Option(help: ArgumentHelp("The comparison's form.", valueName: "table|markdown|json"))
  var format = ComparisonReport.Form.table

  @Option(help: ArgumentHelp("Write the comparison to this file.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Tell errors that grew by more than this factor.", valueName: "factor"))
  var growth = 2.0

  @Flag(
    help: "Exit with 1 when anything that passed in an implementation's first report does not in its last.")
  var failOnRegression = false

  func validate() throws {
    guard growth >= 1 else { throw ValidationError("--growth is at least 1") }
  }

  func run() throws {
    let comparison = Comparison(try files.map(ReportFile.read), growth: growth)
    guard !failOnRegression || !comparison.changes.isEmpty else {
      throw Unusable(description: "Error: --fail-on-regression needs two reports of one implementation")
    }
    let text = ComparisonReport(format).text(of: comparison)
    if let output {
      try ReportFile.write(text, to: output)
    } else {
      print(text, terminator: "")
    }
    if failOnRegression, comparison.changes.contains(where: { !$0.regressions.isEmpty }) {
      throw Outcome.incomplete
    }
  }
}
