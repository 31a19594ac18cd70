// `conformance run`: scores a directory.

import ArgumentParser
import Conformance
import Foundation
import Synchronization

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score a directory of fixtures.",
    discussion: """
      A report goes to standard output and to every --output. The ending of a file tells the report's form: .json, \
      .xml for JUnit, .md, .html, .svg for a badge. A file with another ending takes the next --format, or is a table; \
      the --format that is left, or else the table, goes to standard output.

        conformance run --output score.json --output score.html
        conformance run --format markdown >> summary.md

      The table is coloured on a terminal, unless NO_COLOR is set.
      """)

  @OptionGroup var selection: Selection

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("A report's form; can be given several times.", valueName: "form"))
  var formats: [Format] = []

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp("Write a report to this file; can be given several times.", valueName: "file"))
  var outputs: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Earlier JSON reports, oldest first, for the HTML's history.", valueName: "file"))
  var history: [String] = []

  @Option(
    help: ArgumentHelp(
      "A date or a name of this run that the reports carry, such as 2026-03-01.", valueName: "text"))
  var date: String?

  @Option(
    help: ArgumentHelp(
      "Score the program that this command line starts, see reference/PROTOCOL.md; PuruTorch by default.",
      valueName: "command"))
  var implementation: String?

  @Option(
    help: ArgumentHelp("Seconds that a sample, and the reading of a file, may take.", valueName: "seconds"))
  var timeout = IsolatedRunner.Limits().timeout

  @Option(help: ArgumentHelp("Memory that the implementation may take, in MiB.", valueName: "MiB"))
  var memory = IsolatedRunner.Limits().memory >> 20

  @Option(help: ArgumentHelp("How many rows are scored at the same time.", valueName: "number"))
  var jobs = IsolatedRunner.Limits().jobs

  func validate() throws {
    _ = try Destinations(formats, outputs)
    guard timeout > 0, memory > 0, memory < 1 << 40, jobs > 0, jobs <= 1024 else {
      throw ValidationError("--timeout, --memory and --jobs are positive")
    }
  }

  func run() throws {
    let destinations = try Destinations(formats, outputs)
    let earlier = try history.map(ReportFile.read)
    ActiveChildren.removeOnSignals()
    var limits = IsolatedRunner.Limits()
    (limits.timeout, limits.memory, limits.jobs) = (timeout, memory << 20, jobs)
    let program = implementation.map { ChildCommand(shell: $0) } ?? .own(["serve"])
    let runner = IsolatedRunner(program, examiner: .own(["examine"]), limits: limits)
    let suite = try selection.suite(timeout: timeout)
    var report: Report
    do {
      report = try Self.run(runner, suite)
    } catch let error as ImplementationError {
      throw Unusable(description: "Error: the implementation: \(error)")
    }
    report.date = date
    for (path, format) in destinations.files {
      try ReportFile.write(format.text(of: report, history: earlier, isColoured: false), to: path)
    }
    let format = destinations.standardOutput
    print(format.text(of: report, history: earlier, isColoured: Self.isTerminal), terminator: "")
    throw report.isFullScore ? Outcome.fullScore : Outcome.incomplete
  }

  /// Runs, with a line of progress where standard error is a terminal.
  private static func run(_ runner: IsolatedRunner, _ suite: Suite) throws -> Report {
    guard isatty(STDERR_FILENO) == 1 else { return try runner.run(suite) }
    let start = ContinuousClock.now
    let line = Mutex(ProgressLine(total: suite.rows.count))
    defer { show(line.withLock { $0.end }) }
    return try runner.run(suite) { row, done in
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      show(line.withLock { $0.update(row, done: done, seconds: seconds) })
    }
  }

  private static func show(_ text: String?) {
    if let text { FileHandle.standardError.write(Data(text.utf8)) }
  }

  /// Whether colours can be shown.
  private static var isTerminal: Bool {
    let noColour = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    return noColour.isEmpty && isatty(STDOUT_FILENO) == 1
  }
}
