// `conformance lint`: every file of a directory is checked by a child process of its own.

import Foundation

/// Checks a directory of fixtures.
public struct Linter: Sendable {
  /// Seconds that a file may take unless something else is said.
  public static var defaultTimeout: Double { Lane.examinerLimits.timeout }
  private let limits: ChildLimits

  /// A checker whose children run the command itself.
  ///
  /// - Parameter timeout: Seconds that a file may take.
  public init(timeout: Double = defaultTimeout) {
    limits = ChildLimits(timeout: timeout, memory: Lane.examinerLimits.memory)
  }

  /// Checks the rows of a directory. A file that crashes its child is a finding.
  public func run(_ suite: Suite) -> LintReport {
    var report = LintReport()
    for row in suite.rows { check(row, of: suite, &report) }
    return report
  }

  private func check(_ row: Suite.Row, of suite: Suite, _ report: inout LintReport) {
    func fault(_ problem: String) -> LintFinding {
      LintFinding(
        severity: .error, file: row.file, sample: nil, dataset: nil, problem: problem,
        expected: "a fixture of format version \(Fixture.formatVersion)")
    }
    do {
      let path = try suite.path(of: row)
      if let failure = row.readerFailure { throw ReaderFailure(description: failure) }
      let entry = row.digest.map { [row.id, row.title, $0] + [row.contentDigest].compactMap(\.self) } ?? []
      let child = try ChildProcess(.own(["lint-file", "--", path, row.file] + entry))
      defer { child.finish() }
      while true {
        let line = try child.receive(limits)
        let members = try JSONValue(parsing: line).objectValue ?? [:]
        if members["done"] != nil { return }
        if let finding = members["finding"].flatMap(LintFinding.init(json:)) {
          report.findings.append(finding)
        } else if let coverage = members["coverage"].flatMap(SampleCoverage.init(json:)) {
          report.coverage[row.id, default: []].append(coverage)
        }
      }
    } catch let error as UnusableFile {
      report.findings.append(fault(error.reason))
    } catch let error as ChildFailure {
      report.findings.append(fault("reading it fails: \(error.message)"))
    } catch let error as ReaderFailure {
      report.findings.append(fault("reading it fails: \(error)"))
    } catch {
      report.findings.append(fault("\(error)"))
    }
  }
}
