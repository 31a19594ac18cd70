// `benchmark memory`: how much memory a training step takes at most.

import ArgumentParser
import Foundation
import PuruTorch

/// Runs one training step several times and says how far memory went up.
struct Memory: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a training step in this process and print its peak memory.",
    discussion: """
      A small step of the same kind comes first, so that code and threads are loaded. Then memory that is held but not \
      used goes back to the system, where it would hide what the step takes, and the largest resident size is reset. \
      The model is made and ten steps run: peak_bytes is the largest size since, baseline_bytes the size before. On \
      Linux.
      """)

  /// The training steps, each with a small one of the same kind.
  static let steps: [(name: String, small: Prepare, step: Prepare)] = [
    (
      "resblock.readme.adamw_step", { try Workload.residualBlockStep(batch: 2, side: 23) },
      { try Workload.residualBlockStep(batch: 10, side: 128) }
    ),
    (
      "mlp.784-512-256-10.b64.adamw_step",
      { try Workload.perceptronStep([8, 8, 8, 4], batch: 2, Workload.adamW) },
      { try Workload.perceptronStep([784, 512, 256, 10], batch: 64, Workload.adamW) }
    ),
    (
      "mlp.784-512-256-10.b64.sgd_step",
      { try Workload.perceptronStep([8, 8, 8, 4], batch: 2, Workload.sgd) },
      { try Workload.perceptronStep([784, 512, 256, 10], batch: 64, Workload.sgd) }
    ),
  ]

  typealias Prepare = @Sendable () throws -> () throws -> Void

  @Argument(help: "The training step: \(steps.map(\.name).joined(separator: ", ")).")
  var name: String

  @OptionGroup var threads: Threads

  private struct Peak: Encodable {
    let name: String
    let baselineBytes: Int
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case name
      case baselineBytes = "baseline_bytes"
      case peakBytes = "peak_bytes"
    }
  }

  func run() throws {
    guard let step = Self.steps.first(where: { $0.name == name }) else {
      throw ValidationError("no training step is called '\(name)'")
    }
    threads.use()
    try Self.repeated(step.small)
    Runtime.releaseCachedMemory()
    // 5 resets the largest resident size; see proc(5).
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    let baseline = try Self.status("VmRSS")
    try Self.repeated(step.step)
    try printLine(Peak(name: name, baselineBytes: baseline, peakBytes: Self.status("VmHWM")))
  }

  private static func repeated(_ prepare: Prepare) throws {
    let call = try prepare()
    for _ in 0..<10 { try call() }
  }

  /// A size in bytes from the kernel's account of this process.
  private static func status(_ key: String) throws -> Int {
    let text = try String(contentsOf: URL(fileURLWithPath: "/proc/self/status"), encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(key):") }
    guard
      let kibibytes = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({
        Int($0)
      })
    else { throw ValidationError("/proc/self/status says nothing about \(key)") }
    return kibibytes * 1024
  }
}
