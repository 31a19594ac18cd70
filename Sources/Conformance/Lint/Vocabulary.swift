// The operations of the format: which operands and arguments each of them has.

/// What an operation takes.
struct OperationEntry: Sendable {
  /// What an argument's JSON may be.
  enum Kind: String, Sendable {
    case integer = "an integer"
    case number = "a number"
    case boolean = "true or false"
    case text = "a text"
    case integers = "a list of integers"
    case sizes = "an integer or a list of integers"
    case padding = "an integer, a list of integers or a text"
    case numbers = "a list of numbers"
    case texts = "a list of texts"
    case index = "a list of indices"
    case steps = "a list of steps"

    func takes(_ json: JSONValue) -> Bool {
      func all(_ test: (JSONValue) -> Bool) -> Bool { json.arrayValue?.allSatisfy(test) ?? false }
      switch self {
      case .integer: return json.intValue != nil
      case .number: return json.doubleValue != nil
      case .boolean: return json.boolValue != nil
      case .text: return json.stringValue != nil
      case .integers: return all { $0.intValue != nil }
      case .sizes: return json.intValue != nil || all { $0.intValue != nil }
      case .padding: return json.stringValue != nil || Kind.sizes.takes(json)
      case .numbers: return all { $0.doubleValue != nil }
      case .texts: return all { $0.stringValue != nil }
      case .index:
        return all { $0.objectValue != nil || $0 == .string("ellipsis") || $0 == .string("newaxis") }
      case .steps: return all { $0.objectValue?["operation"]?.stringValue != nil }
      }
    }
  }

  /// Operands that must be given.
  let required: Set<String>
  /// Operands that may be given; a name that ends in `*` stands for all that begin so.
  let optional: Set<String>
  /// The arguments by name.
  let arguments: [String: Kind]

  init(_ required: Set<String>, optional: Set<String> = [], _ arguments: [String: Kind] = [:]) {
    (self.required, self.optional, self.arguments) = (required, optional, arguments)
  }

  /// Whether there is an operand of that name.
  func knows(_ operand: String) -> Bool {
    required.contains(operand) || optional.contains(operand)
      || optional.contains { $0.hasSuffix("*") && operand.hasPrefix($0.dropLast()) }
  }
}

