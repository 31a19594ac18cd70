// Files of answers: what an implementation in another process computed.

import HDF5

/// A file of answers that is being written.
struct AnswerWriter {
  private let file: HDF5File
  private let samples: HDF5Group

  init(creating path: String) throws {
    file = try HDF5File(creating: path)
    samples = try file.root().createGroup("samples")
  }

  func write(_ evaluation: Evaluation, of sample: String) throws {
    let group = try samples.createGroup(sample)
    let parts = [
      ("outputs", evaluation.outputs), ("gradients", evaluation.gradients),
      ("trace/outputs", evaluation.trace.outputs), ("trace/gradients", evaluation.trace.gradients),
    ]
    for (part, values) in parts {
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        try group.write(value.array, to: "\(part)/\(name)")
      }
    }
  }

  func finish() throws { try file.flush() }
}

/// A file of answers that is being read.
struct AnswerReader {
  private let samples: HDF5Group

  init(reading path: String) throws {
    samples = try HDF5File(reading: path).root().group("samples")
  }

  func evaluation(of sample: String) throws -> Evaluation {
    let group = try samples.group(sample)
    return Evaluation(
      outputs: try group.values("outputs"), gradients: try group.values("gradients"),
      trace: Trace(outputs: try group.values("trace/outputs"), gradients: try group.values("trace/gradients"))
    )
  }
}

extension HDF5Group {
  /// The values of a subgroup by their names in it; none when it is absent.
  func values(_ part: String) throws -> [String: Value] {
    var values: [String: Value] = [:]
    for (name, dataset) in try datasets(in: part) { values[name] = try dataset.value() }
    return values
  }

  /// The datasets of a subgroup by their names in it; none when it is absent.
  func datasets(in part: String) throws -> [(path: String, dataset: HDF5Dataset)] {
    var group = self
    for name in part.split(separator: "/").map(String.init) {
      guard group.contains(name) else { return [] }
      group = try group.group(name)
    }
    return try group.datasets()
  }
}
