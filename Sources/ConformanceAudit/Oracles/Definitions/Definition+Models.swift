// Definitions: whole models, from the definitions of their layers.

import Conformance

extension Definition {
  static let models: [String: Body] = [
    "model.mlp": output { call in
      var value = try call()
      var number = 0
      while call.operands["layers.\(number).weight"] != nil {
        value = try call.activated(
          call.linear(value, "layers.\(number)"), call.text("activation", "identity"))
        number += 1
      }
      return value
    },
    "model.cnn": output { call in
      var value = try call()
      let (kernels, strides) = (try call.integers("kernel_sizes", []), try call.integers("strides", []))
      let activations = (call.arguments["activations"]?.arrayValue ?? []).compactMap(\.stringValue)
      guard kernels.count == strides.count, kernels.count == activations.count else {
        throw OracleError("the lists of the model differ in length")
      }
      for (number, activation) in activations.enumerated() {
        let convolved = try call.layer(
          "conv1d", value, "conv_layers.\(number)",
          ["stride": .int(strides[number]), "padding": .int(kernels[number] / 2)])
        value = try call.activated(convolved, activation)
      }
      let width = value.shape.dropFirst().reduce(1, *)
      return try call.linear(Cells([value.size(0), width], entries: value.entries), "linear")
    },
    "model.res_block": resBlock,
    "model.rnn_classifier": output { try classifier($0, "rnn_cell") },
    "model.gru_classifier": output { try classifier($0, "gru_cell") },
  ]

  /// relu(cbn2(relu(cbn1(x))) + residual(x)).
  private static let resBlock: Body = { call in
    let input = try call()
    let (kernel, stride) = (try call.integer("kernel_size", 3), try call.integer("stride", 3))
    let padding = try call.integer("padding", 1)
    let isChanged =
      try stride != 1 || kernel != 1 || padding != 0
      || call.integer("in_channels", 0) != call.integer("out_channels", 0)
    var results = Results()
    func normalized(_ value: Cells, _ name: String, stride: Int, padding: Int) throws -> Cells {
      let convolved = try call.layer(
        "conv2d", value, name + ".conv", ["stride": .int(stride), "padding": .int(padding)])
      let channels = try convolved.size(1)
      func buffer(_ buffer: String, _ initial: Double) throws -> Cells {
        try call.operands["\(name).bn.\(buffer)"] ?? Cells([channels]) { _ in Number(initial) }
      }
      let found = try batchNorm(
        convolved, statistics: (buffer("running_mean", 0), buffer("running_var", 1)),
        weight: call("\(name).bn.weight"), bias: call("\(name).bn.bias"), isTraining: true, momentum: 0.1,
        epsilon: 1e-5)
      for buffer in ["running_mean", "running_var"] {
        results.cells["\(name).bn.\(buffer)"] = found.cells[buffer]
      }
      return found.cells["output"] ?? convolved
    }
    let first = try normalized(input, "cbn1", stride: stride, padding: padding).map(\.rectified)
    let second = try normalized(first, "cbn2", stride: 1, padding: padding)
    let other = isChanged ? try normalized(input, "residual", stride: stride, padding: 1) : input
    results.cells["output"] = try Cells(Cells.broadcast(second.shape, other.shape)) { index in
      (second.broadcast(index) + other.broadcast(index)).rectified
    }
    return results
  }

  /// Cells over time, layer on layer; the last step of the last goes through the projection.
  private static func classifier(_ call: Call, _ cell: String) throws -> Cells {
    let input = try call()
    let batch = try input.size(0)
    var sequence = try (0..<input.size(1)).map { time in
      try Cells([batch, input.size(2)]) { input[[$0[0], time, $0[1]]] }
    }
    for layer in 0..<max(0, try call.integer("num_hidden_layers", 1)) {
      let names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
      var operands: [String: Cells] = [:]
      for name in names { operands[name] = call.operands["rnn.\(name)_l\(layer)"] }
      let hidden = try operands["weight_hh"]?.size(1) ?? 0
      let start = call.operands["h_0"]
      var state = try Cells([batch, hidden]) { start?[[layer] + $0] ?? Number(0) }
      sequence = try sequence.map { step in
        let found = try run(cell, operands.merging(["input": step, "hx": state]) { $1 })
        state = found.cells["output"] ?? state
        return state
      }
    }
    guard let last = sequence.last else { throw OracleError("there is no step") }
    return try call.linear(last, "proj")
  }
}

extension Definition.Call {
  /// A layer with its parameters.
  fileprivate func layer(
    _ operation: String, _ value: Cells, _ name: String, _ arguments: [String: JSONValue]
  ) throws -> Cells {
    var operands = ["input": value, "weight": try self(name + ".weight")]
    operands["bias"] = self.operands[name + ".bias"]
    guard let output = try Definition.run(operation, operands, arguments).cells["output"] else {
      throw OracleError("\(operation) has no output")
    }
    return output
  }

  fileprivate func linear(_ value: Cells, _ name: String) throws -> Cells {
    try layer("linear", value, name, [:])
  }

  fileprivate func activated(_ value: Cells, _ name: String) throws -> Cells {
    guard let function = Definition.functions[name] else {
      throw OracleError("there is no activation \(name)")
    }
    return try value.map(function)
  }
}
