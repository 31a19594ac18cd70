// Mistakes in batch normalisation.

import Conformance
import PuruTorch
import PuruTorchAdapter

extension Mutant {
  static let normalization =
    batchNorm("regularization/batch_norm1d") + batchNorm("regularization/batch_norm2d")

  private static func batchNorm(_ row: String) -> [Mutant] {
    of(
      row, "batch_norm", .zeroGradient(), .wrongSign("weight"), .zeroGradient("bias"), .transposedGradient(),
      .halfOutput, .upstreamIgnored, .ignored("momentum"), .ignored("eps"), .always("training", .bool(true)),
      .always("training", .bool(false)), .ignoredOperand("weight"), .ignoredOperand("bias"),
      Mistake(
        answering: "the running statistics stay as they were",
        { call in
          var request = Request(call)
          let (mean, variance) = (request.inputs["running_mean"], request.inputs["running_var"])
          request.inputs["running_mean"] = try mean?.clone()
          request.inputs["running_var"] = try variance?.clone()
          var results = try request.answer()
          results.tensors["running_mean"] = mean
          results.tensors["running_var"] = variance
          return results
        }),
      Mistake(
        answering: "the running variance has no Bessel correction",
        { call in
          let request = Request(call)
          let before = try request.inputs["running_var"]?.clone()
          let results = try request.answer()
          guard let before, let after = results.tensors["running_var"], request.flag("training") else {
            return results
          }
          let momentum = request.number("momentum", default: 0.1)
          let input = try request["input"]
          let count = Double(input.count) / Double(Swift.max(1, after.count))
          let kept = try before * (1 - momentum)
          try after.assign(kept + (after - kept) * ((count - 1) / Swift.max(count, 1)))
          return results
        }),
      Mistake(
        answering: "momentum weighs the old statistics instead of the new",
        { call in
          var request = Request(call)
          request.arguments["momentum"] = .double(1 - request.number("momentum", default: 0.1))
          return try request.answer()
        }),
      Mistake(
        answering: "the statistics are constants in the gradient",
        { call in
          let request = Request(call)
          let input = try request["input"]
          var results = try request.answer()
          guard request.flag("training") else { return results }
          let dims = (0..<input.ndim).filter { $0 != 1 }
          let variance = try input.detach().variance(dim: dims, correction: 0, keepDims: true)
          let scale = try 1 / (variance + request.number("eps", default: 1e-5)).sqrt()
          let weight = try request.inputs["weight"]?.detach().reshaped(scale.shape)
          let direct = try input * (weight.map { try $0 * scale } ?? scale)
          results.tensors["output"] = try results.tensor("output").detach() + (direct - direct.detach())
          return results
        }))
  }
}
