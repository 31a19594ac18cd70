// `conformance check-implementation`: whether a program speaks the protocol.

import ArgumentParser
import Conformance

struct CheckImplementation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-implementation",
    abstract: "Test whether a program speaks the protocol of reference/PROTOCOL.md.",
    discussion: "The exit status is 0 when it does, 1 when it doesn't. No fixtures are needed.")

  @Argument(help: ArgumentHelp("The command line that starts the program.", valueName: "command"))
  var implementation: String

  @Option(help: ArgumentHelp("Seconds that a reply may take.", valueName: "seconds"))
  var timeout = IsolatedRunner.Limits().timeout

  func validate() throws {
    guard timeout > 0 else { throw ValidationError("--timeout is positive") }
  }

  func run() throws {
    ActiveChildren.removeOnSignals()
    let results: [ProtocolCheckResult]
    do {
      results = try ProtocolCheck(ChildCommand(shell: implementation), timeout: timeout).run()
    } catch {
      throw Unusable(description: "Error: \(error)")
    }
    for result in results {
      switch result.outcome {
      case .passed: print("passed   \(result.name)")
      case .skipped(let reason): print("skipped  \(result.name): \(printable(reason))")
      case .failed(let reason): print("FAILED   \(result.name): \(printable(reason))")
      }
    }
    let failures = results.filter { if case .failed = $0.outcome { true } else { false } }
    throw failures.isEmpty ? Outcome.fullScore : Outcome.incomplete
  }
}
