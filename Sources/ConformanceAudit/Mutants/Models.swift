// Mistakes in models.

import Conformance
import PuruTorch
import PuruTorchAdapter

extension Mutant {
  static let models: [Mutant] =
    mlpMistakes
    + cnnMistakes
    + resBlockMistakes
    + classifier("model/rnn_classifier", "model.rnn_classifier", "rnn_cell")
    + classifier("model/gru_classifier", "model.gru_classifier", "gru_cell")

  private static let mlpMistakes = of(
    "model/mlp", "model.mlp", .halfOutput, .ignored("activation"), .detached, .upstreamIgnored,
    .zeroGradient(),
    model("there is no activation after the last layer") { try $0.mlp { $0 == $1 - 1 } },
    model("there is no activation after the first layer") { try $0.mlp { layer, _ in layer == 0 } },
    model("the first layer's bias is ignored") { request in
      try request.withZeros("layers.0.bias").mlp { _, _ in false }
    })

  private static let cnnMistakes = of(
    "model/cnn", "model.cnn", .halfOutput, .detached, .upstreamIgnored, .zeroGradient(),
    model("there is no activation after the last convolution") { request in
      let names = request.activations
      return try request.cnn(names.dropLast() + ["identity"])
    },
    model("the activations are in reverse order") { try $0.cnn($0.activations.reversed()) },
    model("every activation is the first") { request in
      try request.cnn(request.activations.map { _ in request.activations[0] })
    },
    model("features are flattened with the channels last") { request in
      try request.cnn(request.activations) { try $0.transposed(1, 2).reshaped($0.shape[0], -1) }
    })

  private static let resBlockMistakes = of(
    "model/res_block", "model.res_block", .halfOutput, .detached, .upstreamIgnored, .zeroGradient(),
    model("the shortcut is not added") { try $0.resBlock { _, deep in try deep.relu() } },
    model("there is no activation after the sum") { try $0.resBlock { try $0 + $1 } },
    model("the activation comes before the sum") { try $0.resBlock { try $0.relu() + $1.relu() } },
    model("the shortcut gets no gradient") { try $0.resBlock { try ($0.detach() + $1).relu() } },
    model("batch normalisation uses running statistics") { request in
      try request.resBlock(training: false) { try ($0 + $1).relu() }
    })

  private static func classifier(_ row: String, _ operation: String, _ cell: String) -> [Mutant] {
    of(
      row, operation, .halfOutput, .detached, .upstreamIgnored, .zeroGradient(), .ignoredOperand("h_0"),
      .zeroGradient("h_0"),
      recurrent("the last step is left out", cell) { $0.leftOut = 1 },
      recurrent("only the first step is taken", cell) { $0.usesFirst = true },
      recurrent("the state is forgotten between steps", cell) { $0.forgets = true },
      recurrent("gradients flow through the last step only", cell) { $0.truncates = true },
      recurrent("the first layer's state goes through the last layer", cell) { $0.usesFirstLayer = true },
      recurrent("every layer begins with the first layer's state", cell) { $0.startsWithFirstState = true })
  }

  private static func recurrent(
    _ description: String, _ cell: String, _ change: @escaping @Sendable (inout Recurrence) -> Void
  ) -> Mistake {
    model(description) { request in
      var recurrence = Recurrence(cell: cell)
      change(&recurrence)
      return try recurrence.output(request)
    }
  }

  /// The models written out, without a mistake.
  static let rightModels =
    of("model/mlp", "model.mlp", model(rightly) { try $0.mlp { _, _ in false } })
    + of("model/cnn", "model.cnn", model(rightly) { try $0.cnn($0.activations) })
    + of("model/res_block", "model.res_block", model(rightly) { try $0.resBlock { try ($0 + $1).relu() } })
    + of("model/rnn_classifier", "model.rnn_classifier", recurrent(rightly, "rnn_cell") { _ in })
    + of("model/gru_classifier", "model.gru_classifier", recurrent(rightly, "gru_cell") { _ in })

  /// A mistake in a model that is written out; what the right model refuses is refused.
  private static func model(
    _ description: String, _ forward: @escaping @Sendable (Request) throws -> Tensor
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        let request = Request(call)
        let right = try request.answer()
        var results = Results(tensors: right.tensors)
        results.tensors["output"] = try forward(request)
        return results
      })
  }
}

