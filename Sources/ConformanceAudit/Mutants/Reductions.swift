// Mistakes in reductions.

import Conformance
import PuruTorch

extension Mutant {
  static let reductions: [Mutant] =
    sumMistakes
    + meanMistakes
    + maxMistakes
    + amaxMistakes
    + varMistakes

  private static let sumMistakes = of(
    "functional/sum", "sum", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .ignored("keepdim"),
    .ignored("dim"), Self.firstDimension,
    Mistake("the last element is left out") { request in
      try request.with("input", request["input"].without(-1))
    },
    Mistake("the gradient is that of the mean") { request in
      let count = try request["input"].count
      return try request.with("input", request["input"].withGradient { try $0 / Swift.max(count, 1) })
    })

  private static let meanMistakes = of(
    "functional/mean", "mean", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .ignored("keepdim"), .ignored("dim"), Self.firstDimension,
    Mistake("it is the sum") { try $0.output(of: "sum") },
    Mistake("the gradient is not divided by the count") { request in
      let ratio = try request["input"].count / Swift.max(request.output().count, 1)
      return try request.with("input", request["input"].withGradient { try $0 * ratio })
    })

  private static let maxMistakes = of(
    "functional/max", "max", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .ignored("keepdim"), .ignored("dim"),
    Mistake("NaN is passed over") { request in
      let input = try request["input"]
      let low = try Tensor(-1e30, dtype: input.dtype)
      return try request.with("input", Tensor.select(input.isEqual(to: input), input, low))
    },
    Mistake("along a dimension ties share the gradient") { try $0.output(of: "amax") },
    Mistake("the gradient of all elements goes to the first of ties") { request in
      guard request.integer("dim") == nil else { return try request.output() }
      let input = try request["input"]
      return try input.ndim == 0 ? request.output() : input.reshaped(-1).max(dim: 0).values
    },
    Mistake("every one of ties among all elements gets the whole gradient") { request in
      let input = try request["input"]
      let output = try request.output()
      guard output.ndim == 0 else { return output }
      let ties = try input.isEqual(to: output.detach()).to(input.dtype).sum()
      return try request.with("input", input.withGradient { try $0 * ties })
    },
    Mistake("the minimum is taken") { request in
      try -request.with("input", -request["input"])
    })

  private static let amaxMistakes = of(
    "functional/max", "amax", .zeroGradient(), .ignored("keepdim"),
    Mistake("the first of ties gets the gradient") { request in
      guard let dims = request.integers("dim"), dims.count == 1 else { return try request.output() }
      return try request["input"].max(dim: dims[0], keepDims: request.flag("keepdim")).values
    })

  private static let varMistakes = of(
    "functional/var", "var", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .ignored("keepdim"),
    .ignored("dim"), .always("correction", .int(1)), .always("correction", .int(0)), .halfGradient(),
    Mistake("the root is taken") { try $0.output().sqrt() },
    Mistake("it is the mean of squares minus the square of the mean") { request in
      let one = try request["input"]
      var plain = request
      plain.arguments["correction"] = nil
      let mean = try plain.output(of: "mean")
      let squares = try plain.with("input", one * one, of: "mean")
      plain.arguments["correction"] = .int(0)
      let ratio = try request.output().detach() / plain.output().detach()
      return try (squares - mean * mean) * ratio
    })

  /// Only the first of several dimensions is reduced.
  private static let firstDimension = Mistake.request("only the first of several dimensions is reduced") {
    request in
    guard let dims = request.arguments["dim"]?.arrayValue, dims.count > 1 else { return }
    request.arguments["dim"] = dims[0]
  }
}
