// The table of operations: what an entry is, what it answers, and how one is run.

import Conformance
import PuruTorch

/// All operations of the format's vocabulary, by name.
enum OperationTable {
  /// The entries, which live in one file for each family.
  static let entries: [String: Operation] = [
    arithmetic, shapes, reductions, activations, losses, regularization, convolutions, windows, cells, models,
    optimizers, decoders, ["program": program],
  ].reduce(into: [:]) { table, family in table.merge(family) { $1 } }

  /// Runs an operation.
  ///
  /// - Throws: `UnsupportedOperation`, what the library throws, `MalformedComputation` for operands or arguments
  ///   that are missing, of the wrong type or unknown to the operation.
  static func run(
    _ name: String, inputs: [String: Tensor], arguments: [String: JSONValue]
  ) throws -> Results {
    guard let operation = entries[name] else { throw UnsupportedOperation(name) }
    let call = Call(name, inputs: inputs, arguments: arguments)
    let results = try operation.body(call)
    try call.requireAllRead()
    return results
  }
}

/// An entry of the table.
struct Operation: Sendable {
  let body: @Sendable (Call) throws -> Results

  /// An operation of one result, called `output`.
  static func output(_ body: @escaping @Sendable (Call) throws -> Tensor) -> Operation {
    Operation { Results(tensors: ["output": try body($0)]) }
  }

  /// An operation of several results.
  static func results(_ body: @escaping @Sendable (Call) throws -> Results) -> Operation {
    Operation(body: body)
  }
}

/// What an operation answers.
struct Results {
  /// Outputs that can be differentiated.
  var tensors: [String: Tensor] = [:]
  /// Outputs that can't: texts, and what a later step would overwrite.
  var values: [String: Value] = [:]
  /// The tensors that receive the gradients of inputs in their place: a model's parameters, loaded from them.
  var leaves: [String: Tensor] = [:]

  func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw MalformedComputation("there is no differentiable output \(name)")
    }
    return tensor
  }
}
