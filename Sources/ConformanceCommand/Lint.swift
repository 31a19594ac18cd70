// `conformance lint`: checks fixtures.

import ArgumentParser
import Conformance

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a directory of fixtures: schema, digests, admission, and what the samples cover.")

  @Argument(help: "The directory.")
  var directory: String

  @Option(help: ArgumentHelp("The report's form.", valueName: "table|json"))
  var format = Format.table

  @Option(help: ArgumentHelp("Seconds that the check of a file may take.", valueName: "seconds"))
  var timeout = Linter.defaultTimeout

  func validate() throws {
    guard format == .table || format == .json else {
      throw ValidationError("--format is table or json")
    }
    guard timeout > 0 else { throw ValidationError("--timeout is positive") }
  }

  func run() throws {
    ActiveChildren.removeOnSignals()
    let suite: Suite
    do {
      suite = try Suite(directory: directory, examiner: .own(["examine"]), timeout: timeout)
    } catch {
      throw Unusable(description: "Error: \(error)")
    }
    let report = Linter(timeout: timeout).run(suite)
    print(format == .table ? report.table : report.json, terminator: "")
    throw report.isClean ? Outcome.fullScore : Outcome.incomplete
  }
}

/// The child that checks one file.
struct LintFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check one fixture for a linter in another process.", shouldDisplay: false)

  @Argument var path: String
  @Argument var name: String
  /// Id, title, digest and content digest in the manifest, as far as it gives them.
  @Argument var row: [String] = []

  func run() {
    exitWithParent()
    let listed =
      row.count < 3
      ? nil
      : Suite.Row(
        id: row[0], title: row[1], file: name, digest: row[2], contentDigest: row.count > 3 ? row[3] : nil)
    for line in FixtureLint(reading: path, name: name, row: listed).lines { print(line) }
  }
}
