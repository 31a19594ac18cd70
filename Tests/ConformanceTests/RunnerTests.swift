// Scoring directories: each status, and that nothing keeps other samples and rows from being scored.

import Conformance
import Foundation
import HDF5
import Testing

private struct Refusal: Error, CustomStringConvertible {
  let description = "refused"
}

/// Doubles float32 inputs; refuses any other; its gradients are those that it is made with.
private struct Doubler: Implementation {
  let name = "doubler"
  var gradients: [String: Value] = ["input": Value(shape: [3], .float32([1, -2, 4]))]
  var extra: [String: Value] = [:]

  func evaluate(_ computation: Computation) throws -> Evaluation {
    guard computation.operation == "double" else { throw UnsupportedOperation(computation.operation) }
    guard let input = computation.inputs.first(where: { $0.name == "input" }),
      case .float32(let values) = input.value.elements
    else { throw Refusal() }
    let output = Value(shape: input.value.shape, .float32(values.map { 2 * $0 }))
    return Evaluation(
      outputs: ["output": output].merging(extra) { $1 },
      gradients: computation.cotangents.isEmpty ? [:] : gradients.merging(extra) { $1 })
  }
}

/// Remembers what it is asked.
private final class Recorder: Implementation, @unchecked Sendable {
  let name = "recorder"
  private(set) var computations: [Computation] = []

  func evaluate(_ computation: Computation) throws -> Evaluation {
    computations.append(computation)
    throw Refusal()
  }
}

@Suite struct RunnerTests {
  private let directory: FixtureDirectory

  init() throws {
    directory = try FixtureDirectory()
  }

  private func run(_ implementation: any Implementation = Doubler()) throws -> Report {
    Runner(implementation).run(try Conformance.Suite(directory: directory.url))
  }

  /// The one row of a directory with one fixture.
  private func row(_ implementation: any Implementation = Doubler()) throws -> RowResult {
    let report = try run(implementation)
    return try #require(report.rows.count == 1 ? report.rows.first : nil)
  }

  @Test func pass() throws {
    try directory.fixture("a.h5") { root in
      try root.sample { try $0.doubling() }
    }
    let row = try row()
    #expect(row.status == .pass && row.score == 1 && row.message == nil && row.headroom == 0)
    #expect(row.samples.first?.quantities.map(\.name) == ["outputs/output", "gradients/input"])
  }

  /// However a run comes to its end, what it did not score counts.
  @Test func aTruncatedRunIsNotGreen() throws {
    for name in ["a", "b"] {
      try directory.fixture("\(name).h5", id: name, title: name) { root in
        try root.sample { try $0.doubling() }
      }
    }
    let suite = try Conformance.Suite(directory: directory.url)
    let whole = try run()
    #expect(whole.isFullScore && whole.rows.count == 2)
    let truncated = Report(implementation: "doubler", version: nil, of: suite, results: [1: whole.rows[1]])
    #expect(truncated.rows.map(\.id) == ["a", "b"] && truncated.rows.map(\.status) == [.notRun, .pass])
    #expect(!truncated.isFullScore && truncated.score == 1 && truncated.total == 2)
  }

  @Test func wrongGradient() throws {
    try directory.fixture("a.h5") { root in
      try root.sample { try $0.doubling() }
    }
    for wrong: [Float] in [[1, 1, 1], [0, 0, 0], [-1, 2, -4], [4, -2, 1], [1, -2, 4.001]] {
      let row = try row(Doubler(gradients: ["input": Value(shape: [3], .float32(wrong))]))
      #expect(row.status == .fail && row.score == 0)
      #expect(row.samples.first?.quantities.map(\.status) == [.pass, .fail])
    }
  }

  @Test func absentAndExtraQuantities() throws {
    try directory.fixture("a.h5") { root in
      try root.sample { try $0.doubling() }
    }
    let absent = try row(Doubler(gradients: [:]))
    #expect(absent.status == .fail)
    #expect(absent.message == "sample 0000: gradients/input is absent")
    #expect(try row(Doubler(extra: ["more": Value(shape: [], .bool([true]))])).status == .pass)
  }

  @Test func raises() throws {
    try directory.fixture("a.h5") { root in
      try root.sample(dtype: "float64", raises: "RuntimeError") { sample in
        try sample.input("input", HDF5Array(.float64([1])))
      }
    }
    #expect(try row().status == .pass)
    try directory.fixture("a.h5") { root in
      try root.sample(raises: "RuntimeError") { sample in
        try sample.input("input", HDF5Array(.float32([1])))
      }
    }
    let answered = try row()
    #expect(answered.status == .fail)
    #expect(answered.message == "sample 0000: it answers, PyTorch raises RuntimeError")
    try directory.fixture("a.h5") { root in
      try root.sample(operation: "other", raises: "RuntimeError") { sample in
        try sample.input("input", HDF5Array(.float32([1])))
      }
    }
    #expect(try row().status == .unsupported)
  }

