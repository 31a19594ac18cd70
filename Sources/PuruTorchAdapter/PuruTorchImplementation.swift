// PuruTorch as an implementation that the harness can score.

import Conformance
import PuruTorch

/// Maps the format's operations to PuruTorch.
package struct PuruTorchImplementation: Implementation {
  package let name = "PuruTorch"
  private let table: OperationTable

  /// PuruTorch with the operations of a table.
  package init(_ table: OperationTable = .standard) {
    self.table = table
  }

  package func evaluate(_ computation: Computation) throws -> Evaluation {
    var inputs: [String: Tensor] = [:]
    for operand in computation.inputs {
      inputs[operand.name] = try Tensor(operand.value, name: operand.name).setRequiresGrad(
        operand.requiresGradient)
    }
    let results = try table.run(
      computation.operation, inputs: inputs, arguments: computation.arguments,
      traced: Set(computation.traced))
    for tensor in results.trace.values where tensor.requiresGrad { try tensor.retainGrad() }
    for name in computation.retained { try results.tensor(name).retainGrad() }
    try backward(from: results, computation.cotangents)
    var evaluation = Evaluation(outputs: results.values)
    for (name, tensor) in results.tensors { evaluation.outputs[name] = try Value(tensor) }
    for operand in computation.inputs where operand.requiresGradient {
      let leaf = results.leaves[operand.name] ?? inputs[operand.name]
      evaluation.gradients[operand.name] = try leaf?.grad.map { try Value($0) }
    }
    for name in computation.retained {
      evaluation.gradients[name] = try results.tensor(name).grad.map { try Value($0) }
    }
    for (name, tensor) in results.trace {
      evaluation.trace.outputs[name] = try Value(tensor)
      evaluation.trace.gradients[name] = try tensor.grad.map { try Value($0) }
    }
    return evaluation
  }

  /// Differentiates every output that has a cotangent; the gradients add up.
  private func backward(from results: Results, _ cotangents: [String: Value]) throws {
    let heads = cotangents.keys.sorted()
    for name in heads {
      let cotangent = try Tensor(cotangents[name], name: "the cotangent of \(name)")
      try results.tensor(name).backward(cotangent, retainGraph: name != heads.last)
    }
  }
}

/// A computation that doesn't make sense, such as one that lacks an operand.
package struct MalformedComputation: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

// MARK: - Values and tensors

extension Tensor {
  /// A tensor of a fixture's array.
  fileprivate convenience init(_ value: Value?, name: String) throws {
    switch value?.elements {
    case .float32(let elements): try self.init(elements, shape: value?.shape ?? [])
    case .float64(let elements): try self.init(elements, shape: value?.shape ?? [])
    case .int64(let elements): try self.init(elements, shape: value?.shape ?? [])
    case .bool(let elements): try self.init(elements, shape: value?.shape ?? [])
    case .string, nil: throw MalformedComputation("\(name) is not an array of numbers")
    }
  }
}

extension Value {
  /// The elements of a tensor.
  init(_ tensor: Tensor) throws {
    switch tensor.dtype {
    case .float32: self.init(shape: tensor.shape, .float32(try tensor.data()))
    case .float64: self.init(shape: tensor.shape, .float64(try tensor.data()))
    case .int64: self.init(shape: tensor.shape, .int64(try tensor.data()))
    case .bool: self.init(shape: tensor.shape, .bool(try tensor.data()))
    }
  }
}
