// What every operation computes, written out one number at a time; nothing here is the library's.

import Conformance

/// The operations' definitions. Gradients follow from them by the chain rule on scalars.
enum Definition {
  /// What a definition gives.
  struct Results {
    var cells: [String: Cells] = [:]
    var texts: [String: [String]] = [:]
  }

  typealias Body = @Sendable (Call) throws -> Results

  /// Every operation; a family has a file.
  private static let table: [String: Body] = [
    elementwise, shapes, reductions, products, convolutions, windows, resampling, losses, normalization,
    cells,
    models, attention, optimizers, decoders, ["program": program],
  ].reduce(into: [:]) { table, family in table.merge(family) { $1 } }

  /// A definition of one result, called `output`.
  static func output(_ body: @escaping @Sendable (Call) throws -> Cells) -> Body {
    { Results(cells: ["output": try body($0)]) }
  }

  /// Outputs, and the gradients of inputs and outputs that they give with the cotangents.
  struct Answer {
    let results: Results
    let gradients: [String: [Double]]
  }

  /// Works out a computation.
  ///
  /// - Throws: ``OracleError`` for what has no definition or makes no sense.
  static func answer(_ computation: Computation) throws -> Answer {
    let tape = Tape()
    var operands: [String: Cells] = [:]
    for operand in computation.inputs {
      operands[operand.name] = try Cells(operand.value) {
        operand.requiresGradient ? tape.variable($0) : Number($0)
      }
    }
    let results = try run(computation.operation, operands, computation.arguments)
    var heads: [(Number, weight: Double)] = []
    for (name, cotangent) in computation.cotangents {
      guard let output = results.cells[name], output.shape == cotangent.shape,
        let weights = cotangent.numbers
      else { throw OracleError("the cotangent of \(name) fits no output") }
      heads += zip(output.entries, weights).map { ($0, $1) }
    }
    let derivatives = tape.derivatives(of: heads)
    let gradients = results.cells.merging(operands) { $1 }.mapValues { cells in
      cells.entries.map { $0.isVariable ? derivatives[$0.place] : 0 }
    }
    return Answer(results: results, gradients: gradients)
  }

  /// Runs the definition of an operation.
  static func run(
    _ operation: String, _ operands: [String: Cells], _ arguments: [String: JSONValue] = [:]
  ) throws -> Results {
    guard let body = table[operation] else { throw OracleError("\(operation) has no definition") }
    return try body(Call(operation: operation, operands: operands, arguments: arguments))
  }

  /// The steps of a program, one after the other.
  private static let program: Body = { call in
    var values = call.operands
    var results = Results()
    for step in call.arguments["steps"]?.arrayValue ?? [] {
      let members = step.objectValue ?? [:]
      guard let operation = members["operation"]?.stringValue, let name = members["output"]?.stringValue
      else { throw OracleError("a step lacks operation or output") }
      let operands = (members["inputs"]?.objectValue ?? [:]).compactMapValues {
        $0.stringValue.flatMap { values[$0] }
      }
      let found = try run(operation, operands, members["arguments"]?.objectValue ?? [:])
      guard let output = found.cells["output"] else { throw OracleError("\(operation) has no output") }
      values[name] = output
      results.cells[name] = output
    }
    return results
  }
}

extension Definition {
  /// The operands and arguments of an operation.
  struct Call {
    let operation: String
    let operands: [String: Cells]
    let arguments: [String: JSONValue]

    /// An operand that must be given.
    func callAsFunction(_ name: String = "input") throws -> Cells {
      guard let cells = operands[name] else { throw OracleError("\(operation) needs \(name)") }
      return cells
    }

    /// An integer, small enough to be multiplied.
    func integer(_ name: String, _ standard: Int) throws -> Int {
      let given = try integers(name, [standard])
      guard let integer = given.first, given.count == 1 else {
        throw OracleError("\(operation): \(name) is \(given)")
      }
      return integer
    }

    /// A list of integers, for which one may stand.
    func integers(_ name: String, _ standard: [Int]) throws -> [Int] {
      guard let json = arguments[name], json != .null else { return standard }
      let list = json.arrayValue ?? [json]
      return try list.map { element in
        guard let integer = element.intValue, abs(integer) <= Cells.most else {
          throw OracleError("\(operation): \(name) is \(json.text)")
        }
        return integer
      }
    }

    /// One integer for each dimension of a window; one given stands for all.
    func sizes(_ name: String, _ rank: Int, _ standard: Int, least: Int = 0) throws -> [Int] {
      let given = try integers(name, [standard])
      let sizes = given.count == 1 ? Array(repeating: given[0], count: rank) : given
      guard sizes.count == rank, sizes.allSatisfy({ $0 >= least }) else {
        throw OracleError("\(operation): \(name) is \(given)")
      }
      return sizes
    }

    func number(_ name: String, _ standard: Double) -> Double { arguments[name]?.doubleValue ?? standard }

    func flag(_ name: String, _ standard: Bool = false) -> Bool { arguments[name]?.boolValue ?? standard }

    func text(_ name: String, _ standard: String) -> String { arguments[name]?.stringValue ?? standard }
  }
}