  @Test func error() throws {
    try directory.fixture("a.h5") { root in
      try root.sample("0000") { try $0.doubling() }
      try root.sample("0001", dtype: "float64") { sample in
        try sample.input("input", HDF5Array(.float64([1])))
        try sample.write(HDF5Array(.float64([2])), to: "outputs/output")
      }
    }
    let row = try row()
    #expect(row.status == .error)
    #expect(row.message == "sample 0001: refused")
    #expect(row.samples.map(\.status) == [.pass, .error])
  }

  @Test func theMostTellingStatusIsTheRows() throws {
    func makeSamples(_ root: HDF5Group, _ names: [String]) throws {
      for (number, name) in names.enumerated() {
        try root.sample("\(number)", operation: name == "unsupported" ? "other" : "double") { sample in
          switch name {
          case "error":
            try sample.input("other", HDF5Array(.float32([1])))
            try sample.quantity("outputs/output", [2])
          case "fail":
            try sample.input("input", HDF5Array(.float32([1])))
            try sample.quantity("outputs/output", [3])
          case "unreadable": try sample.input("input", HDF5Array(.float32([1])))
          default: try sample.doubling()
          }
        }
      }
    }
    let ranks = ["unreadable", "fail", "error", "unsupported", "pass"]
    for first in ranks.indices {
      let samples = Array(ranks[first...].reversed())
      try directory.fixture("a.h5") { try makeSamples($0, samples) }
      let row = try row()
      #expect(row.samples.map(\.status.rawValue) == samples)
      #expect(row.status.rawValue == ranks[first])
      #expect(row.message?.hasPrefix("sample \(samples.count - 1): ") == (first < 4 ? true : nil))
    }
  }

  @Test func whatIsAsked() throws {
    try directory.fixture("a.h5") { root in
      try root.sample(operation: "op", arguments: #"{"dims": [1, -1], "p": 0.5}"#) { sample in
        try sample.input("b/x.y", HDF5Array(shape: [], .int64([3])), role: "buffer")
        try sample.input(
          "a", HDF5Array(shape: [1, 2], .float32([1, 2])), requiresGradient: 1, role: "parameter")
        try sample.input("mask", HDF5Array(.uint8([1, 0])))
        try sample.input("texts", HDF5Array(.strings(["é"])))
        try sample.quantity("outputs/output", [1])
        try sample.quantity("outputs/query", [1])
        try sample.write(HDF5Array(.float32([2])), to: "cotangents/output")
        try sample.quantity("gradients/a", [1, 2])
        try sample.quantity("gradients/query", [1])
      }
    }
    let recorder = Recorder()
    #expect(try row(recorder).status == .error)
    let expected = Computation(
      operation: "op", arguments: ["dims": .array([.int(1), .int(-1)]), "p": .double(0.5)],
      inputs: [
        Operand(
          name: "a", value: Value(shape: [1, 2], .float32([1, 2])), requiresGradient: true, role: .parameter),
        Operand(name: "b/x.y", value: Value(shape: [], .int64([3])), role: .buffer),
        Operand(name: "mask", value: Value(shape: [2], .bool([true, false]))),
        Operand(name: "texts", value: Value(shape: [1], .string(["é"]))),
      ],
      cotangents: ["output": Value(shape: [1], .float32([2]))], retained: ["query"])
    #expect(recorder.computations == [expected])
  }

  @Test func oneBadFileNeverStopsTheOthers() throws {
    try directory.fixture("a.h5", id: "s/a") { root in
      try root.sample { try $0.doubling() }
    }
    try directory.write("no HDF5", to: "b.h5")
    try directory.write("", to: "c.h5")
    try FileManager.default.createDirectory(atPath: directory.path("d.h5"), withIntermediateDirectories: true)
    let whole = try Data(contentsOf: URL(fileURLWithPath: directory.path("a.h5")))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: directory.path("e.h5")))
    try directory.fixture("f.h5", id: "s/f", format: "other") { root in
      try root.sample { try $0.doubling() }
    }
    try directory.fixture("g.h5", id: "s/g", version: 2) { root in
      try root.sample { try $0.doubling() }
    }
    try directory.fixture("h.h5", id: "s/h") { _ in }
    try directory.fixture("i.h5", id: "s/i") { try $0.createGroup("samples") }
    try directory.fixture("j.h5", id: "s/a") { root in
      try root.sample { try $0.doubling() }
    }
    try directory.fixture("z/k.h5", id: "s/k") { root in
      try root.sample { try $0.doubling() }
    }
    let report = try run()
    #expect(report.rows.map(\.id) == ["s/a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "s/k"])
    #expect(
      report.rows.map(\.status) == [.pass] + [Status](repeating: .unreadable, count: 9) + [.pass])
    #expect(report.score == 2 && report.total == 11)
    #expect(report.rows[5].message == #"f.h5: the format is "other", expected "autograd-conformance""#)
    #expect(report.rows[6].message == "g.h5: the format's version is 2, expected 1")
    #expect(report.rows[7].message == "h.h5: /samples is missing")
    #expect(report.rows[8].message == "i.h5: it holds no samples")
  }
}

