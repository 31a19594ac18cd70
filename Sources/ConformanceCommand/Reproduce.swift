// `conformance reproduce`: the same bits under all conditions, and those that were committed.

import ArgumentParser
import Conformance
import Foundation
import PuruTorchAdapter

struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show that results have the same bits with every kernel variant and number of threads.",
    discussion: """
      PuruTorch runs the suite in fresh processes, with every kernel variant that this CPU can run, on one thread, \
      on two and on more than there are cores. The statement says whether all bits are identical, whether the \
      fixtures have the content that the manifest says, and whether the results have the digests in RESULTS.json, \
      which lies beside the manifest. The exit status is 1 when one of these is not so, or a run has not full score.
      """)

  @OptionGroup var selection: Selection

  @Flag(help: "Write the digests of the results to RESULTS.json; refused where the runs differ.")
  var update = false

  func validate() throws {
    if update && selection.filter != nil {
      throw ValidationError("--update is for all rows, without --filter")
    }
  }

  func run() throws {
    ActiveChildren.removeOnSignals()
    let suite = try selection.suite()
    let file = suite.directory.appendingPathComponent(ResultDigests.file)
    let reproduction: Reproduction
    do {
      reproduction = try Reproduction(suite, under: Self.conditions, examiner: .own(["examine"]))
    } catch let error as ImplementationError {
      throw Unusable(description: "Error: \(error)")
    }
    if update { try write(reproduction, to: file) }
    let committed: ResultDigests?
    do {
      let isThere = FileManager.default.fileExists(atPath: file.path)
      committed = isThere ? try ResultDigests(reading: file) : nil
    } catch {
      throw Unusable(description: "Error: \(error)")
    }
    let statement = ReproductionStatement(
      reproduction, facts: Machine.facts, committed: committed, isWhole: selection.filter == nil)
    print(statement.text, terminator: "")
    throw statement.holds ? Outcome.fullScore : Outcome.incomplete
  }

  /// Every kernel variant with every number of threads.
  private static var conditions: [Conditions] {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return Machine.kernels.flatMap { kernels in
      [1, 2, 2 * cores + 1].map { threads in
        let environment = Machine.environment(kernels: kernels, threads: threads)
        return Conditions(
          Machine.conditions(kernels: kernels, threads: threads),
          implementation: .own(["serve"], environment: environment),
          probe: .own(["describe"], environment: environment))
      }
    }
  }

  private func write(_ reproduction: Reproduction, to file: URL) throws {
    guard reproduction.isFullScore, reproduction.differences.isEmpty, reproduction.contentFaults.isEmpty
    else { return }
    do {
      try Data(reproduction.digests.json.utf8).write(to: file, options: .atomic)
    } catch {
      throw Unusable(description: "Error: \(file.relativePath): cannot be written")
    }
  }
}

/// The child that says under what it runs.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which kernels and how many threads are used.", shouldDisplay: false)

  func run() { print(Machine.conditions) }
}
