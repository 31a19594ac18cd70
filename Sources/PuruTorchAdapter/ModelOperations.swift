// Whole models and the attention layer, run from the parameters of their state dictionaries.

import Conformance
import Foundation
import PuruTorch

extension OperationTable {
  static let models: [String: Operation] = [
    "model.mlp": .results {
      let model = try MLP(
        $0.argument("dims"), activation: $0.activation($0.argument("activation", default: "identity")),
        dtype: $0.input().dtype)
      return try $0.results(of: model)
    },
    "model.cnn": .results { call in
      let activations: [String] = try call.argument("activations")
      let model = try CNN(
        inWidth: call.argument("in_width"), convDims: call.argument("conv_dims"),
        kernelSizes: call.argument("kernel_sizes"), strides: call.argument("strides"),
        linearDim: call.argument("linear_dim"), activations: activations.map { call.activation($0) },
        dtype: call.input().dtype)
      return try call.results(of: model)
    },
    "model.res_block": .results {
      let model = try ResBlock(
        inChannels: $0.argument("in_channels"), outChannels: $0.argument("out_channels"),
        kernelSize: $0.argument("kernel_size"), stride: $0.argument("stride", default: 3),
        padding: $0.argument("padding", default: 1), dtype: $0.input().dtype)
      return try $0.results(of: model)
    },
    "model.rnn_classifier": .results {
      let model = try RNNClassifier(
        inDim: $0.argument("in_dim"), hiddenDim: $0.argument("hidden_dim"), outDim: $0.argument("out_dim"),
        numHiddenLayers: $0.argument("num_hidden_layers", default: 2), dtype: $0.input().dtype)
      let state = $0.optionalInput("h_0")
      return try $0.results(of: model) { try model($0, state) }
    },
    "model.gru_classifier": .results {
      let model = try GRUClassifier(
        inDim: $0.argument("in_dim"), hiddenDim: $0.argument("hidden_dim"), outDim: $0.argument("out_dim"),
        numHiddenLayers: $0.argument("num_hidden_layers", default: 2), dtype: $0.input().dtype)
      let state = $0.optionalInput("h_0")
      return try $0.results(of: model) { try model($0, state) }
    },
    "attention": .results {
      let layer = try Attention(
        keyWeight: $0.input("weight_key"), queryWeight: $0.input("weight_query"),
        valueWeight: $0.input("weight_value"), isCausal: $0.argument("is_causal", default: false))
      var results = Results()
      results.tensors["output"] = try layer($0.input())
      results.tensors["query"] = layer.query
      results.tensors["key"] = layer.key
      results.tensors["value"] = layer.value
      results.tensors["weights"] = layer.weights
      for (name, parameter) in try layer.namedParameters() { results.leaves[name] = parameter }
      return results
    },
  ]
}

extension Call {
  /// The operation of a name as a module.
  fileprivate func activation(_ operation: String) -> Module { NamedActivation(operation, table) }

  /// What a model in training mode computes with the remaining operands as its state.
  ///
  /// Parameters must all be given, buffers have their initial values where they are not.
  fileprivate func results(of model: Module) throws -> Results {
    try results(of: model) { try model($0) }
  }

  fileprivate func results(of model: Module, _ forward: (Tensor) throws -> Tensor) throws -> Results {
    let input = try input()
    var state = StateDict()
    for (name, buffer) in try model.namedBuffers() { state[name] = buffer }
    for (name, tensor) in unreadInputs() { state[name] = tensor }
    try model.loadStateDict(state)
    let trace = try LayerTrace(model, traced)
    var results = Results(tensors: ["output": try forward(input)])
    results.trace = trace.values
    for (name, buffer) in try model.namedBuffers() { results.tensors[name] = buffer }
    for (name, parameter) in try model.namedParameters() { results.leaves[name] = parameter }
    return results
  }
}

/// The results of a model's layers as it runs.
private final class LayerTrace {
  private(set) var values: [String: Tensor] = [:]
  private var calls: [String: Int] = [:]

  /// Watches the modules of a model that have something to do with the names.
  ///
  /// A layer's result has the layer's name, or, of a layer that runs several times, also the number of the run:
  /// `activation.1`. The cells of a recurrent layer are known by their numbers, as in `rnn.0.7`.
  init(_ model: Module, _ traced: Set<String>) throws {
    guard !traced.isEmpty else { return }
    for (name, module) in try model.namedModules() where !name.isEmpty {
      let name = name.replacingOccurrences(of: ".cells.", with: ".")
      module.registerForwardHook { [self] _, output in
        let call = calls[name, default: 0]
        calls[name] = call + 1
        for place in ["\(name).\(call)"] + (call == 0 ? [name] : []) where traced.contains(place) {
          values[place] = output
        }
      }
    }
  }
}

/// The operation of a name as a module. It holds a closure and not the table, which every walk over the module would
/// search for parameters.
private final class NamedActivation: Module {
  private let operation: @Sendable (Tensor) throws -> Tensor

  init(_ name: String, _ table: OperationTable) {
    operation = { try table.run(name, inputs: ["input": $0], arguments: [:]).tensor("output") }
  }

  override func forward(_ input: Tensor) throws -> Tensor { try operation(input) }
}
