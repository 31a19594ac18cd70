// Memory over many training steps, measured in a process of its own, where no other test allocates.

import Foundation
import PuruTorch
import Testing

@Suite struct MemoryTests {
  @Test func tenThousandStepsTakeNoMoreMemoryThanAHundred() async {
    await #expect(processExitsWith: .success) {
      let layer = try Linear(inFeatures: 20, outFeatures: 30)
      let optimizer = try SGD(layer.parameters(), lr: 1e-3)
      let x = try Tensor.normal([40, 20])
      func steps(_ count: Int) throws {
        for _ in 0..<count {
          optimizer.zeroGrad()
          try layer(x).tanh().sum().backward()
          try optimizer.step()
        }
      }
      try steps(100)
      let (cached, resident) = (Runtime.cachedByteCount, try residentBytes())
      try steps(10_000)
      // A block of 64 bytes that one operation of a step doesn't give back would be 640,000 bytes.
      guard Runtime.cachedByteCount == cached, try residentBytes() - resident < 400_000 else { exit(1) }
    }
  }
}

/// The process's resident memory; 0 where the system doesn't say it in this way.
private func residentBytes() throws -> Int {
  guard let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
  let pages = statm.split(separator: " ")
  return (pages.count > 1 ? Int(pages[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
