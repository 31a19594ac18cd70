// The committed fixtures: all can be read, and what PyTorch computed passes its own verdict.

import Conformance
import Foundation
import Testing

@Suite struct ReferenceFixturesTests {
  private let suite: Conformance.Suite

  init() throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    suite = try Conformance.Suite(directory: root.appendingPathComponent("reference"))
  }

  @Test func everySample() throws {
    for row in suite.rows {
      let fixture = try suite.fixture(of: row)
      for name in fixture.sampleNames {
        let sample = try fixture.sample(name)
        guard case .values(let outputs, let gradients) = sample.expectation else { continue }
        for (quantity, reference) in Array(outputs) + Array(gradients) {
          let verdict = Verdict(reference.value, against: reference)
          #expect(verdict.passes, "\(row.id) \(name) \(quantity): \(verdict.failure ?? "")")
        }
      }
    }
  }

  @Test func addition() throws {
    let row = try #require(suite.filtered("functional/add").rows.first)
    let sample = try suite.fixture(of: row).sample("0000")
    guard case .values(let outputs, _) = sample.expectation,
      case .float32(let sum)? = outputs["output"]?.value.elements,
      case .float32(let input) = sample.computation.inputs[0].value.elements,
      case .float32(let other) = sample.computation.inputs[1].value.elements
    else {
      Issue.record("\(sample)")
      return
    }
    #expect(sample.computation.operation == "add")
    #expect(zip(input, other).map(+) == sum)
  }
}
