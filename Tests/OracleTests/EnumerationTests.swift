// Enumerations against cases that were worked out by hand.

import Conformance
import ConformanceAudit
import Foundation
import Testing

@Suite struct EnumerationTests {
  @Test func repeatsAndBlanksCollapse() {
    #expect(Alignment.collapsed([1, 1, 0, 1, 2, 2, 0]) == [1, 1, 2])
    #expect(Alignment.collapsed([2, 2, 0, 2], blank: 2) == [0])
    #expect(Alignment.collapsed([]) == [])
  }

  @Test func everyAlignmentIsThere() {
    #expect(Alignment.all(entries: 2, steps: 2) == [[0, 0], [0, 1], [1, 0], [1, 1]])
    #expect(Alignment.all(entries: 3, steps: 0) == [[]])
    #expect(Alignment.all(entries: 10, steps: 6) == nil)
  }

  @Test func alignmentsSpellTheTarget() {
    func all(_ target: [Int], _ steps: Int, blank: Int = 0) -> [[Int]]? {
      Alignment.all(spelling: target, entries: 2, steps: steps, blank: blank)
    }
    #expect(all([1], 2) == [[0, 1], [1, 0], [1, 1]])
    #expect(all([], 2) == [[0, 0]])
    #expect(all([1, 1], 2) == [])
    #expect(all([1, 1], 3) == [[1, 0, 1]])
    #expect(all([0], 1, blank: 1) == [[0]])
    // Three labels in five frames: C(8, 6) ways without repeats in the target.
    #expect(Alignment.all(spelling: [1, 2, 3], entries: 4, steps: 5, blank: 0)?.count == 28)
  }

  /// Two frames, both even between blank and label: three of the four alignments spell it, so the loss is
  /// −log 3/4, and two of those three have the label in a frame.
  @Test func lossByHand() throws {
    let half = Foundation.log(0.5)
    let loss = -Foundation.log(0.75)
    let slope = 0.5 - 2.0 / 3
    func complaints(_ output: Double, _ slope: Double) throws -> [String] {
      try Sample(
        name: "0000",
        computation: Computation(
          operation: "ctc_loss", arguments: ["reduction": .string("sum")], precision: .float64,
          inputs: [
            Operand(name: "input_lengths", value: Value(shape: [1], .int64([2]))),
            Operand(
              name: "log_probs", value: Value(shape: [2, 1, 2], .float64([half, half, half, half])),
              requiresGradient: true),
            Operand(name: "target_lengths", value: Value(shape: [1], .int64([1]))),
            Operand(name: "targets", value: Value(shape: [1, 1], .int64([1]))),
          ], cotangents: ["output": Value(shape: [], .float64([1]))]),
        expectation: .values(
          outputs: ["output": Reference(value: Value(shape: [], .float64([output])), precision: .float64)],
          gradients: [
            "log_probs": Reference(
              value: Value(shape: [2, 1, 2], .float64([-slope, slope, -slope, slope])), precision: .float64)
          ])
      ).complaints
    }
    #expect(try complaints(loss, slope) == [])
    #expect(try complaints(loss * (1 + 1e-10), slope).contains { $0.contains("alignments") })
    #expect(try complaints(loss, slope * (1 + 1e-10)).contains { $0.contains("alignments") })
  }

  /// Blank 0.4 and 0.3: nothing is spelt with 0.4 · 0.3, and the symbol with the rest.
  @Test func beamByHand() throws {
    func complaints(_ operation: String, _ score: Double, _ others: [String: Value] = [:]) throws -> [String]
    {
      var outputs = others
      outputs["score"] = Value(shape: [], .float64([score]))
      outputs["path"] = Value(shape: [], .string(["a"]))
      return try Sample(
        name: "0000",
        computation: Computation(
          operation: operation,
          arguments: ["symbols": .array([.string("a")]), "beam_width": .int(2)].filter { name, _ in
            name == "symbols" || operation == "decode.beam"
          }, precision: .float64,
          inputs: [
            Operand(name: "probabilities", value: Value(shape: [2, 2, 1], .float64([0.4, 0.3, 0.6, 0.7])))
          ]),
        expectation: .values(
          outputs: outputs.mapValues { try Reference(value: $0, precision: .float64) }, gradients: [:])
      ).complaints
    }
    let paths = Value(shape: [2], .string(["", "a"]))
    func merged(_ numbers: [Double]) -> [String: Value] {
      ["merged_paths": paths, "merged_scores": Value(shape: [2], .float64(numbers))]
    }
    #expect(try complaints("decode.beam", 0.88, merged([0.12, 0.88])) == [])
    #expect(try complaints("decode.beam", 0.88, merged([0.13, 0.88])).contains { $0.contains("exhaustion") })
    #expect(try complaints("decode.beam", 0.42, merged([0.12, 0.88])).contains { $0.contains("exhaustion") })
    #expect(try complaints("decode.greedy", 0.42) == [])
    #expect(try complaints("decode.greedy", 0.28).contains { $0.contains("exhaustion") })
  }
}