extension Request {
  fileprivate var activations: [String] {
    arguments["activations"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  fileprivate func withZeros(_ operand: String) throws -> Request {
    var request = self
    request.inputs[operand] = try self[operand] * 0
    return request
  }

  fileprivate func applied(_ operation: String, _ tensor: Tensor) throws -> Tensor {
    try OperationTable.standard.run(operation, inputs: ["input": tensor], arguments: [:]).tensor("output")
  }

  /// The perceptron without the activations of some layers.
  fileprivate func mlp(_ isBare: (_ layer: Int, _ count: Int) -> Bool) throws -> Tensor {
    let count = (integers("dims") ?? []).count - 1
    let activation = arguments["activation"]?.stringValue ?? "identity"
    return try (0..<count).reduce(self["input"]) { tensor, layer in
      let sum = try Functional.linear(
        tensor, weight: self["layers.\(layer).weight"], bias: self["layers.\(layer).bias"])
      return try isBare(layer, count) ? sum : applied(activation, sum)
    }
  }

  /// The convolutional network with other activations.
  fileprivate func cnn(
    _ activations: [String], flatten: (Tensor) throws -> Tensor = { try $0.flattened(from: 1) }
  ) throws -> Tensor {
    let (kernels, strides) = (integers("kernel_sizes") ?? [], integers("strides") ?? [])
    let features = try activations.indices.reduce(self["input"]) { tensor, layer in
      try applied(
        activations[layer],
        Functional.conv1D(
          tensor, weight: self["conv_layers.\(layer).weight"], bias: self["conv_layers.\(layer).bias"],
          stride: strides[layer], padding: kernels[layer] / 2))
    }
    return try Functional.linear(flatten(features), weight: self["linear.weight"], bias: self["linear.bias"])
  }

  /// The residual block with another end.
  fileprivate func resBlock(
    training: Bool = true, _ end: (_ shortcut: Tensor, _ deep: Tensor) throws -> Tensor
  ) throws -> Tensor {
    let (stride, padding) = (integer("stride") ?? 3, integer("padding") ?? 1)
    func layer(_ name: String, _ input: Tensor, stride: Int, padding: Int) throws -> Tensor {
      let output = try Functional.conv2D(
        input, weight: self["\(name).conv.weight"], bias: self["\(name).conv.bias"], stride: stride,
        padding: padding)
      let channels = output.shape[1]
      return try Functional.batchNorm(
        output, runningMean: training ? nil : Tensor.zeros([channels], dtype: output.dtype),
        runningVar: training ? nil : Tensor.ones([channels], dtype: output.dtype),
        weight: self["\(name).bn.weight"], bias: self["\(name).bn.bias"], training: training)
    }
    let input = try self["input"]
    let hidden = try layer("cbn1", input, stride: stride, padding: padding).relu()
    let deep = try layer("cbn2", hidden, stride: 1, padding: padding)
    let isPlain = inputs["residual.conv.weight"] == nil
    let shortcut = try isPlain ? input : layer("residual", input, stride: stride, padding: 1)
    return try end(shortcut, deep)
  }
}

/// A stack of cells over a sequence with what can be wrong about it.
private struct Recurrence {
  let cell: String
  var leftOut = 0
  var usesFirst = false
  var forgets = false
  var truncates = false
  var usesFirstLayer = false
  var startsWithFirstState = false

  func output(_ request: Request) throws -> Tensor {
    let input = try request["input"]
    let (batch, steps) = (input.shape[0], input.shape[1])
    let (layers, hidden) = (request.integer("num_hidden_layers") ?? 2, request.integer("hidden_dim") ?? 1)
    var states = try (0..<layers).map { layer in
      try request.inputs["h_0"]?[startsWithFirstState ? 0 : layer]
        ?? Tensor.zeros([batch, hidden], dtype: input.dtype)
    }
    let starts = states
    for step in 0..<(usesFirst ? 1 : Swift.max(1, steps - leftOut)) {
      if forgets { states = starts }
      if truncates && step == steps - 1 { states = states.map { $0.detach() } }
      var tensor = try input[IndexItem.all, step]
      for layer in 0..<layers {
        var operands = ["input": tensor, "hx": states[layer]]
        for name in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] {
          operands[name] = request.inputs["rnn.\(name)_l\(layer)"]
        }
        tensor = try OperationTable.standard.run(cell, inputs: operands, arguments: [:]).tensor("output")
        states[layer] = tensor
      }
    }
    return try Functional.linear(
      states[usesFirstLayer ? 0 : layers - 1], weight: request["proj.weight"], bias: request["proj.bias"])
  }
}
