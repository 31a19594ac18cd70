// Answers: what an implementation in another process computed.

/// The answers of a request, as they are collected.
struct AnswerWriter {
  private var packer = TensorPacker()
  private var index: [String: JSONValue] = [:]

  /// Adds the answer to a sample.
  mutating func add(_ evaluation: Evaluation, of sample: String) {
    var entry = [
      "outputs": packer.pack(evaluation.outputs), "gradients": packer.pack(evaluation.gradients),
    ]
    if evaluation.trace != Trace() {
      entry["trace"] = .object([
        "outputs": packer.pack(evaluation.trace.outputs),
        "gradients": packer.pack(evaluation.trace.gradients),
      ])
    }
    index[sample] = .object(entry)
  }

  /// Writes the file.
  func write(to path: String) throws { try packer.write(index, to: path) }
}

/// Answers in a file.
struct Answers {
  private let pool: TensorPool

  /// Reads a file of answers.
  init(reading path: String) throws { pool = try TensorPool(reading: path) }

  /// The answer to a sample.
  ///
  /// - Throws: ``FixtureError`` when there is none, or it is malformed.
  func evaluation(of sample: String) throws -> Evaluation {
    let entry = try pool.entry(of: sample)
    let trace = entry["trace"]?.objectValue ?? [:]
    return Evaluation(
      outputs: try pool.values(entry["outputs"]), gradients: try pool.values(entry["gradients"]),
      trace: Trace(
        outputs: try pool.values(trace["outputs"]), gradients: try pool.values(trace["gradients"])))
  }
}
