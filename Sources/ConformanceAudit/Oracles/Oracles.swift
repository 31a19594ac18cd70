// `audit oracles`: PyTorch's values against finite differences and identities.

import ArgumentParser
import Conformance

struct Oracles: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check what PyTorch computed against finite differences and identities.",
    discussion: """
      Every stored number must be what the operation's written-out definition and identities make it, and every row's \
      gradients must be what differences of the forward function say. A row that nothing but PyTorch vouches for \
      fails.
      """)

  @Option(help: ArgumentHelp("The directory of fixtures.", valueName: "dir"))
  var reference = "reference"

  @Option(help: ArgumentHelp("Only rows whose id matches this pattern.", valueName: "glob"))
  var filter: String?

  func run() throws {
    ActiveChildren.removeOnSignals()
    let all = try Suite(directory: reference, examiner: .own(["examine"]))
    let suite = filter.map { all.filtered($0) } ?? all
    guard !suite.rows.isEmpty else { throw ValidationError("no row matches \(filter ?? "*")") }
    let table = OracleTable(Kills.inParallel(suite.rows) { OracleTable.Row($0, of: suite) })
    print(table.text)
    guard table.complaints.isEmpty else { throw ExitCode.failure }
  }
}
