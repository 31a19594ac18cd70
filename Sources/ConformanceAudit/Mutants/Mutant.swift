// Mutants: wrong versions of operations, each a mistake that somebody could make.

import Conformance
import PuruTorch
import PuruTorchAdapter

/// A wrong version of one operation of one row.
package struct Mutant: Sendable {
  /// The row that must turn red.
  package let row: String
  /// The operation that is wrong.
  let operation: String
  /// What is wrong with it.
  package let mistake: Mistake

  /// The row, the operation and the mistake in words.
  package var id: String {
    "\(row)/\(operation)/" + mistake.description.replacing(" ", with: "-")
  }

  /// The library's operations with this one wrong, also where it is a step of a program.
  package var table: OperationTable {
    OperationTable.standard.replacing(operation, with: .results(mistake.body))
  }

  /// The mutant of an id, or what is right under that id.
  static func named(_ id: String) -> Mutant? { (all + right).first { $0.id == id } }

  /// Every mutant, in the order of the families.
  package static let all: [Mutant] =
    arithmetic + shapes + reductions + activations + losses + normalization + dropout + resampling + pooling
    + convolutions + recurrent + optimizers + models + decoding + attention

  /// What mistakes are made in where an operation is written out, without a mistake: each must pass, or its mutants
  /// would be caught for another reason than their mistake.
  package static let right: [Mutant] =
    rightModels + rightAttention + rightDecoding + rightOptimizers + rightCells

  /// The description of no mistake.
  static let rightly = "nothing is wrong"

  /// The mutants of a row in which one operation is wrong.
  package static func of(_ row: String, _ operation: String, _ mistakes: Mistake...) -> [Mutant] {
    mistakes.map { Mutant(row: row, operation: operation, mistake: $0) }
  }
}

/// One way to get an operation wrong.
package struct Mistake: Sendable {
  /// What is wrong, in a few words.
  package let description: String
  /// What is computed instead.
  let body: @Sendable (Call) throws -> Results

  /// A mistake that is written out.
  package init(answering description: String, _ body: @escaping @Sendable (Call) throws -> Results) {
    self.description = description
    self.body = body
  }

  /// A mistake in an operation of one result, which is computed from its operands and arguments.
  init(_ description: String, _ body: @escaping @Sendable (Request) throws -> Tensor) {
    self.init(answering: description, { Results(tensors: ["output": try body(Request($0))]) })
  }
}

/// The operands and arguments of a call, to be changed before the right operation sees them.
package struct Request {
  /// The name of the operation.
  let operation: String
  /// The operands.
  var inputs: [String: Tensor]
  /// The arguments.
  var arguments: [String: JSONValue]

  /// Everything that a call has.
  package init(_ call: Call) {
    operation = call.operation
    inputs = call.unreadInputs()
    arguments = call.unreadArguments()
  }

  /// An operand that every sample has.
  subscript(_ operand: String) -> Tensor {
    get throws {
      guard let tensor = inputs[operand] else {
        throw UnsupportedOperation("\(operation) without \(operand)")
      }
      return tensor
    }
  }

  /// What the right operation answers.
  package func answer() throws -> Results {
    try OperationTable.standard.run(operation, inputs: inputs, arguments: arguments)
  }

  /// The one result of the right operation.
  func output() throws -> Tensor { try answer().tensor("output") }

  /// What another operation answers to the same operands.
  func output(of other: String) throws -> Tensor {
    try OperationTable.standard.run(other, inputs: inputs, arguments: arguments).tensor("output")
  }

  /// An integer argument.
  func integer(_ name: String) -> Int? { arguments[name]?.intValue }

  /// A list of integers, or an integer that stands for one.
  func integers(_ name: String) -> [Int]? {
    arguments[name]?.arrayValue?.compactMap(\.intValue) ?? integer(name).map { [$0] }
  }

  /// A number.
  func number(_ name: String, default value: Double) -> Double { arguments[name]?.doubleValue ?? value }

  /// Whether an argument is true.
  func flag(_ name: String) -> Bool { arguments[name]?.boolValue ?? false }
}

extension Request {
  /// What the right operation, or another one, answers with one operand changed.
  func with(_ operand: String, _ tensor: Tensor, of other: String? = nil) throws -> Tensor {
    var request = self
    request.inputs[operand] = tensor
    return try request.output(of: other ?? operation)
  }
}
