// The table of operations: what an entry is, what it answers, and how one is run.

import Conformance
import PuruTorch

/// Operations by the names of the format's vocabulary.
package struct OperationTable: Sendable {
  private var entries: [String: Operation]

  /// The whole vocabulary; its entries live in one file for each family.
  package static let standard = OperationTable(
    entries: [
      arithmetic, shapes, reductions, activations, losses, regularization, convolutions, windows, cells,
      models,
      optimizers, decoders, ["program": program],
    ].reduce(into: [:]) { table, family in table.merge(family) { $1 } })

  /// The names, sorted.
  package var names: [String] { entries.keys.sorted() }

  /// The table with another entry for an operation, also where it is a step of a program.
  package func replacing(_ name: String, with operation: Operation) -> OperationTable {
    var table = self
    table.entries[name] = operation
    return table
  }

  /// Runs an operation.
  ///
  /// - Throws: `UnsupportedOperation`, what the library throws, `MalformedComputation` for operands or arguments
  ///   that are missing, of the wrong type or unknown to the operation.
  package func run(
    _ name: String, inputs: [String: Tensor], arguments: [String: JSONValue], traced: Set<String> = []
  ) throws -> Results {
    guard let operation = entries[name] else { throw UnsupportedOperation(name) }
    let call = Call(name, inputs: inputs, arguments: arguments, traced: traced, table: self)
    let results = try operation.body(call)
    try call.requireAllRead()
    return results
  }
}

/// An entry of the table.
package struct Operation: Sendable {
  package let body: @Sendable (Call) throws -> Results

  /// An operation of one result, called `output`.
  package static func output(_ body: @escaping @Sendable (Call) throws -> Tensor) -> Operation {
    Operation { Results(tensors: ["output": try body($0)]) }
  }

  /// An operation of several results.
  package static func results(_ body: @escaping @Sendable (Call) throws -> Results) -> Operation {
    Operation(body: body)
  }
}

/// What an operation answers.
package struct Results {
  /// Outputs that can be differentiated.
  package var tensors: [String: Tensor] = [:]
  /// Outputs that can't: texts, and what a later step would overwrite.
  package var values: [String: Value] = [:]
  /// The tensors that receive the gradients of inputs in their place: a model's parameters, loaded from them.
  package var leaves: [String: Tensor] = [:]

  package init(
    tensors: [String: Tensor] = [:], values: [String: Value] = [:], leaves: [String: Tensor] = [:]
  ) {
    (self.tensors, self.values, self.leaves) = (tensors, values, leaves)
  }
  /// Values between a model's layers.
  package var trace: [String: Tensor] = [:]

  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw MalformedComputation("there is no differentiable output \(name)")
    }
    return tensor
  }
}
