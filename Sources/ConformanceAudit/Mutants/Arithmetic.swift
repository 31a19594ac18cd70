// Mistakes in arithmetic: operators, exponential and logarithm, products.

import Conformance
import PuruTorch

extension Mutant {
  static let arithmetic: [Mutant] =
    addMistakes
    + negMistakes
    + subMistakes
    + mulMistakes
    + divMistakes
    + powMistakes
    + matmulMistakes
    + logMistakes
    + expMistakes

  private static let addMistakes = of(
    "functional/add", "add", .zeroGradient(), .wrongSign("other"), .transposedGradient(), .halfOutput,
    Self.notSummed("other"), Self.meanOverBroadcast("input"), .doubledGradient("other"), .upstreamIgnored,
    Mistake("a value that is added to itself counts once") { request in
      let (input, other) = (try request["input"], try request["other"])
      return try input === other ? input + other.detach() : input + other
    })

  private static let negMistakes = of(
    "functional/neg", "neg", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .halfGradient(),
    Mistake("the absolute value is negated") { try -$0["input"].abs() },
    Mistake("it returns its input") { try $0["input"] })

  private static let subMistakes = of(
    "functional/sub", "sub", .zeroGradient("other"), .wrongSign("other"), .transposedGradient("other"),
    .halfOutput,
    Self.notSummed("other"), Self.meanOverBroadcast("other"),
    Mistake("the operands are exchanged") { try $0["other"] - $0["input"] })

  private static let mulMistakes = of(
    "functional/mul", "mul", .zeroGradient("other"), .wrongSign(), .transposedGradient(), .halfOutput,
    Self.notSummed("other"), .halfGradient(),
    Mistake("each operand's gradient is multiplied by itself instead of the other") { request in
      let (input, other) = (try request["input"], try request["other"])
      let value = try input.detach() * other.detach()
      return try value + (input * input + other * other) * 0.5
        - (input.detach() * input.detach() + other.detach() * other.detach()) * 0.5
    },
    Mistake("the square of a value has half its gradient") { request in
      let (input, other) = (try request["input"], try request["other"])
      return try input === other ? input * other.detach() : input * other
    })

  private static let divMistakes = of(
    "functional/div", "div", .zeroGradient("other"), .wrongSign("other"), .transposedGradient(), .halfOutput,
    Self.notSummed("other"),
    Mistake("the divisor is not squared in its gradient") { request in
      let (input, other) = (try request["input"], try request["other"])
      return try input
        / other.withGradient { [divisor = other.detach()] in try ($0 * divisor).reshaped($0.shape) }
    },
    Mistake("the divisor is kept from zero by 1e-6") { try $0["input"] / ($0["other"] + 1e-6) },
    Mistake("the operands are exchanged") { try $0["other"] / $0["input"] })

  private static let powMistakes = of(
    "functional/pow", "pow", .zeroGradient("exponent"), .zeroGradient(), .wrongSign("exponent"),
    .transposedGradient(), .halfOutput, Self.notSummed("exponent"),
    Mistake("it is exp(exponent · log(input)), also for negative bases") {
      try ($0["input"].log() * $0["exponent"]).exp()
    },
    Mistake("the exponent is one too large in the gradient of the base") { request in
      let (base, exponent) = (try request["input"], try request["exponent"])
      return try base.withGradient { [base = base.detach()] in try $0 * base } ** exponent
    },
    Mistake("0 ** 0 is 0") { request in
      let (base, exponent) = (try request["input"], try request["exponent"])
      let isZero = try base.isEqual(to: Tensor(0, dtype: base.dtype))
      let power = try base ** exponent
      return try Tensor.select(isZero, power * 0, power)
    })

  private static let matmulMistakes = of(
    "functional/matmul", "matmul", .zeroGradient("other"), .wrongSign(), .transposedGradient("other"),
    .halfOutput,
    Self.notSummed("other"), .lastGradient("other"), .halfGradient(),
    Mistake("square matrices are multiplied in the wrong order") { request in
      let (input, other) = (try request["input"], try request["other"])
      let isSquare = input.ndim == 2 && input.shape == other.shape && input.shape[0] == input.shape[1]
      return try isSquare ? other.matmul(input) : input.matmul(other)
    },
    .operand("the last column of input is left out", "input") { input in
      guard let width = input.shape.last, width > 0 else { return input }
      return try input * Tensor.arange(width).isNotEqual(to: Tensor(width - 1)).to(input.dtype)
    })

  private static let logMistakes = of(
    "functional/log", "log", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    .halfGradient(),
    Mistake("the base is 2") { try $0["input"].log() / 0.6931471805599453 },
    Mistake("1e-6 is added first") { try ($0["input"] + 1e-6).log() },
    Mistake("negative inputs are made positive") { try $0["input"].abs().log() })

  private static let expMistakes = of(
    "functional/exp", "exp", .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
    Mistake("the gradient is the upstream gradient") { request in
      let input = try request["input"]
      return try input + (request.output() - input).detach()
    },
    Mistake("large inputs are cut off at 80") { request in
      let input = try request["input"]
      return try input.minimum(Tensor(80, dtype: input.dtype)).exp()
    },
    Mistake("it is a Taylor series of four terms") { request in
      let input = try request["input"]
      return try 1 + input + input * input / 2 + input * input * input / 6
    })

  /// Along broadcast dimensions one upstream element counts instead of the sum of all.
  static func notSummed(_ operand: String) -> Mistake {
    broadcast(operand, "not summed over broadcast dimensions") { gradient, dim in
      try gradient.sliced(Array(repeating: .all, count: dim) + [.stride(from: 0, to: 1)])
    }
  }

  /// Along broadcast dimensions the mean counts instead of the sum.
  static func meanOverBroadcast(_ operand: String) -> Mistake {
    broadcast(operand, "averaged over broadcast dimensions") { try $0.mean(dim: $1, keepDims: true) }
  }

  private static func broadcast(
    _ operand: String, _ change: String, _ reduce: @escaping @Sendable (Tensor, Int) throws -> Tensor
  ) -> Mistake {
    .request("the gradient of \(operand) is \(change)") { request in
      guard let tensor = request.inputs[operand] else { return }
      let partner = request.inputs.filter { $0.key != operand }.values.max { $0.ndim < $1.ndim }
      let kept = request.operation == "matmul" ? 2 : 0
      guard let partner, partner.ndim >= tensor.ndim, tensor.ndim >= kept else { return }
      var shape = Array(partner.shape.dropLast(kept) + tensor.shape.suffix(kept))
      for (index, size) in tensor.shape.dropLast(kept).reversed().enumerated() where size != 1 {
        shape[shape.count - kept - 1 - index] = size
      }
      guard shape != tensor.shape else { return }
      request.inputs[operand] = try Spread(shape: shape, reduce: reduce).apply(tensor)
    }
  }
}

/// Broadcasting whose gradient is reduced in some way.
private struct Spread: Function {
  let shape: [Int]
  let reduce: @Sendable (Tensor, Int) throws -> Tensor

  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor] {
    context.save(inputs[0])
    return [try inputs[0].expanded(shape)]
  }

  func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?] {
    let sizes = try context.savedTensors()[0].shape
    let padded = Array(repeating: 1, count: shape.count - sizes.count) + sizes
    var gradient = gradients[0]
    for dim in padded.indices where padded[dim] == 1 && shape[dim] > 1 {
      gradient = try reduce(gradient, dim)
    }
    return [try gradient.reshaped(sizes)]
  }
}
