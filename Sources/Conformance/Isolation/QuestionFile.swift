// Files of questions: fixtures without the answers, for an implementation in another process.

import HDF5

/// Writing and reading files of questions.
enum QuestionFile {
  static let format = "autograd-conformance-questions"
  static let formatVersion = 1

  /// Writes the questions of samples.
  ///
  /// - Parameters:
  ///   - questions: Names of samples and what they compute.
  ///   - path: The file, which is made.
  static func write(_ questions: [(name: String, computation: Computation)], to path: String) throws {
    let file = try HDF5File(creating: path)
    let root = try file.root()
    try root.attributes.set("format", format)
    try root.attributes.set("format_version", formatVersion)
    let samples = try root.createGroup("samples")
    for (name, computation) in questions {
      let group = try samples.createGroup(name)
      let attributes = group.attributes
      try attributes.set("operation", computation.operation)
      try attributes.set("arguments", JSONValue.object(computation.arguments).text)
      try attributes.set("dtype", computation.precision.rawValue)
      try set("retain", computation.retained, attributes)
      try set("trace", computation.traced, attributes)
      for operand in computation.inputs {
        let dataset = try group.write(operand.value.array, to: "inputs/" + operand.name)
        try dataset.attributes.set("requires_grad", operand.requiresGradient ? 1 : 0)
        try dataset.attributes.set("role", operand.role.rawValue)
      }
      for (output, cotangent) in computation.cotangents.sorted(by: { $0.key < $1.key }) {
        try group.write(cotangent.array, to: "cotangents/" + output)
      }
    }
    try file.flush()
  }

  private static func set(_ name: String, _ names: [String], _ attributes: HDF5Attributes) throws {
    guard !names.isEmpty else { return }
    try attributes.set(name, JSONValue.array(names.map { .string($0) }).text)
  }
}

extension SampleReader {
  /// The computation of a sample of a file of questions.
  func question() throws -> Computation {
    Computation(
      operation: try operation(), arguments: try arguments(), precision: precision, inputs: try operands(),
      cotangents: try values("cotangents"), retained: try names("retain"), traced: try names("trace"))
  }

  private func names(_ attribute: String) throws -> [String] {
    guard let text = try group.attributes.string(attribute) else { return [] }
    guard let names = try JSONValue(parsing: text).arrayValue?.map(\.stringValue), !names.contains(nil) else {
      throw FixtureError("\(group.path)@\(attribute) is no list of names")
    }
    return names.compactMap { $0 }
  }
}
