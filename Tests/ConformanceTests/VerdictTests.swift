// The verdict's truth table: every way to differ, against pass or fail.

import Conformance
import Testing

private let ulp = Double(Float.ulpOfOne)

/// Judges float32 values against an answer and its truth.
private func judge(_ actual: [Float], _ expected: [Float], truth: [Double]? = nil) throws -> Verdict {
  let truth = Value(shape: [expected.count], .float64(truth ?? expected.map { Double($0) }))
  let reference = try Reference(
    value: Value(shape: [expected.count], .float32(expected)), truth: truth, precision: .float32)
  return Verdict(Value(shape: [actual.count], .float32(actual)), against: reference)
}

/// Judges float64 values.
private func judge64(_ actual: [Double], _ expected: [Double], cancels: Bool = false) throws -> Verdict {
  let reference = try Reference(
    value: Value(shape: [expected.count], .float64(expected)), cancels: cancels, precision: .float64)
  return Verdict(Value(shape: [actual.count], .float64(actual)), against: reference)
}

/// Judges values that must be equal.
private func judge(_ actual: Value, _ expected: Value) throws -> Verdict {
  let truth = Value(shape: expected.shape, .float64([Double](repeating: 1, count: expected.elements.count)))
  return Verdict(actual, against: try Reference(value: expected, truth: truth, precision: .float32))
}

private let notFiniteCases: [([Float], [Float], Bool)] = [
  ([.nan, 1], [.nan, 1], true), ([-.nan, 1], [.nan, 1], true), ([0, 1], [.nan, 1], false),
  ([.nan, 1], [0, 1], false), ([.infinity, 1], [.nan, 1], false), ([.nan, 1], [.infinity, 1], false),
  ([.infinity, 1], [.infinity, 1], true), ([-.infinity, 1], [.infinity, 1], false),
  ([.infinity, 1], [-.infinity, 1], false), ([.greatestFiniteMagnitude, 1], [.infinity, 1], false),
  ([.infinity, 1], [.greatestFiniteMagnitude, 1], false), ([1, .nan], [.nan, 1], false),
  ([.nan, .nan], [.nan, .nan], true), ([.nan, 2], [.nan, 1], false),
]

