// The command `audit`: tries to fool the suite, and checks it against what owes nothing to PyTorch.

import ArgumentParser
import Conformance
import PuruTorchAdapter

@main
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Tests the suite of fixtures itself.",
    subcommands: [Kills.self, Serve.self, Examine.self])
}

/// The child that answers wrongly.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer a harness with PuruTorch, or with one wrong version of it.", shouldDisplay: false)

  @Option(help: "The wrong version's id.")
  var mutant: String?

  func run() throws {
    guard let mutant else { return try Server(PuruTorchImplementation()).run() }
    guard let found = Mutant.all.first(where: { $0.id == mutant }) else {
      throw ValidationError("there is no mutant \(mutant)")
    }
    try Server(PuruTorchImplementation(found.table)).run()
  }
}

/// The child that opens files from outside.
struct Examine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open fixtures and judge answers for a harness in another process.", shouldDisplay: false)

  func run() throws {
    try Examiner().run()
  }
}
