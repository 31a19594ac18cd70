// Mistakes in activations.

import Conformance
import PuruTorch

extension Mutant {
  static let activations: [Mutant] =
    identityMistakes
    + sigmoidMistakes
    + reluMistakes
    + tanhMistakes
    + softmaxMistakes
    + logSoftmaxMistakes

  private static let identityMistakes = of(
    "activation/identity", "identity", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .halfGradient(), .detached,
    Mistake("NaN becomes zero") { request in
      let input = try request["input"]
      return try Tensor.select(input.isEqual(to: input), input, Tensor(0, dtype: input.dtype))
    })

  private static let sigmoidMistakes = of(
    "activation/sigmoid", "sigmoid", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .upstreamIgnored,
    Mistake("the gradient is that of tanh") { request in
      let output = try request.output()
      let input = try request["input"]
      return try input.tanh() + (output - input.tanh()).detach()
    },
    Mistake("it is exp(x) / (1 + exp(x)), which overflows") { request in
      let power = try request["input"].exp()
      return try power / (1 + power)
    },
    Mistake("it is the hard sigmoid") { request in
      let input = try request["input"]
      let (low, high) = (try Tensor(0, dtype: input.dtype), try Tensor(1, dtype: input.dtype))
      return try (input / 6 + 0.5).maximum(low).minimum(high)
    })

  private static let reluMistakes = of(
    "activation/relu", "relu", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .upstreamIgnored,
    Mistake("the gradient flows everywhere") { request in
      let input = try request["input"]
      return try input + (request.output() - input).detach()
    },
    Mistake("the gradient at 0 is 1") { request in
      let input = try request["input"]
      let zero = try Tensor(0, dtype: input.dtype)
      return try input.isGreaterOrEqual(to: zero).to(input.dtype) * input
    },
    Mistake("NaN becomes zero") { request in
      let input = try request["input"]
      let zero = try Tensor(0, dtype: input.dtype)
      return try Tensor.select(input.isGreater(than: zero), input, zero)
    },
    Mistake("negative inputs leak by 0.01") { try $0["input"].maximum($0["input"] * 0.01) })

  private static let tanhMistakes = of(
    "activation/tanh", "tanh", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .upstreamIgnored,
    Mistake("the gradient is 1 - x² of the input") { request in
      let input = try request["input"]
      return try (request.output() - input).detach()
        + input.withGradient { [x = input.detach()] in
          try $0 * (1 - x * x)
        }
    },
    Mistake("it is (exp(2x) - 1) / (exp(2x) + 1), which overflows and loses small inputs") { request in
      let power = try (request["input"] * 2).exp()
      return try (power - 1) / (power + 1)
    })

  private static let softmaxMistakes = of(
    "activation/softmax", "softmax", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .upstreamIgnored, .always("dim", .int(-1)), .always("dim", .int(0)),
    Mistake("the maximum is not subtracted") { request in
      let power = try request["input"].exp()
      return try power / power.sum(dim: request.integer("dim") ?? 0, keepDims: true)
    },
    Mistake("the gradient is that of each element alone, y (1 - y)") { request in
      let output = try request.output().detach()
      return try output + request["input"].withGradient { try $0 * output * (1 - output) }
        - request["input"].detach()
    })

  private static let logSoftmaxMistakes = of(
    "activation/softmax", "log_softmax", .zeroGradient(), .always("dim", .int(-1)),
    Mistake("it is the logarithm of softmax") { try $0.output(of: "softmax").log() },
    Mistake("the mean of the upstream gradient is subtracted instead of its weighted sum") { request in
      let output = try request.output().detach()
      let dim = request.integer("dim") ?? 0
      let input = try request["input"]
      return try output + (input.withGradient { try $0 - $0.mean(dim: dim, keepDims: true) } - input.detach())
    })
}
