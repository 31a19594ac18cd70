// The command `audit`: tries to fool the suite, and checks it against what owes nothing to PyTorch.

import ArgumentParser
import Conformance
import Foundation
import PuruTorchAdapter

struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Tests the suite of fixtures itself.",
    discussion: """
      `kills` tries to fool the fixtures, `oracles` checks their numbers against what owes nothing to PyTorch. The \
      exit status is 0 when the suite holds, 1 when something got past it, and 2 for wrong usage or an unusable \
      directory or file.
      """,
    subcommands: [Kills.self, Oracles.self, Serve.self, Examine.self])
}

@main
enum Main {
  static func main() {
    do {
      var command = try Audit.parseAsRoot()
      try command.run()
    } catch let code as ExitCode {
      exit(code.rawValue)
    } catch {
      let message = Audit.fullMessage(for: error)
      guard !Audit.exitCode(for: error).isSuccess else { return print(message) }
      FileHandle.standardError.write(Data("\(message)\n".utf8))
      exit(2)
    }
  }
}

/// The child that answers wrongly.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer a harness with PuruTorch, or with one wrong version of it.", shouldDisplay: false)

  @Option(help: "The wrong version's id.")
  var mutant: String?

  func run() throws {
    guard let mutant else { return try Server(PuruTorchImplementation()).run() }
    guard let found = Mutant.named(mutant) else {
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
