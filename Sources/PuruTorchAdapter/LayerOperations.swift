// Operations of layers: linear, convolutions, pooling, resampling, recurrent cells, attention.

import Conformance
import PuruTorch

extension OperationTable {
  static let convolutions: [String: Operation] = [
    "linear": .output {
      try Functional.linear($0.input(), weight: $0.input("weight"), bias: $0.optionalInput("bias"))
    },
    "conv1d": .output {
      try Functional.conv1D(
        $0.input(), weight: $0.input("weight"), bias: $0.optionalInput("bias"),
        stride: $0.single("stride") ?? 1, padding: $0.argument("padding", default: Padding<Single>.none).rule,
        dilation: $0.single("dilation") ?? 1, groups: $0.argument("groups", default: 1))
    },
    "conv2d": .output {
      try Functional.conv2D(
        $0.input(), weight: $0.input("weight"), bias: $0.optionalInput("bias"),
        stride: $0.argument("stride", default: 1.pair),
        padding: $0.argument("padding", default: Padding<IntPair>.none).rule,
        dilation: $0.argument("dilation", default: 1.pair), groups: $0.argument("groups", default: 1))
    },
    "conv_transpose1d": .output {
      try Functional.convTranspose1D(
        $0.input(), weight: $0.input("weight"), bias: $0.optionalInput("bias"),
        stride: $0.single("stride") ?? 1, padding: $0.single("padding") ?? 0,
        outputPadding: $0.single("output_padding") ?? 0, groups: $0.argument("groups", default: 1),
        dilation: $0.single("dilation") ?? 1)
    },
    "conv_transpose2d": .output {
      try Functional.convTranspose2D(
        $0.input(), weight: $0.input("weight"), bias: $0.optionalInput("bias"),
        stride: $0.argument("stride", default: 1.pair), padding: $0.argument("padding", default: 0.pair),
        outputPadding: $0.argument("output_padding", default: 0.pair),
        groups: $0.argument("groups", default: 1), dilation: $0.argument("dilation", default: 1.pair))
    },
  ]

  static let windows: [String: Operation] = [
    "max_pool1d": .output {
      try Functional.maxPool1D(
        $0.input(), kernelSize: ($0.argument("kernel_size") as Single).value, stride: $0.single("stride"),
        padding: $0.single("padding") ?? 0, dilation: $0.single("dilation") ?? 1,
        ceilMode: $0.argument("ceil_mode", default: false))
    },
    "max_pool2d": .output {
      try Functional.maxPool2D(
        $0.input(), kernelSize: $0.argument("kernel_size") as IntPair,
        stride: $0.optional("stride") as IntPair?,
        padding: $0.argument("padding", default: 0.pair), dilation: $0.argument("dilation", default: 1.pair),
        ceilMode: $0.argument("ceil_mode", default: false))
    },
    "avg_pool1d": .output {
      try Functional.meanPool1D(
        $0.input(), kernelSize: ($0.argument("kernel_size") as Single).value, stride: $0.single("stride"),
        padding: $0.single("padding") ?? 0, ceilMode: $0.argument("ceil_mode", default: false),
        countIncludePad: $0.argument("count_include_pad", default: true))
    },
    "avg_pool2d": .output {
      try Functional.meanPool2D(
        $0.input(), kernelSize: $0.argument("kernel_size") as IntPair,
        stride: $0.optional("stride") as IntPair?,
        padding: $0.argument("padding", default: 0.pair), ceilMode: $0.argument("ceil_mode", default: false),
        countIncludePad: $0.argument("count_include_pad", default: true))
    },
    "upsample1d": .output { try Functional.upsample1D($0.input(), factor: $0.argument("factor")) },
    "upsample2d": .output { try Functional.upsample2D($0.input(), factor: $0.argument("factor")) },
    "downsample1d": .output { try Functional.downsample1D($0.input(), factor: $0.argument("factor")) },
    "downsample2d": .output { try Functional.downsample2D($0.input(), factor: $0.argument("factor")) },
  ]

  static let cells: [String: Operation] = [
    "rnn_cell": .output {
      try Functional.rnnCell(
        $0.input(), $0.optionalInput("hx"), weightIH: $0.input("weight_ih"), weightHH: $0.input("weight_hh"),
        biasIH: $0.optionalInput("bias_ih"), biasHH: $0.optionalInput("bias_hh"),
        nonlinearity: $0.argument("nonlinearity", default: .tanh))
    },
    "gru_cell": .output {
      try Functional.gruCell(
        $0.input(), $0.optionalInput("hx"), weightIH: $0.input("weight_ih"), weightHH: $0.input("weight_hh"),
        biasIH: $0.optionalInput("bias_ih"), biasHH: $0.optionalInput("bias_hh"))
    },
    "scaled_dot_product_attention": .output {
      try Functional.scaledDotProductAttention(
        $0.input("query"), $0.input("key"), $0.input("value"), attnMask: $0.optionalInput("attn_mask"),
        isCausal: $0.argument("is_causal", default: false), scale: $0.optional("scale"))
    },
  ]
}

// MARK: - Settings of windows

extension Call {
  /// A setting of a one-dimensional operation.
  fileprivate func single(_ name: String) throws -> Int? { (try optional(name) as Single?)?.value }
}

/// A setting of a one-dimensional operation: an integer, also as a list of one.
private struct Single: CallArgument, ConvolutionPadding {
  package static var expected: String { "an integer or a list of one" }

  let value: Int
  var rule: PaddingRule { value.rule }

  package init?(argument: JSONValue) {
    guard let list = IntOrList(argument: argument), list.values.count == 1 else { return nil }
    value = list.values[0]
  }
}

extension IntPair: CallArgument {
  package static var expected: String { "an integer or a list of one or two" }

  package init?(argument: JSONValue) {
    guard let values = IntOrList(argument: argument)?.values, 1...2 ~= values.count else { return nil }
    self.init(values[0], values[values.count - 1])
  }
}

/// The padding of a convolution: numbers, or a name.
private struct Padding<Setting: CallArgument & ConvolutionPadding>: CallArgument {
  package static var expected: String { "\(Setting.expected), \"same\" or \"valid\"" }
  static var none: Padding { Padding(rule: .valid) }

  let rule: PaddingRule

  private init(rule: PaddingRule) { self.rule = rule }

  package init?(argument: JSONValue) {
    switch argument {
    case .string("same"): rule = .same
    case .string("valid"): rule = .valid
    default:
      guard let setting = Setting(argument: argument) else { return nil }
      rule = setting.rule
    }
  }
}

extension RNNNonlinearity: CallArgument {
  package static var expected: String { "\"tanh\" or \"relu\"" }

  package init?(argument: JSONValue) {
    switch argument {
    case .string("tanh"): self = .tanh
    case .string("relu"): self = .relu
    default: return nil
    }
  }
}
