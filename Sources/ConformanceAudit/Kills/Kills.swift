// `audit kills`: lets every mutant and every perturbed value try to pass, and writes the table of what caught them.

import ArgumentParser
import Conformance
import Foundation
import Synchronization

struct Kills: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score wrong versions of every operation and perturbed values; each must fail.")

  @Option(help: ArgumentHelp("The directory of fixtures.", valueName: "dir"))
  var reference = "reference"

  @Option(help: ArgumentHelp("Write the table to this file.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("Only rows whose id matches this pattern; counts are not checked.", valueName: "glob"))
  var filter: String?

  func run() throws {
    ActiveChildren.removeOnSignals()
    let all = try Suite(directory: reference, examiner: .own(["examine"]))
    let suite = filter.map { all.filtered($0) } ?? all
    let ids = Set(suite.rows.map(\.id))
    guard !ids.isEmpty else { throw ValidationError("no row matches \(filter ?? "*")") }
    func chosen(_ mutants: [Mutant]) -> [Mutant] {
      mutants.filter { filter == nil || ids.contains($0.row) }
    }
    let control = try IsolatedRunner(.own(["serve"]), examiner: .own(["examine"])).run(suite)
    let table = KillTable(
      rows: suite.rows, control: control,
      right: Self.inParallel(chosen(Mutant.right)) { Self.kill($0, suite) },
      kills: Self.inParallel(chosen(Mutant.all)) { Self.kill($0, suite) },
      perturbations: Self.inParallel(suite.rows) { RowPerturbations($0, of: suite) }, isWhole: filter == nil)
    if let output {
      try Data(table.markdown.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    }
    print(table.summary)
    guard table.complaints.isEmpty else {
      print(table.complaints.map { "- \($0)" }.joined(separator: "\n"))
      throw ExitCode.failure
    }
  }

  /// Scores a mutant on its row.
  private static func kill(_ mutant: Mutant, _ suite: Suite) -> Kill {
    var limits = IsolatedRunner.Limits()
    limits.jobs = 1
    let runner = IsolatedRunner(
      .own(["serve", "--mutant", mutant.id]), examiner: .own(["examine"]), limits: limits)
    do {
      return Kill(mutant, try runner.run(suite.filtered(mutant.row)).rows.first)
    } catch {
      return Kill(mutant, failure: "\(error)")
    }
  }

  /// The results for all elements in their order, as many computed at once as there are processors.
  static func inParallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @Sendable (Element) -> Result
  ) -> [Result] {
    let results = Mutex([Int: Result]())
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < elements.count else { return }
        let result = body(elements[index])
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { found in elements.indices.compactMap { found[$0] } }
  }
}
