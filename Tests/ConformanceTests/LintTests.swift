// Each finding of the linter, provoked by a fixture that was made for it.

import Conformance
import Foundation
import HDF5
import Testing

/// What the linter says about a fixture; its lines are those that the child of `conformance lint` prints.
private func lint(_ row: Suite.Row? = nil, _ body: (HDF5Group) throws -> Void) throws -> [String] {
  let directory = try FixtureDirectory()
  try directory.fixture("functional/add.h5", body)
  let lint = FixtureLint(reading: directory.path("functional/add.h5"), name: "functional/add.h5", row: row)
  return lint.lines.filter { $0.contains("\"finding\"") && !$0.contains("in both dtypes") }
}

extension HDF5Group {
  /// The negation of three numbers with its gradient.
  fileprivate func negation(
    inputs: [Float] = [1, 2, 3], outputs: [Float] = [-1, -2, -3], cotangent: [Float] = [0.5, -1, 2],
    gradient: [Float] = [-0.5, 1, -2]
  ) throws {
    try input("input", HDF5Array(.float32(inputs)), requiresGradient: 1)
    try quantity("outputs/output", outputs)
    try write(HDF5Array(.float32(cotangent)), to: "cotangents/output")
    try quantity("gradients/input", gradient)
  }

  fileprivate func negated(_ arguments: String = "{}", _ body: (HDF5Group) throws -> Void = { _ in }) throws {
    try sample(operation: "neg", arguments: arguments) {
      try $0.negation()
      try body($0)
    }
  }
}

@Suite struct LintTests {
  private func expect(
    _ fault: String, _ row: Suite.Row? = nil, _ body: (HDF5Group) throws -> Void
  ) throws {
    let found = try lint(row, body)
    #expect(found.count == 1 && found[0].contains(fault), "\(found)")
  }

  @Test func nothingIsWrong() throws {
    #expect(try lint { try $0.negated() } == [])
  }

  @Test func unknownNames() throws {
    try expect("@surprise") {
      try $0.attributes.set("surprise", 1)
      try $0.negated()
    }
    try expect("extra") { try $0.negated { _ = try $0.createGroup("extra/more") } }
    try expect("outputs/output@note") {
      try $0.sample(operation: "neg") {
        try $0.negation()
        try $0.dataset("outputs/output").attributes.set("note", 1)
      }
    }
  }

  @Test func namesOfSamples() throws {
    try expect("the name is") { try $0.sample("0001", operation: "neg") { try $0.negation() } }
  }

  @Test func vocabulary() throws {
    try expect("no such argument") { try $0.negated("{\"dmi\": 1}") }
    try expect("no such operand") { try $0.negated { try $0.input("inptu", HDF5Array(.float32([1]))) } }
    try expect("is unknown") { try $0.sample(operation: "double") { try $0.doubling() } }
    try expect("an integer or a list of integers") {
      try $0.sample(operation: "squeeze", arguments: "{\"dim\": \"x\"}") { try $0.negation() }
    }
  }

  @Test func elementTypes() throws {
    try expect("it is float64") {
      try $0.sample(operation: "add") {
        try $0.negation()
        try $0.input("other", HDF5Array(.float64([-2, -4, -6])))
      }
    }
  }

  @Test func constantCotangent() throws {
    try expect("it is constant") {
      try $0.sample(operation: "neg") {
        try $0.negation(cotangent: [1, 1, 1], gradient: [-1, -1, -1])
      }
    }
  }

  @Test func gradients() throws {
    try expect("no input of it has requires_grad") {
      try $0.negated { try $0.quantity("gradients/other", [1, 2]) }
    }
    try expect("the shape is") {
      try $0.sample(operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1, 2, 3])), requiresGradient: 1)
        try $0.quantity("outputs/output", [-1, -2, -3])
        try $0.write(HDF5Array(.float32([0.5, -1, 2])), to: "cotangents/output")
        try $0.quantity("gradients/input", [-0.5, 1])
      }
    }
  }

  @Test func admission() throws {
    try expect("zeros would pass") {
      try $0.sample(operation: "neg") { try $0.negation(gradient: [0, 0, 0]) }
    }
    try expect("the input unchanged would pass") {
      try $0.sample(operation: "neg") { try $0.negation(outputs: [1, 2, 3]) }
    }
  }

  @Test func digests() throws {
    let row = Suite.Row(
      id: "functional/add", title: "Functional: Add Forward/Backward", file: "functional/add.h5", digest: "00"
    )
    try expect("the SHA-256 is", row) { try $0.negated() }
  }

  @Test func noFixture() throws {
    let directory = try FixtureDirectory()
    try directory.write("text", to: "functional/add.h5")
    let lint = FixtureLint(reading: directory.path("functional/add.h5"), name: "functional/add.h5")
    #expect(lint.lines.first?.contains("is not a readable HDF5 file") == true)
  }
}
