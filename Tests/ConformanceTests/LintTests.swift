// Each finding of the linter, provoked by a fixture that was made for it.

import Conformance
import Foundation
import HDF5
import Testing

/// What the linter says about a fixture; its lines are those that the child of `conformance lint` prints.
func lintLines(
  _ row: Suite.Row? = nil, id: String = "functional/add", provenance: String = "{}",
  _ body: (HDF5Group) throws -> Void
) throws -> [String] {
  let directory = try FixtureDirectory()
  try directory.fixture("functional/add.h5", id: id, provenance: provenance, body)
  return FixtureLint(reading: directory.path("functional/add.h5"), name: "functional/add.h5", row: row).lines
}

/// Its findings, but that there is one dtype alone.
func lint(_ row: Suite.Row? = nil, _ body: (HDF5Group) throws -> Void) throws -> [String] {
  try lintLines(row, body).filter { $0.contains("\"finding\"") && !$0.contains("in both dtypes") }
}

/// Expects one finding that contains a text.
func expect(_ fault: String, _ row: Suite.Row? = nil, _ body: (HDF5Group) throws -> Void) throws {
  let found = try lint(row, body)
  #expect(found.count == 1 && found[0].contains(fault), "\(fault): \(found)")
}

extension HDF5Group {
  /// The negation of three numbers with its gradient.
  func negation(
    inputs: [Float] = [1, 2, 3], outputs: [Float] = [-1, -2, -3], cotangent: [Float] = [0.5, -1, 2],
    gradient: [Float] = [-0.5, 1, -2]
  ) throws {
    try input("input", HDF5Array(.float32(inputs)), requiresGradient: 1)
    try quantity("outputs/output", outputs)
    try write(HDF5Array(.float32(cotangent)), to: "cotangents/output")
    try quantity("gradients/input", gradient)
  }

  func negated(_ arguments: String = "{}", _ body: (HDF5Group) throws -> Void = { _ in }) throws {
    try sample(operation: "neg", arguments: arguments) {
      try $0.negation()
      try body($0)
    }
  }
}

@Suite struct LintTests {
  @Test func nothingIsWrong() throws {
    #expect(try lint { try $0.negated() } == [])
  }

  @Test func unknownNames() throws {
    try expect("@surprise") {
      try $0.attributes.set("surprise", 1)
      try $0.negated()
    }
    try expect("\"extra\"") { try $0.negated { try $0.write(HDF5Array(.int64([1])), to: "extra/more") } }
    try expect("outputs/output@note") {
      try $0.sample(operation: "neg") {
        try $0.negation()
        try $0.dataset("outputs/output").attributes.set("note", 1)
      }
    }
  }

  @Test func unknownNamesInGroups() throws {
    try expect("\"/extra\"") {
      _ = try $0.createGroup("extra")
      try $0.negated()
    }
    try expect("\"/samples@note\"") {
      try $0.negated()
      try $0.group("samples").attributes.set("note", 1)
    }
    try expect("\"@note\"") { try $0.negated { try $0.attributes.set("note", 1) } }
    try expect("\"outputs@note\"") { try $0.negated { try $0.group("outputs").attributes.set("note", 1) } }
    try expect("\"inputs/input@unit\"") {
      try $0.negated { try $0.dataset("inputs/input").attributes.set("unit", 1) }
    }
    try expect("\"cotangents/output@cancels\"") {
      try $0.negated { try $0.dataset("cotangents/output").attributes.set("cancels", 1) }
    }
    try expect("the group is empty") { try $0.negated { _ = try $0.createGroup("outputs/more") } }
  }

  @Test func provenance() throws {
    let lines = try lintLines(provenance: "by hand") { try $0.negated() }
    #expect(lines[0].contains("/@provenance"))
  }

  @Test func rowsOfTheManifest() throws {
    func row(_ id: String, _ title: String) -> Suite.Row {
      Suite.Row(id: id, title: title, file: "functional/add.h5", digest: "00")
    }
    for row in [row("functional/sub", "Functional: Add Forward/Backward"), row("functional/add", "Add")] {
      let found = try lint(row) { try $0.negated() }
      #expect(found.count == 3 && found.contains { $0.contains("\"\(row.id)\\\"") || $0.contains("/@id") })
    }
  }

  @Test func pathsThatAreNotTheId() throws {
    let lines = try lintLines(id: "functional/sub") { try $0.negated() }
    #expect(lines[0].contains("the path without its ending"))
  }

  @Test func bothDTypes() throws {
    let found = try lintLines { try $0.negated() }
    #expect(found.contains { $0.contains("no sample is float64") && $0.contains("\"warning\"") })
    let both = try lintLines {
      try $0.negated()
      try $0.sample("0001", operation: "neg", dtype: "float64") {
        try $0.input("input", HDF5Array(.float64([1, 2, 3])))
        try $0.write(HDF5Array(.float64([-1, -2, -3])), to: "outputs/output")
      }
    }
    #expect(!both.contains { $0.contains("\"finding\"") }, "\(both)")
  }