/// The operations of `reference/README.md`.
enum Vocabulary {
  static let operations: [String: OperationEntry] = {
    var table: [String: OperationEntry] = [:]
    func add(_ names: String..., entry: OperationEntry) { for name in names { table[name] = entry } }
    let layer: Set = ["input", "weight"]
    let cell: Set = ["input", "weight_ih", "weight_hh"]
    let cellOptions: Set = ["hx", "bias_ih", "bias_hh"]
    let reduction: [String: OperationEntry.Kind] = ["dim": .sizes, "keepdim": .boolean]
    let window: [String: OperationEntry.Kind] = [
      "kernel_size": .sizes, "stride": .sizes, "padding": .sizes, "ceil_mode": .boolean,
    ]
    let convolution: [String: OperationEntry.Kind] = [
      "stride": .sizes, "padding": .padding, "dilation": .sizes, "groups": .integer,
    ]
    let adam: [String: OperationEntry.Kind] = [
      "lr": .number, "betas": .numbers, "eps": .number, "weight_decay": .number, "amsgrad": .boolean,
      "maximize": .boolean,
    ]
    let recurrent: [String: OperationEntry.Kind] = [
      "in_dim": .integer, "hidden_dim": .integer, "out_dim": .integer, "num_hidden_layers": .integer,
    ]
    add("add", "sub", "mul", "div", "matmul", entry: .init(["input", "other"]))
    add("pow", entry: .init(["input", "exponent"]))
    add("neg", "log", "exp", "identity", "sigmoid", "relu", "tanh", entry: .init(["input"]))
    add("softmax", "log_softmax", "unsqueeze", entry: .init(["input"], ["dim": .integer]))
    add("transpose", entry: .init(["input"], ["dim0": .integer, "dim1": .integer]))
    add("permute", entry: .init(["input"], ["dims": .integers]))
    add("reshape", entry: .init(["input"], ["shape": .integers]))
    add("squeeze", entry: .init(["input"], ["dim": .sizes]))
    add("slice", entry: .init(["input"], ["index": .index]))
    add("sum", "mean", "amax", entry: .init(["input"], reduction))
    add("max", entry: .init(["input"], ["dim": .integer, "keepdim": .boolean]))
    add("var", entry: .init(["input"], reduction.merging(["correction": .number]) { $1 }))
    add("mse_loss", entry: .init(["input", "target"], ["reduction": .text]))
    add(
      "cross_entropy",
      entry: .init(
        ["input", "target"], optional: ["weight"],
        ["reduction": .text, "ignore_index": .integer, "label_smoothing": .number]))
    add(
      "ctc_loss",
      entry: .init(
        ["log_probs", "targets", "input_lengths", "target_lengths"],
        ["blank": .integer, "reduction": .text, "zero_infinity": .boolean]))
    add(
      "batch_norm",
      entry: .init(
        ["input"], optional: ["running_mean", "running_var", "weight", "bias"],
        ["training": .boolean, "momentum": .number, "eps": .number]))
    add(
      "dropout", "dropout1d", "dropout2d",
      entry: .init(["input"], optional: ["mask"], ["p": .number, "training": .boolean]))
    add(
      "upsample1d", "upsample2d", "downsample1d", "downsample2d", entry: .init(["input"], ["factor": .sizes]))
    add(
      "max_pool1d", "max_pool2d", entry: .init(["input"], window.merging(["dilation": .sizes]) { $1 }))
    add(
      "avg_pool1d", "avg_pool2d",
      entry: .init(["input"], window.merging(["count_include_pad": .boolean]) { $1 }))
    add("linear", entry: .init(layer, optional: ["bias"]))
    add("conv1d", "conv2d", entry: .init(layer, optional: ["bias"], convolution))
    add(
      "conv_transpose1d", "conv_transpose2d",
      entry: .init(layer, optional: ["bias"], convolution.merging(["output_padding": .sizes]) { $1 }))
    add("rnn_cell", entry: .init(cell, optional: cellOptions, ["nonlinearity": .text]))
    add("gru_cell", entry: .init(cell, optional: cellOptions))
    add(
      "scaled_dot_product_attention",
      entry: .init(
        ["query", "key", "value"], optional: ["attn_mask"], ["is_causal": .boolean, "scale": .number]))
    add(
      "attention",
      entry: .init(["input", "weight_key", "weight_query", "weight_value"], ["is_causal": .boolean]))
    add(
      "optim.sgd",
      entry: .init(
        [], optional: ["params/*", "grads/*"],
        [
          "lr": .number, "momentum": .number, "dampening": .number, "weight_decay": .number,
          "nesterov": .boolean, "maximize": .boolean,
        ]))
    add("optim.adam", "optim.adamw", entry: .init([], optional: ["params/*", "grads/*"], adam))
    add(
      "model.mlp",
      entry: .init(["input"], optional: ["layers.*"], ["dims": .integers, "activation": .text]))
    add(
      "model.cnn",
      entry: .init(
        ["input", "linear.weight", "linear.bias"], optional: ["conv_layers.*"],
        [
          "in_width": .integer, "conv_dims": .integers, "kernel_sizes": .integers, "strides": .integers,
          "linear_dim": .integer, "activations": .texts,
        ]))
    add(
      "model.res_block",
      entry: .init(
        ["input"], optional: ["cbn1.*", "cbn2.*", "residual.*"],
        [
          "in_channels": .integer, "out_channels": .integer, "kernel_size": .integer, "stride": .integer,
          "padding": .integer,
        ]))
    add(
      "model.rnn_classifier", "model.gru_classifier",
      entry: .init(["input", "proj.weight", "proj.bias"], optional: ["h_0", "rnn.*"], recurrent))
    add("decode.greedy", entry: .init(["probabilities"], ["symbols": .texts]))
    add("decode.beam", entry: .init(["probabilities"], ["symbols": .texts, "beam_width": .integer]))
    add("program", entry: .init([], optional: ["*"], ["steps": .steps]))
    return table
  }()
}
