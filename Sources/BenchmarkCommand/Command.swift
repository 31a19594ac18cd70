// The command `benchmark`: times workloads, measures memory and what the core can do, and prints JSON.

import ArgumentParser
import Foundation
import PuruTorch

@main
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Times PuruTorch on the workloads that are compared with PyTorch.",
    subcommands: [Time.self, Repeat.self, Memory.self, Machine.self], defaultSubcommand: Time.self)
}

/// How many threads a measurement uses.
struct Threads: ParsableArguments {
  @Option(help: "How many threads large operations share; the number of cores by default.")
  var threads: Int?

  func use() {
    if let threads { Runtime.threadCount = threads }
  }

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1") }
  }
}

/// Times workloads.
struct Time: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time workloads and print one line of JSON each.",
    discussion: """
      Times are microseconds an operation: the median (us), the least (min_us) and the 90th percentile (p90_us) of \
      the timed calls.
      """)

  @Argument(help: "The workloads; all by default.")
  var names: [String] = []

  @Option(help: ArgumentHelp("Only workloads whose name contains this text.", valueName: "text"))
  var filter: String?

  @OptionGroup var threads: Threads

  @Option(help: "How many seconds each workload is timed.")
  var budget = 0.8

  @Flag(help: "The workloads whose size grows, in place of the others.")
  var growth = false

  @Flag(help: "Print the names and time nothing.")
  var list = false

  func validate() throws {
    if !(budget >= 0 && budget.isFinite) { throw ValidationError("--budget is a number of seconds") }
  }

  func run() throws {
    let all = growth ? Workload.growth : Workload.all
    for name in names { _ = try Workload.named(name, among: all) }
    let chosen = all.filter {
      (names.isEmpty || names.contains($0.name)) && (filter.map($0.name.contains) ?? true)
    }
    if list { return chosen.forEach { print($0.name) } }
    threads.use()
    for workload in chosen { try printLine(Measurement(of: workload, budget: budget)) }
  }
}

/// Calls one workload a given number of times.
struct Repeat: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Call one workload a given number of times and print nothing, for a profiler to count.")

  @Argument(help: "The workload.")
  var name: String

  @Option(help: "How often it is called.")
  var calls: Int

  @OptionGroup var threads: Threads

  func run() throws {
    let workload = try Workload.named(name, among: Workload.all)
    threads.use()
    let call = try workload.prepare()
    for _ in 0..<max(0, calls) { try call() }
  }
}

/// Prints a value as a line of JSON, at once.
func printLine(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  try FileHandle.standardOutput.write(contentsOf: encoder.encode(value) + Data("\n".utf8))
}
