// Losses, batch normalisation and dropout.

import Conformance
import PuruTorch

extension OperationTable {
  static let losses: [String: Operation] = [
    "mse_loss": .output {
      try Functional.mseLoss(
        $0.input(), $0.input("target"), reduction: $0.argument("reduction", default: .mean))
    },
    "cross_entropy": .output {
      try Functional.crossEntropy(
        $0.input(), $0.input("target"), weight: $0.optionalInput("weight"),
        reduction: $0.argument("reduction", default: .mean),
        ignoreIndex: $0.argument("ignore_index", default: -100),
        labelSmoothing: $0.argument("label_smoothing", default: 0))
    },
    "ctc_loss": .output {
      try Functional.ctcLoss(
        $0.input("log_probs"), $0.input("targets"), inputLengths: $0.input("input_lengths"),
        targetLengths: $0.input("target_lengths"), blank: $0.argument("blank", default: 0),
        reduction: $0.argument("reduction", default: .mean),
        zeroInfinity: $0.argument("zero_infinity", default: false))
    },
  ]

  static let regularization: [String: Operation] = [
    "batch_norm": .results {
      let (mean, variance) = ($0.optionalInput("running_mean"), $0.optionalInput("running_var"))
      var results = Results()
      results.tensors["output"] = try Functional.batchNorm(
        $0.input(), runningMean: mean, runningVar: variance, weight: $0.optionalInput("weight"),
        bias: $0.optionalInput("bias"), training: $0.argument("training", default: false),
        momentum: $0.argument("momentum", default: 0.1), eps: $0.argument("eps", default: 1e-5))
      results.tensors["running_mean"] = mean
      results.tensors["running_var"] = variance
      return results
    },
    "dropout": dropout { try Functional.dropout($0, p: $1, training: $2) },
    "dropout1d": dropout { try Functional.dropout1D($0, p: $1, training: $2) },
    "dropout2d": dropout { try Functional.dropout2D($0, p: $1, training: $2) },
  ]

  /// Dropout with the mask that is given, or with one that the library draws.
  private static func dropout(
    _ drawn: @escaping @Sendable (Tensor, _ p: Double, _ training: Bool) throws -> Tensor
  ) -> Operation {
    .output { call in
      let p: Double = try call.argument("p", default: 0.5)
      let training = try call.argument("training", default: true)
      guard let mask = call.optionalInput("mask") else { return try drawn(call.input(), p, training) }
      return try Functional.dropout(call.input(), mask: mask, p: p, training: training)
    }
  }
}

extension LossReduction: CallArgument {
  package static var expected: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }

  package init?(argument: JSONValue) {
    guard let reduction = argument.stringValue.flatMap({ LossReduction(rawValue: $0) }) else { return nil }
    self = reduction
  }
}
