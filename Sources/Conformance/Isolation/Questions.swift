// Questions: what an implementation in another process is asked to compute.

/// Samples without their answers, in a file.
struct Questions {
  private static let format = "autograd-conformance-questions"
  private static let formatVersion = 1
  private let pool: TensorPool

  /// Reads a file of questions.
  init(reading path: String) throws { pool = try TensorPool(reading: path) }

  /// Writes the questions of samples.
  ///
  /// - Parameters:
  ///   - questions: Names of samples and what they compute.
  ///   - path: The file, which is made.
  static func write(_ questions: [(name: String, computation: Computation)], to path: String) throws {
    var packer = TensorPacker()
    var index: [String: JSONValue] = [:]
    for (name, computation) in questions {
      var inputs: [String: JSONValue] = [:]
      for operand in computation.inputs {
        inputs[operand.name] = .object(
          packer.pack(operand.value).merging([
            "requires_grad": .bool(operand.requiresGradient), "role": .string(operand.role.rawValue),
          ]) { $1 })
      }
      index[name] = .object([
        "operation": .string(computation.operation), "arguments": .object(computation.arguments),
        "dtype": .string(computation.precision.rawValue), "inputs": .object(inputs),
        "cotangents": packer.pack(computation.cotangents),
        "retain": .array(computation.retained.map { .string($0) }),
        "trace": .array(computation.traced.map { .string($0) }),
      ])
    }
    try packer.write(
      index, to: path, attributes: ["format": .string(format), "format_version": .int(formatVersion)])
  }

  /// What a sample computes.
  ///
  /// - Throws: ``FixtureError`` when the file doesn't say so.
  func computation(of sample: String) throws -> Computation {
    let entry = try pool.entry(of: sample)
    func fault(_ member: String) -> FixtureError { FixtureError("\(sample) in the index lacks \(member)") }
    guard let operation = entry["operation"]?.stringValue else { throw fault("operation") }
    guard let arguments = entry["arguments"]?.objectValue else { throw fault("arguments") }
    guard let precision = entry["dtype"]?.stringValue.flatMap(Precision.init) else { throw fault("dtype") }
    guard let operands = entry["inputs"]?.objectValue else { throw fault("inputs") }
    let inputs = try operands.sorted { $0.key < $1.key }.map { name, entry in
      let members = entry.objectValue ?? [:]
      guard let role = members["role"]?.stringValue.flatMap(Operand.Role.init) else { throw fault("role") }
      return Operand(
        name: name, value: try pool.value(entry, name),
        requiresGradient: members["requires_grad"]?.boolValue ?? false, role: role)
    }
    func names(_ member: String) -> [String] { entry[member]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    return Computation(
      operation: operation, arguments: arguments, precision: precision, inputs: inputs,
      cotangents: try pool.values(entry["cotangents"]), retained: names("retain"), traced: names("trace"))
  }
}
