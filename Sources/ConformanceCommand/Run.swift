// `conformance run`: scores a directory.

import ArgumentParser
import Conformance
import Foundation

/// The forms that a report can have.
enum Format: String, CaseIterable, ExpressibleByArgument {
  case table
  case json
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score a directory of fixtures.",
    discussion: """
      The table is coloured on a terminal, unless NO_COLOR is set. In JSON an error that is infinite or was not \
      measured is null.
      """)

  @OptionGroup var selection: Selection

  @Option(help: ArgumentHelp("The report's form.", valueName: "table|json"))
  var format = Format.table

  @Option(help: ArgumentHelp("Write the report to this file.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Score the program that this command line starts, see reference/PROTOCOL.md; PuruTorch by default.",
      valueName: "command"))
  var implementation: String?

  @Option(help: ArgumentHelp("Seconds that a sample may take.", valueName: "seconds"))
  var timeout = IsolatedRunner.Limits().timeout

  @Option(help: ArgumentHelp("Memory that the implementation may take, in MiB.", valueName: "MiB"))
  var memory = IsolatedRunner.Limits().memory >> 20

  @Option(help: ArgumentHelp("How many rows are scored at the same time.", valueName: "number"))
  var jobs = IsolatedRunner.Limits().jobs

  func validate() throws {
    guard timeout > 0, memory > 0, memory < 1 << 40, jobs > 0, jobs <= 1024 else {
      throw ValidationError("--timeout, --memory and --jobs are positive")
    }
  }

  func run() throws {
    ActiveChildren.removeOnSignals()
    var limits = IsolatedRunner.Limits()
    (limits.timeout, limits.memory, limits.jobs) = (timeout, memory << 20, jobs)
    let program = implementation.map { ChildCommand(shell: $0) } ?? .own(["serve"])
    let runner = IsolatedRunner(program, examiner: .own(["examine"]), limits: limits)
    let suite = try selection.suite()
    let report: Report
    do {
      report = try runner.run(suite)
    } catch let error as ImplementationError {
      throw Unusable(description: "Error: the implementation: \(error)")
    }
    let text =
      switch format {
      case .table: TableReport(isColoured: output == nil && Self.isTerminal).text(of: report)
      case .json: JSONReport().text(of: report)
      }
    if let output {
      try Self.write(text, to: output)
    } else {
      print(text, terminator: "")
    }
    throw report.isFullScore ? Outcome.fullScore : Outcome.incomplete
  }

  /// Whether colours can be shown.
  private static var isTerminal: Bool {
    let noColour = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    return noColour.isEmpty && isatty(STDOUT_FILENO) == 1
  }

  /// Writes a file under a temporary name and renames it; what is there and is no file is written to as it is.
  private static func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey])
    do {
      try Data(text.utf8).write(to: url, options: values?.isRegularFile == false ? [] : .atomic)
    } catch {
      throw Unusable(description: "Error: \(path): cannot be written")
    }
  }
}