  @Test func samplesThatCannotBeRead() throws {
    try expect("has no truth") {
      try $0.negated()
      try $0.sample("0001", operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1])))
        try $0.write(HDF5Array(.float32([-1])), to: "outputs/output")
      }
    }
  }

  @Test func namesOfSamples() throws {
    try expect("the name is") { try $0.sample("0001", operation: "neg") { try $0.negation() } }
  }

  @Test func elementTypes() throws {
    try expect("it is float64") {
      try $0.sample(operation: "add") {
        try $0.negation()
        try $0.input("other", HDF5Array(.float64([-2, -4, -6])))
      }
    }
    try expect("\"outputs/output\"") {
      try $0.sample(operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1, 2, 3])))
        try $0.write(HDF5Array(.float64([-1, -2, -3])), to: "outputs/output")
      }
    }
    try expect("int64 has requires_grad") {
      try $0.sample(operation: "cross_entropy") {
        try $0.negation()
        try $0.input("target", HDF5Array(.int64([0, 1, 1])), requiresGradient: 1)
        try $0.write(HDF5Array(.int64([5, 6, 7])), to: "gradients/target")
      }
    }
    try expect("\"cotangents/output\"") {
      try $0.sample(operation: "neg", dtype: "float64") {
        try $0.input("input", HDF5Array(.float64([1, 2, 3])), requiresGradient: 1)
        try $0.write(HDF5Array(.float64([-1, -2, -3])), to: "outputs/output")
        try $0.write(HDF5Array(.float32([0.5, -1, 2])), to: "cotangents/output")
        try $0.write(HDF5Array(.float64([-0.5, 1, -2])), to: "gradients/input")
      }
    }
  }

  /// Files of other programs may store elements in ways that the reader takes and the format does not.
  @Test(arguments: ["half_elements", "big_endian_elements"])
  func storage(_ file: String) throws {
    let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("FuzzCorpus/\(file).h5")
    let lines = FixtureLint(reading: corpus.path, name: "\(file).h5").lines
    #expect(lines.contains { $0.contains("another width, byte order or encoding") })
  }

  @Test func truths() throws {
    try expect("truths of float32 values only") {
      try $0.negated { try $0.write(HDF5Array(.float64([1])), to: "truth/outputs/other") }
    }
    try expect("NaN are not where") {
      try $0.sample(operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1, 2, 3])))
        try $0.quantity("outputs/output", [-1, .nan, -3], truth: [-1, -2, -3])
      }
    }
    try expect("it is E 512 from its truth") {
      try $0.sample(operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1, 2, 4])))
        try $0.quantity("outputs/output", [-1, -2, -4], truth: [-1, -2, -4 * (1 + 0x1p-14)])
      }
    }
    try expect("it fails its own verdict") {
      try $0.negated()
      try $0.sample("0001", operation: "neg") {
        try $0.input("input", HDF5Array(.float32([1, 2, 3])))
        try $0.quantity("outputs/output", [-1, -2, -3], truth: [0, 0, 0])
        try $0.dataset("outputs/output").attributes.set("cancels", 1)
      }
    }
    try expect("it is 0") {
      try $0.negated { try $0.dataset("outputs/output").attributes.set("cancels", 0) }
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

  @Test func missingGradients() throws {
    for isBackward in [false, true] {
      try expect("\"gradients/input\"") {
        try $0.sample(operation: "neg") {
          try $0.input("input", HDF5Array(.float32([1, 2, 3])), requiresGradient: 1)
          try $0.quantity("outputs/output", [-1, -2, -3])
          if isBackward { try $0.write(HDF5Array(.float32([0.5, -1, 2])), to: "cotangents/output") }
        }
      }
    }
  }

  @Test func refusalsHaveInputsAlone() throws {
    try expect("cotangents/output does not fit an output") {
      try $0.sample(operation: "neg", raises: "RuntimeError") {
        try $0.input("input", HDF5Array(.float32([1])))
        try $0.write(HDF5Array(.float32([1])), to: "cotangents/output")
      }
    }
  }

  @Test func contentDigests() throws {
    let directory = try FixtureDirectory()
    let path = directory.path("functional/add.h5")
    try directory.fixture("functional/add.h5") { try $0.negated() }
    let image = try Data(contentsOf: URL(fileURLWithPath: path))
    let right = try ContentDigest.hexDigest(of: image, name: "add.h5")
    for (given, fault) in [
      (right, nil), (nil, "gives no content_sha256"), ("00", "the content's SHA-256 is \(right)"),
    ] as [(String?, String?)] {
      let row = Suite.Row(
        id: "functional/add", title: "Functional: Add Forward/Backward", file: "functional/add.h5",
        digest: SHA256.hexDigest(of: image), contentDigest: given)
      let found = FixtureLint(reading: path, name: "functional/add.h5", row: row).lines.filter {
        $0.contains("\"finding\"") && !$0.contains("in both dtypes")
      }
      #expect(found.count == (fault == nil ? 0 : 1) && fault.map { found[0].contains($0) } != false)
    }
  }

  @Test func digests() throws {
    let row = Suite.Row(
      id: "functional/add", title: "Functional: Add Forward/Backward", file: "functional/add.h5", digest: "00"
    )
    let found = try lint(row) { try $0.negated() }
    #expect(found.first?.contains("the SHA-256 is") == true && found.count == 2)
  }

  @Test func noFixture() throws {
    let directory = try FixtureDirectory()
    try directory.write("text", to: "functional/add.h5")
    let lint = FixtureLint(reading: directory.path("functional/add.h5"), name: "functional/add.h5")
    #expect(lint.lines.first?.contains("is not a readable HDF5 file") == true)
  }
}
