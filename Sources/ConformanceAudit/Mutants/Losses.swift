// Mistakes in losses.

import Conformance
import PuruTorch

extension Mutant {
  static let losses: [Mutant] =
    mseLossMistakes
    + crossEntropyMistakes
    + ctcLossMistakes

  private static let mseLossMistakes = of(
    "loss/mse_loss", "mse_loss", .zeroGradient(), .wrongSign(), .zeroGradient("target"),
    .transposedGradient(),
    .halfOutput, .ignored("reduction"), .always("reduction", .string("sum")), .upstreamIgnored,
    Mistake("it is the absolute error") { request in
      let errors = try (request["input"] - request["target"]).abs()
      return try request.with("input", errors.sqrt() + request["target"])
    },
    Mistake("the factor 2 is missing in the gradient") { request in
      let half: @Sendable (Tensor) throws -> Tensor = { try $0 / 2 }
      var request = request
      request.inputs["input"] = try request["input"].withGradient(half)
      request.inputs["target"] = try request["target"].withGradient(half)
      return try request.output()
    })

  private static let crossEntropyMistakes = of(
    "loss/cross_entropy_loss", "cross_entropy", .zeroGradient(), .wrongSign(), .transposedGradient(),
    .halfOutput,
    .ignored("reduction"), .ignored("ignore_index"), .ignored("label_smoothing"), .ignoredOperand("weight"),
    .upstreamIgnored,
    Mistake("the mean is over all targets, whatever their weight") { request in
      guard request.arguments["reduction"] == nil || request.arguments["reduction"] == .string("mean") else {
        return try request.output()
      }
      var each = request
      each.arguments["reduction"] = .string("none")
      return try each.output().mean()
    },
    .operand("softmax has been applied to the input already", "input") {
      try $0.ndim == 1 ? $0.softmax(dim: 0) : $0.softmax(dim: 1)
    },
    Mistake("the gradient of the logarithms of all classes is added") { request in
      let input = try request["input"]
      let dim = input.ndim == 1 ? 0 : 1
      return try request.output()
        + (input.logSoftmax(dim: dim).sum() - input.logSoftmax(dim: dim).sum().detach())
    })

  private static let ctcLossMistakes = of(
    "loss/ctc_loss", "ctc_loss", .zeroGradient("log_probs"), .wrongSign("log_probs"),
    .transposedGradient("log_probs"), .halfOutput, .ignored("blank"), .ignored("reduction"),
    .ignored("zero_infinity"), .halfGradient("log_probs"),
    .request("all inputs are taken for full length") { request in
      let lengths = try request["input_lengths"]
      let steps = try request["log_probs"].shape.first ?? 0
      request.inputs["input_lengths"] = try Tensor.full(lengths.shape, steps, dtype: lengths.dtype)
    },
    .request("the last step is left out") { request in
      let lengths = try request["input_lengths"]
      request.inputs["input_lengths"] = try lengths - lengths.isGreater(than: Tensor(1)).to(lengths.dtype)
    },
    .request("the last label of a target is left out") { request in
      let lengths = try request["target_lengths"]
      request.inputs["target_lengths"] = try lengths - lengths.isGreater(than: Tensor(0)).to(lengths.dtype)
    },
    Mistake("the mean does not divide by the targets' lengths") { request in
      guard request.arguments["reduction"] == nil || request.arguments["reduction"] == .string("mean") else {
        return try request.output()
      }
      var each = request
      each.arguments["reduction"] = .string("none")
      return try each.output().mean()
    },
    .operand("log_probs are scaled by 1.01 and normalised again", "log_probs") {
      try ($0 * 1.01).logSoftmax(dim: 2)
    })
}
