// Optimisers and decoders, whose outputs are values, and programs of several operations.

import Conformance
import PuruTorch

extension OperationTable {
  // MARK: - Optimisers

  static let optimizers: [String: Operation] = [
    "optim.sgd": .results { call in
      try call.steps {
        try SGD(
          $0, lr: call.argument("lr", default: 0.001), momentum: call.argument("momentum", default: 0),
          dampening: call.argument("dampening", default: 0),
          weightDecay: call.argument("weight_decay", default: 0),
          nesterov: call.argument("nesterov", default: false),
          maximize: call.argument("maximize", default: false))
      }
    },
    "optim.adam": .results { call in
      try call.steps {
        try Adam(
          $0, lr: call.argument("lr", default: 0.001), betas: call.betas(),
          eps: call.argument("eps", default: 1e-8), weightDecay: call.argument("weight_decay", default: 0),
          amsgrad: call.argument("amsgrad", default: false),
          maximize: call.argument("maximize", default: false))
      }
    },
    "optim.adamw": .results { call in
      try call.steps {
        try AdamW(
          $0, lr: call.argument("lr", default: 0.001), betas: call.betas(),
          eps: call.argument("eps", default: 1e-8), weightDecay: call.argument("weight_decay", default: 0.01),
          amsgrad: call.argument("amsgrad", default: false),
          maximize: call.argument("maximize", default: false))
      }
    },
  ]

  // MARK: - Decoders

  static let decoders: [String: Operation] = [
    "decode.greedy": .results {
      let probabilities = try $0.input("probabilities")
      let found = try GreedySearchDecoder(symbols: $0.argument("symbols")).decode(probabilities)
      return try Results(
        tensors: ["score": Tensor(found.score, dtype: probabilities.dtype)],
        values: ["path": Value(shape: [], .string([found.path]))])
    },
    "decode.beam": .results {
      let probabilities = try $0.input("probabilities")
      let decoder = try BeamSearchDecoder(
        symbols: $0.argument("symbols"), beamWidth: $0.argument("beam_width"))
      let found = try decoder.decode(probabilities)
      let paths = found.mergedScores.map(\.path)
      return try Results(
        tensors: [
          "score": Tensor(found.score, dtype: probabilities.dtype),
          "merged_scores": Tensor(found.mergedScores.map(\.score), dtype: probabilities.dtype),
        ],
        values: [
          "path": Value(shape: [], .string([found.bestPath])),
          "merged_paths": Value(shape: [paths.count], .string(paths)),
        ])
    },
  ]

  // MARK: - Programs

  /// Runs steps one after the other; every step's output is an output of the program.
  static let program = Operation.results { call in
    var values = call.unreadInputs()
    var results = Results()
    for step in try call.argument("steps") as [ProgramStep] {
      var inputs: [String: Tensor] = [:]
      for (operand, name) in step.inputs {
        guard let value = values[name] else {
          throw MalformedComputation("\(step.operation): there is no value \(name)")
        }
        inputs[operand] = value
      }
      let found = try call.table.run(step.operation, inputs: inputs, arguments: step.arguments)
      guard found.leaves.isEmpty else {
        throw UnsupportedOperation("\(step.operation) as a step of a program")
      }
      let output = try found.tensor("output")
      values[step.output] = output
      results.tensors[step.output] = output
    }
    return results
  }
}

extension Call {
  /// The parameters after each of the steps that the gradients are for.
  fileprivate func steps(_ make: ([Tensor]) throws -> Optimizer) throws -> Results {
    let parameters = inputs(under: "params/").sorted { $0.key < $1.key }
    let gradients = inputs(under: "grads/")
    let optimizer = try make(parameters.map(\.value))
    let names = Set(parameters.map(\.key))
    var last = -1
    for place in gradients.keys {
      let parts = place.split(separator: "/", maxSplits: 1)
      guard parts.count == 2, let step = Int(parts[0]), step >= 0, names.contains(String(parts[1])) else {
        throw MalformedComputation("grads/\(place) is not the gradient of a parameter at a step")
      }
      last = max(last, step)
    }
    var results = Results()
    for step in 0..<(last + 1) {
      for (name, parameter) in parameters { parameter.grad = gradients["\(step)/\(name)"] }
      try optimizer.step()
      for (name, parameter) in parameters { results.values["params/\(step)/\(name)"] = try Value(parameter) }
    }
    return results
  }

  fileprivate func betas() throws -> (Double, Double) {
    let betas: [Double] = try argument("betas", default: [0.9, 0.999])
    guard betas.count == 2 else { throw MalformedComputation("betas are \(betas), expected two numbers") }
    return (betas[0], betas[1])
  }
}

/// One step of a program.
private struct ProgramStep: CallArgument {
  package static var expected: String { #"{"operation": , "inputs": {}, "arguments": {}, "output": }"# }

  let operation: String
  let inputs: [String: String]
  let arguments: [String: JSONValue]
  let output: String

  package init?(argument: JSONValue) {
    guard let members = argument.objectValue, let operation = members["operation"]?.stringValue,
      let output = members["output"]?.stringValue,
      let inputs = members["inputs"]?.objectValue,
      let arguments = (members["arguments"] ?? .object([:])).objectValue,
      Set(members.keys).isSubset(of: ["operation", "inputs", "arguments", "output"])
    else { return nil }
    self.operation = operation
    self.output = output
    self.arguments = arguments
    self.inputs = inputs.compactMapValues(\.stringValue)
    guard self.inputs.count == inputs.count else { return nil }
  }
}