@Suite struct VerdictTests {
  @Test func shapesAndTypes() throws {
    let ones = Value(shape: [2, 3], .float32([1, 1, 1, 1, 1, 1]))
    #expect(try judge(ones, ones).passes)
    #expect(
      try judge(Value(shape: [3, 2], ones.elements), ones).failure == "has shape [3, 2], expected [2, 3]")
    #expect(try judge(Value(shape: [6], ones.elements), ones).failure == "has shape [6], expected [2, 3]")
    #expect(
      try judge(Value(shape: [2, 3], .float32([1, 1])), ones).failure == "holds 2 elements, expected 6")
    #expect(
      try judge(Value(shape: [2, 3], .float64([1, 1, 1, 1, 1, 1])), ones).failure
        == "is float64, expected float32")
    #expect(
      try judge(Value(shape: [], .float32([1])), Value(shape: [1], .float32([1]))).failure
        == "has shape [], expected [1]")
  }

  @Test func emptyArrays() throws {
    let empty = Value(shape: [0, 3], .float32([]))
    #expect(try judge(empty, empty).passes)
    #expect(try !judge(Value(shape: [3, 0], .float32([])), empty).passes)
    #expect(try !judge(Value(shape: [0, 3], .float64([])), empty).passes)
  }

  @Test func oneElement() throws {
    let expected: [Float] = [1, -2, 4]
    let within = try judge([1, -2, 4 + 8 * 4 * .ulpOfOne], expected)
    #expect(within.passes && within.error == 8 && within.limit == 8)
    let beyond = try judge([1, -2, 4 + 12 * 4 * .ulpOfOne], expected)
    #expect(beyond.failure == "at [2]: 4.0000057, expected 4.0; E 12, limit 8")
    #expect(beyond.error == 12)
    #expect(try !judge([1, 2, 4], expected).passes)
    #expect(try !judge([0, -2, 4], expected).passes)
  }

  @Test func smallEntriesCountAgainstTheLargest() throws {
    #expect(try judge([1e-9, 1], [0, 1]).passes)
    #expect(try !judge([1e-5, 1], [0, 1]).passes)
  }

  @Test func indexOfTheWorst() throws {
    let expected = Value(shape: [2, 2], .float32([1, 2, 3, 4]))
    let truth = Value(shape: [2, 2], .float64([1, 2, 3, 4]))
    let reference = try Reference(value: expected, truth: truth, precision: .float32)
    let verdict = Verdict(Value(shape: [2, 2], .float32([1.5, 2, 5, 4])), against: reference)
    #expect(verdict.failure?.hasPrefix("at [1, 0]: 5.0, expected 3.0; E ") == true)
  }

  @Test func asAccurateAsTheReference() throws {
    // The reference is 10 units from its truth, so 40 pass and 44 do not; the distance is to the truth.
    let truth = [1.0]
    let expected = [Float(1 + 10 * ulp)]
    #expect(try judge([Float(1 + 40 * ulp)], expected, truth: truth).passes)
    #expect(try !judge([Float(1 + 44 * ulp)], expected, truth: truth).passes)
    #expect(try !judge([Float(1 - 44 * ulp)], expected, truth: truth).passes)
    #expect(try judge([1], expected, truth: truth).error == 0)
    // An accurate reference leaves 8.
    #expect(try !judge([Float(1 + 12 * ulp)], [Float(1 + ulp)], truth: truth).passes)
  }

  @Test func doublePrecision() throws {
    let step = Double.ulpOfOne
    #expect(try judge64([1 + 256 * step], [1]).passes)
    #expect(try judge64([1 + 256 * step], [1]).limit == 256)
    #expect(
      try judge64([1 + 260 * step], [1]).failure
        == "at [0]: 1.0000000000000577, expected 1.0; E 260, limit 256")
    #expect(try !judge64([1.0000001], [1]).passes)
    #expect(try judge64([.leastNonzeroMagnitude], [.leastNonzeroMagnitude]).passes)
    #expect(try !judge64([0], [.leastNonzeroMagnitude]).passes)
    #expect(try !judge64([-1e308], [1.5e308]).passes)
  }

  @Test(arguments: notFiniteCases)
  func notFinite(_ actual: [Float], _ expected: [Float], _ passes: Bool) throws {
    #expect(try judge(actual, expected).passes == passes)
    #expect(try judge64(actual.map { Double($0) }, expected.map { Double($0) }).passes == passes)
  }

  @Test func overflowIsAnInfinity() throws {
    #expect(try judge([.infinity, 1], [.infinity, 1], truth: [1e39, 1]).passes)
    #expect(try !judge([.greatestFiniteMagnitude, 1], [.infinity, 1], truth: [1e39, 1]).passes)
    #expect(
      try judge([1, 1], [.infinity, 1], truth: [1e39, 1]).failure == "at [0]: 1.0, expected inf")
  }

  @Test func zeros() throws {
    #expect(try judge([0, 0], [0, 0]).passes)
    #expect(try judge([-0.0, 0], [0, -0.0]).passes)
    #expect(try judge([-0.0, 1], [0, 1]).passes)
    let verdict = try judge([0, 1e-30], [0, 0])
    #expect(verdict.failure == "at [1]: 1e-30, expected 0.0; the truth is all zeros")
    #expect(verdict.error == .infinity)
    #expect(try !judge64([1e-300], [0]).passes)
    #expect(try !judge([0, 0], [1, 2]).passes)
    #expect(try !judge([.nan, 1e-30], [.nan, 0]).passes)
    #expect(try !judge64([1e-300], [0], cancels: true).passes)
  }

  @Test func exactValues() throws {
    let integers = Value(shape: [2], .int64([1, .max]))
    #expect(try judge(integers, integers).passes)
    #expect(
      try judge(Value(shape: [2], .int64([1, .max - 1])), integers).failure
        == "at [1]: 9223372036854775806, expected 9223372036854775807")
    #expect(try judge(integers, integers).limit == nil)
    #expect(
      try judge(Value(shape: [1], .bool([true])), Value(shape: [1], .bool([false]))).failure
        == "at [0]: true, expected false")
    #expect(
      try judge(Value(shape: [], .string(["a\n"])), Value(shape: [], .string(["a"]))).failure
        == "at []: \"a\\n\", expected \"a\"")
    #expect(try !judge(Value(shape: [1], .int64([1])), Value(shape: [1], .bool([true]))).passes)
  }

  @Test func composedAndDecomposedTextDiffer() throws {
    let composed = Value(shape: [], .string(["\u{E9}"]))
    #expect(try !judge(Value(shape: [], .string(["e\u{301}"])), composed).passes)
    #expect(try judge(composed, composed).passes)
  }
}