@Suite struct SampleFaultTests {
  private let directory: FixtureDirectory

  init() throws {
    directory = try FixtureDirectory()
  }

  /// What the harness says of a fixture whose second sample `body` makes; its first is sound.
  private func fault(_ body: (HDF5Group) throws -> Void) throws -> String? {
    try directory.fixture("a.h5") { root in
      try root.sample("0000") { try $0.doubling() }
      try body(root)
    }
    let row = try #require(Runner(Doubler()).run(try Conformance.Suite(directory: directory.url)).rows.first)
    #expect(row.samples.map(\.status) == [.pass, .unreadable])
    #expect(row.status == .unreadable && row.score == 0)
    return row.samples.last?.message
  }

  @Test func attributes() throws {
    #expect(
      try fault { root in
        try root.createGroup("samples/0001").attributes.set("dtype", "float32")
      } == "/samples/0001@operation is missing")
    #expect(
      try fault { root in try root.sample("0001", dtype: "float16") { try $0.doubling() } }
        == "/samples/0001@dtype is \"float16\", expected float32 or float64")
    #expect(
      try fault { root in try root.sample("0001", arguments: "[]") { try $0.doubling() } }
        == "/samples/0001@arguments is no JSON object")
    #expect(
      try fault { root in try root.sample("0001", arguments: "{\"a\": }") { try $0.doubling() } }
        == "/samples/0001@arguments: Invalid value around character 6.")
    #expect(
      try fault { root in
        let sample = try root.createGroup("samples/0001")
        try sample.attributes.set("operation", 3)
        try sample.attributes.set("dtype", "float32")
      } == "/samples/0001@operation is a number, expected a string")
  }

  @Test func inputs() throws {
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.write(HDF5Array(.float32([1])), to: "inputs/input")
          try sample.quantity("outputs/output", [2])
        }
      } == "/samples/0001/inputs/input@requires_grad is missing")
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.input("input", HDF5Array(.float32([1])), role: "weight")
          try sample.quantity("outputs/output", [2])
        }
      } == "/samples/0001/inputs/input has role \"weight\" and requires_grad 0")
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.input("input", HDF5Array(.uint8([1, 2])))
          try sample.quantity("outputs/output", [2])
        }
      } == "/samples/0001/inputs/input holds bytes that are neither 0 nor 1")
  }

  @Test func quantities() throws {
    #expect(
      try fault { root in
        try root.sample("0001") { try $0.input("input", HDF5Array(.float32([1]))) }
      } == "/samples/0001 has no outputs")
    #expect(
      try fault { root in try root.sample("0001", raises: "ValueError") { try $0.doubling() } }
        == "/samples/0001 has outputs, though PyTorch raises an exception")
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.input("input", HDF5Array(.float32([1])))
          try sample.write(HDF5Array(.float32([2])), to: "outputs/output")
        }
      } == "/samples/0001/outputs/output has no truth")
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.input("input", HDF5Array(.float32([1])), requiresGradient: 1)
          try sample.quantity("outputs/output", [2])
          try sample.quantity("gradients/input", [2])
        }
      } == "/samples/0001 has gradients and no cotangents")
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.input("input", HDF5Array(.float32([1])), requiresGradient: 1)
          try sample.quantity("outputs/output", [2])
          try sample.write(HDF5Array(.float32([1, 1])), to: "cotangents/output")
          try sample.quantity("gradients/input", [2])
        }
      } == "/samples/0001/cotangents/output does not fit an output")
    #expect(
      try fault { root in
        try root.sample("0001") { sample in
          try sample.doubling()
          try sample.dataset("outputs/output").attributes.set("cancels", 1)
        }
      } == "/samples/0001/outputs/output is marked as cancelling, but is E 0 from its truth")
  }
}
