// What PuruTorch uses of the machine, for statements about reproducibility.

import Foundation
import PuruTorch

/// What PuruTorch finds and uses on this machine.
package enum Machine {
  /// The kernel variants that this CPU can run, from the most common instruction set on.
  package static var kernels: [String] { Runtime.availableInstructionSets }

  /// What the running process uses, such as `v3, 2 threads`.
  package static var conditions: String {
    conditions(kernels: Runtime.instructionSet, threads: Runtime.threadCount)
  }

  /// How conditions are called.
  package static func conditions(kernels: String, threads: Int) -> String {
    "\(kernels), \(threads) thread\(threads == 1 ? "" : "s")"
  }

  /// The variables that ask for conditions.
  package static func environment(kernels: String, threads: Int) -> [String: String] {
    ["PURUTORCH_CPU": kernels, "PURUTORCH_NUM_THREADS": "\(threads)"]
  }

  /// Lines about the processor, the system and the compiler of the kernels.
  package static var facts: [String] {
    [
      "CPU: \(processor), \(ProcessInfo.processInfo.activeProcessorCount) cores; kernels for it: "
        + kernels.joined(separator: ", "),
      "System: \(ProcessInfo.processInfo.operatingSystemVersionString)",
      "Kernels compiled by: \(Runtime.compiler)",
    ]
  }

  /// The processor's name and architecture.
  private static var processor: String {
    var system = utsname()
    uname(&system)
    let machine = withUnsafeBytes(of: &system.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let cores = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = cores.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
    guard let model else { return machine }
    return "\(model.drop { $0 == " " }) (\(machine))"
  }
}