@Suite struct ReferenceTests {
  private let answer = Value(shape: [2], .float32([1, 2]))

  private func fault(_ body: () throws -> Reference) -> String? {
    #expect(throws: UnusableReference.self, performing: body)?.description
  }

  @Test func truth() throws {
    #expect(fault { try Reference(value: answer, precision: .float32) } == "has no truth")
    let faults = [
      Value(shape: [1, 2], .float64([1, 2])), Value(shape: [2], .float32([1, 2])),
      Value(shape: [3], .float64([1, 2, 3])),
    ]
    for truth in faults {
      #expect(throws: UnusableReference.self) {
        try Reference(value: answer, truth: truth, precision: .float32)
      }
    }
    #expect(try Reference(value: Value(shape: [1], .int64([1])), precision: .float32).limit == nil)
    #expect(try Reference(value: Value(shape: [1], .float64([1])), precision: .float32).limit == 256)
  }

  @Test func cancellation() throws {
    let residue = Value(shape: [2], .float32([1e-9, -2e-9]))
    let truth = Value(shape: [2], .float64([1e-18, 3e-18]))
    let reference = try Reference(value: residue, truth: truth, cancels: true, precision: .float32)
    #expect(reference.limit == 64)
    func judge(_ values: [Float]) -> Verdict {
      Verdict(Value(shape: [2], .float32(values)), against: reference)
    }
    #expect(judge([0, 0]).passes)
    #expect(judge([1e-7, -1.2e-7]).passes)
    #expect(judge([1e-7, 1.2e-7]).error.map { abs($0 - 60) < 1e-4 } == true)
    #expect(
      judge([1e-7, -1.3e-7]).failure == "at [1]: -1.3e-07, expected -2e-09; max|a| is 65 max|e|, limit 64")
    #expect(judge([.nan, 0]).failure == "at [0]: nan, expected 1e-09")
  }

  @Test func unjustifiedMarks() throws {
    let truth = Value(shape: [2], .float64([1, 2]))
    #expect(
      fault { try Reference(value: answer, truth: truth, cancels: true, precision: .float32) }
        == "is marked as cancelling, but is E 0 from its truth")
    let far = Value(shape: [2], .float32([1, 2.01]))
    #expect(
      fault { try Reference(value: far, truth: truth, precision: .float32) }
        == "is not marked as cancelling, but is E 4.19e+04 from its truth")
    // 4096 units are not yet more than 4096.
    let edge = Value(shape: [1], .float32([Float(1 + 4096 * ulp)]))
    let one = Value(shape: [1], .float64([1]))
    #expect(try Reference(value: edge, truth: one, precision: .float32).limit == 4 * 4096)
    #expect(throws: UnusableReference.self) {
      try Reference(value: edge, truth: one, cancels: true, precision: .float32)
    }
  }
}
