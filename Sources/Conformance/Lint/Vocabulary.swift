// The operations of the format: which operands, arguments and outputs each of them has.

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
    case padding = "an integer, a list of integers, \"same\" or \"valid\""
    case reduction = "\"mean\", \"sum\" or \"none\""
    case nonlinearity = "\"tanh\" or \"relu\""
    case numbers = "a list of numbers"
    case texts = "a list of texts"
    case index = "a list of indices"
    case steps = "a list of steps"

    func takes(_ json: JSONValue) -> Bool {
      func all(_ test: (JSONValue) -> Bool) -> Bool { json.arrayValue?.allSatisfy(test) ?? false }
      func isOne(of texts: String...) -> Bool { json.stringValue.map(texts.contains) ?? false }
      switch self {
      case .integer: return json.intValue != nil
      case .number: return json.doubleValue != nil
      case .boolean: return json.boolValue != nil
      case .text: return json.stringValue != nil
      case .integers: return all { $0.intValue != nil }
      case .sizes: return json.intValue != nil || all { $0.intValue != nil }
      case .padding: return isOne(of: "same", "valid") || Kind.sizes.takes(json)
      case .reduction: return isOne(of: "mean", "sum", "none")
      case .nonlinearity: return isOne(of: "tanh", "relu")
      case .numbers: return all { $0.doubleValue != nil }
      case .texts: return all { $0.stringValue != nil }
      case .index: return all(Self.isIndex)
      case .steps: return all { $0.objectValue != nil }
      }
    }

    private static func isIndex(_ json: JSONValue) -> Bool {
      guard let members = json.objectValue else { return ["ellipsis", "newaxis"].contains(json.stringValue) }
      if let place = members["at"] { return members.count == 1 && place.intValue != nil }
      return Set(members.keys).isSubset(of: ["from", "to", "step"])
        && members.values.allSatisfy { $0 == .null || $0.intValue != nil }
    }
  }

  /// Operands that must be given.
  let required: Set<String>
  /// Operands that may be given; a number in a name is `<i>`, and `*` stands for any name.
  let optional: Set<String>
  /// The arguments by name.
  let arguments: [String: Kind]
  /// Arguments that must be given.
  let needed: Set<String>
  /// The outputs that there may be, written as operands are.
  let outputs: Set<String>
  /// The values between a model's layers, written as operands are.
  let between: Set<String>

  init(
    _ required: Set<String>, optional: Set<String> = [], _ arguments: [String: Kind] = [:],
    needing needed: Set<String> = [], outputs: Set<String> = ["output"], between: Set<String> = []
  ) {
    (self.required, self.optional, self.arguments) = (required, optional, arguments)
    (self.needed, self.outputs, self.between) = (needed, outputs, between)
  }

  /// Whether there is an operand of that name.
  func knows(_ operand: String) -> Bool {
    required.contains(operand) || optional.contains("*") || optional.contains(Self.pattern(of: operand))
  }

  /// A name with `<i>` for each number that counts parameters, steps or layers: `rnn.weight_ih_l<i>`.
  static func pattern(of name: String) -> String {
    var pattern = ""
    var rest = name[...]
    while let end = rest.firstIndex(where: { $0 == "." || $0 == "/" }) {
      pattern += counted(rest[..<end]) + String(rest[end])
      rest = rest[rest.index(after: end)...]
    }
    return pattern + counted(rest)
  }

  private static func counted(_ part: Substring) -> String {
    let text = part.prefix(part.count - part.reversed().prefix { $0.isASCII && $0.isNumber }.count)
    return text.count < part.count && (text.isEmpty || text.hasSuffix("_l")) ? text + "<i>" : String(part)
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
    let optimized: Set = ["params/<i>", "grads/<i>/<i>"]
    let recurrent: [String: OperationEntry.Kind] = [
      "in_dim": .integer, "hidden_dim": .integer, "out_dim": .integer, "num_hidden_layers": .integer,
    ]
    let cnn: [String: OperationEntry.Kind] = [
      "in_width": .integer, "conv_dims": .integers, "kernel_sizes": .integers, "strides": .integers,
      "linear_dim": .integer, "activations": .texts,
    ]
    let resBlock: [String: OperationEntry.Kind] = [
      "in_channels": .integer, "out_channels": .integer, "kernel_size": .integer, "stride": .integer,
      "padding": .integer,
    ]
    func names(_ parts: [String]) -> Set<String> {
      Set(["cbn1", "cbn2", "residual"].flatMap { path in parts.map { "\(path).\($0)" } })
    }
    let statistics = names(["bn.running_mean", "bn.running_var"])
    add("add", "sub", "mul", "div", "matmul", entry: .init(["input", "other"]))
    add("pow", entry: .init(["input", "exponent"]))
    add("neg", "log", "exp", "identity", "sigmoid", "relu", "tanh", entry: .init(["input"]))
    add("softmax", "log_softmax", "unsqueeze", entry: .init(["input"], ["dim": .integer], needing: ["dim"]))
    add("transpose", entry: .init(["input"], ["dim0": .integer, "dim1": .integer]))
    add("permute", entry: .init(["input"], ["dims": .integers], needing: ["dims"]))
    add("reshape", entry: .init(["input"], ["shape": .integers], needing: ["shape"]))
    add("squeeze", entry: .init(["input"], ["dim": .sizes]))
    add("slice", entry: .init(["input"], ["index": .index], needing: ["index"]))
    add("sum", "mean", "amax", entry: .init(["input"], reduction))
    add("max", entry: .init(["input"], ["dim": .integer, "keepdim": .boolean]))
    add("var", entry: .init(["input"], reduction.merging(["correction": .number]) { $1 }))
    add("mse_loss", entry: .init(["input", "target"], ["reduction": .reduction]))
    add(
      "cross_entropy",
      entry: .init(
        ["input", "target"], optional: ["weight"],
        ["reduction": .reduction, "ignore_index": .integer, "label_smoothing": .number]))
    add(
      "ctc_loss",
      entry: .init(
        ["log_probs", "targets", "input_lengths", "target_lengths"],
        ["blank": .integer, "reduction": .reduction, "zero_infinity": .boolean]))
    add(
      "batch_norm",
      entry: .init(
        ["input"], optional: ["running_mean", "running_var", "weight", "bias"],
        ["training": .boolean, "momentum": .number, "eps": .number],
        outputs: ["output", "running_mean", "running_var"]))
    add(
      "dropout", "dropout1d", "dropout2d",
      entry: .init(["input"], optional: ["mask"], ["p": .number, "training": .boolean]))
    add(
      "upsample1d", "upsample2d", "downsample1d", "downsample2d",
      entry: .init(["input"], ["factor": .sizes], needing: ["factor"]))
    add(
      "max_pool1d", "max_pool2d",
      entry: .init(["input"], window.merging(["dilation": .sizes]) { $1 }, needing: ["kernel_size"]))
    add(
      "avg_pool1d", "avg_pool2d",
      entry: .init(
        ["input"], window.merging(["count_include_pad": .boolean]) { $1 }, needing: ["kernel_size"]))
    add("linear", entry: .init(layer, optional: ["bias"]))
    add("conv1d", "conv2d", entry: .init(layer, optional: ["bias"], convolution))
    add(
      "conv_transpose1d", "conv_transpose2d",
      entry: .init(layer, optional: ["bias"], convolution.merging(["output_padding": .sizes]) { $1 }))
    add("rnn_cell", entry: .init(cell, optional: cellOptions, ["nonlinearity": .nonlinearity]))
    add("gru_cell", entry: .init(cell, optional: cellOptions))
    add(
      "scaled_dot_product_attention",
      entry: .init(
        ["query", "key", "value"], optional: ["attn_mask"], ["is_causal": .boolean, "scale": .number]))
    add(
      "attention",
      entry: .init(
        ["input", "weight_key", "weight_query", "weight_value"], ["is_causal": .boolean],
        outputs: ["output", "query", "key", "value", "weights"]))
    add(
      "optim.sgd",
      entry: .init(
        [], optional: optimized,
        [
          "lr": .number, "momentum": .number, "dampening": .number, "weight_decay": .number,
          "nesterov": .boolean, "maximize": .boolean,
        ], outputs: ["params/<i>/<i>"]))
    add(
      "optim.adam", "optim.adamw",
      entry: .init([], optional: optimized, adam, outputs: ["params/<i>/<i>"]))
    add(
      "model.mlp",
      entry: .init(
        ["input"], optional: ["layers.<i>.weight", "layers.<i>.bias"],
        ["dims": .integers, "activation": .text], needing: ["dims"],
        between: ["layers.<i>", "activation.<i>"]))
    add(
      "model.cnn",
      entry: .init(
        ["input", "linear.weight", "linear.bias"],
        optional: ["conv_layers.<i>.weight", "conv_layers.<i>.bias"], cnn, needing: Set(cnn.keys),
        between: ["conv_layers.<i>", "activations.<i>"]))
    add(
      "model.res_block",
      entry: .init(
        ["input"],
        optional: names(["conv.weight", "conv.bias", "bn.weight", "bn.bias"]).union(statistics),
        resBlock, needing: Set(resBlock.keys), outputs: statistics.union(["output"]),
        between: names(["conv", "bn"]).union(["relu", "sum"])))
    add(
      "model.rnn_classifier", "model.gru_classifier",
      entry: .init(
        ["input", "proj.weight", "proj.bias"],
        optional: [
          "h_0", "rnn.weight_ih_l<i>", "rnn.weight_hh_l<i>", "rnn.bias_ih_l<i>", "rnn.bias_hh_l<i>",
        ], recurrent, needing: Set(recurrent.keys), between: ["rnn.<i>.<i>"]))
    add(
      "decode.greedy",
      entry: .init(
        ["probabilities"], ["symbols": .texts], needing: ["symbols"], outputs: ["path", "score"]))
    add(
      "decode.beam",
      entry: .init(
        ["probabilities"], ["symbols": .texts, "beam_width": .integer],
        needing: ["symbols", "beam_width"],
        outputs: ["path", "score", "merged_paths", "merged_scores"]))
    add("program", entry: .init([], optional: ["*"], ["steps": .steps], needing: ["steps"]))
    return table
  }()
}
