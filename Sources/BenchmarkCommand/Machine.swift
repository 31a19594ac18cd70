// `benchmark machine`: what the threads' cores can do at most, and which kernels run.

import ArgumentParser
import CLimits
import Dispatch
import PuruTorch

/// Measures the arithmetic and the copying that no workload can outdo.
struct Machine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure what the cores can do at most and print it with the kernels' variant.",
    discussion: """
      gflops is the rate of independent float32 multiply-adds, each two operations; gb_per_s that of copying 64 MiB a \
      thread, bytes read and written both counted. Both are the best of nine tries, all threads together.
      """)

  @OptionGroup var threads: Threads

  private struct Limits: Encodable {
    let threads: Int
    let instructionSet: String
    let compiler: String
    let gflops: Double
    let gbPerS: Double

    enum CodingKeys: String, CodingKey {
      case threads, compiler, gflops
      case instructionSet = "instruction_set"
      case gbPerS = "gb_per_s"
    }
  }

  func run() throws {
    threads.use()
    let count = Runtime.threadCount
    let rounds = 5_000_000
    let operations = Double(count) * limits_multiply_add(1) * Double(rounds)
    let byteCount = 64 << 20
    let source = [UInt8](repeating: 1, count: count * byteCount)
    var target = source
    let arithmetic = Self.best {
      DispatchQueue.concurrentPerform(iterations: count) { _ in limits_multiply_add(rounds) }
    }
    let copying = source.withUnsafeBytes { source in
      target.withUnsafeMutableBytes { target in
        nonisolated(unsafe) let (source, target) = (source, target)
        return Self.best {
          DispatchQueue.concurrentPerform(iterations: count) { thread in
            let part = thread * byteCount..<(thread + 1) * byteCount
            UnsafeMutableRawBufferPointer(rebasing: target[part]).copyMemory(
              from: UnsafeRawBufferPointer(rebasing: source[part]))
          }
        }
      }
    }
    try printLine(
      Limits(
        threads: count, instructionSet: Runtime.instructionSet, compiler: Runtime.compiler,
        gflops: operations / arithmetic / 1e9, gbPerS: 2 * Double(source.count) / copying / 1e9))
  }

  /// The least number of seconds that nine calls take.
  private static func best(_ body: () -> Void) -> Double {
    (0..<9).reduce(.infinity) { least, _ in min(least, seconds(body)) }
  }
}
