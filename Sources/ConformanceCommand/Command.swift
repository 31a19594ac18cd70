// The command `conformance` and its exit statuses.

import ArgumentParser
import Foundation

/// Where a run ends: full score, something scored 0, or nothing could be scored.
enum Outcome {
  static let fullScore = ExitCode(0)
  static let incomplete = ExitCode(1)
  static let unusable = ExitCode(2)
}

/// Wrong usage, an unusable directory or file: the reason goes to standard error.
struct Unusable: Error, CustomStringConvertible {
  let description: String
}

/// The root command.
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Scores an implementation of autograd against values that PyTorch computed.",
    discussion: """
      The exit status is 0 for full score, 1 when something scored 0, and 2 for wrong usage, an unusable directory \
      or an unusable file.
      """,
    subcommands: [
      Run.self, Compare.self, List.self, Inspect.self, Lint.self, CheckImplementation.self, Reproduce.self,
      Serve.self,
      Examine.self,
      Describe.self, LintFile.self,
    ])
}

@main
enum Main {
  static func main() {
    do {
      var command = try Command.parseAsRoot()
      try command.run()
    } catch let error as Unusable {
      fail(error.description)
    } catch let code as ExitCode {
      exit(code.rawValue)
    } catch {
      let message = Command.fullMessage(for: error)
      guard Command.exitCode(for: error).isSuccess else { fail(message) }
      print(message)
    }
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(Outcome.unusable.rawValue)
  }
}
