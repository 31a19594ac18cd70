// The command `audit`: tries to fool the suite, and checks it against what owes nothing to PyTorch.

import ArgumentParser
import Conformance
import PuruTorchAdapter

@main
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Tests the suite of fixtures itself.", subcommands: [Examine.self])
}

/// The child that opens files from outside.
struct Examine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open fixtures and judge answers for a harness in another process.", shouldDisplay: false)

  func run() throws {
    try Examiner().run()
  }
}
