// Mistakes in optimisers.

import Conformance
import PuruTorch
import PuruTorchAdapter

extension Mutant {
  static let optimizers: [Mutant] =
    sgdMistakes
    + adam("optim/adam", "optim.adam") + adam("optim/adamw", "optim.adamw")
    + adamMistakes
    + adamwMistakes

  private static let sgdMistakes = of(
    "optim/sgd", "optim.sgd", .noStep, .ascent, .halfStep, .ignored("momentum"), .ignored("dampening"),
    .ignored("weight_decay"), .ignored("nesterov"), .ignored("maximize"), .ignored("lr"), .staleGradient,
    .request("dampening applies to the first step too") { request in
      let kept = 1 - request.number("dampening", default: 0)
      let hasMomentum = request.number("momentum", default: 0) != 0
      let firsts = request.firstGradients
      for name in firsts where hasMomentum { request.inputs[name] = try request[name] * kept }
    })

  private static let adamMistakes = of(
    "optim/adam", "optim.adam", decoupled("weight decay is decoupled from the gradient", "optim.adamw"))

  private static let adamwMistakes = of(
    "optim/adamw", "optim.adamw", decoupled("weight decay goes through the gradient", "optim.adam"))

  /// Adam's rule written out, without a mistake.
  static let rightOptimizers =
    of("optim/adam", "optim.adam", rule(rightly) { _ in })
    + of("optim/adamw", "optim.adamw", rule(rightly) { _ in })

  private static func rule(
    _ description: String, _ change: @escaping @Sendable (inout Rule) -> Void
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        let request = Request(call)
        _ = try request.copied().answer()
        var rule = Rule(request, isDecoupled: call.operation == "optim.adamw")
        change(&rule)
        return try rule.results(request)
      })
  }

  private static func adam(_ row: String, _ operation: String) -> [Mutant] {
    of(
      row, operation, .noStep, .ascent, .halfStep, .ignored("amsgrad"), .ignored("weight_decay"),
      .ignored("maximize"), .ignored("betas"), .ignored("eps"), .staleGradient,
      rule("the bias correction is left out") { $0.corrects = false },
      rule("the bias correction counts steps from zero") { $0.firstStep = 2 },
      rule("eps is under the root") { $0.epsIsInside = true },
      rule("the second moment is that of the gradient's absolute value") { $0.isAbsolute = true },
      rule("the moments are assigned, not accumulated") { $0.accumulates = false },
      rule("the betas are exchanged") { $0.betas = ($0.betas.1, $0.betas.0) })
  }

  private static func decoupled(_ description: String, _ other: String) -> Mistake {
    Mistake(
      answering: description,
      { call in
        var request = Request(call)
        let decay = request.number("weight_decay", default: call.operation == "optim.adamw" ? 0.01 : 0)
        request.arguments["weight_decay"] = .double(decay)
        return try OperationTable.standard.run(other, inputs: request.inputs, arguments: request.arguments)
      })
  }
}

extension Mistake {
  /// Steps that change nothing.
  fileprivate static let noStep = request("a step changes nothing") { $0.arguments["lr"] = .double(0) }

  /// Steps in the wrong direction.
  fileprivate static let ascent = request("a step goes up the gradient") {
    $0.arguments["maximize"] = .bool(!$0.flag("maximize"))
  }

  /// Gradients in half precision.
  fileprivate static let halfStep = request("gradients are rounded to float16") { request in
    for name in request.gradients { request.inputs[name] = try request[name].roundedToHalf() }
  }

  /// From the second step on the gradients add up.
  fileprivate static let staleGradient = request("gradients add up from step to step") { request in
    var sums: [String: Tensor] = [:]
    for name in request.gradients {
      let parameter = String(name.split(separator: "/", maxSplits: 2).last ?? "")
      let sum = try sums[parameter].map { try $0 + request[name] } ?? request[name]
      (sums[parameter], request.inputs[name]) = (sum, sum)
    }
  }
}

extension Request {
  /// The gradients' names in the order of steps.
  fileprivate var gradients: [String] {
    inputs.keys.filter { $0.hasPrefix("grads/") }.sorted { ($0.step, $0) < ($1.step, $1) }
  }

  /// The names of each parameter's first gradient.
  fileprivate var firstGradients: [String] {
    var seen: Set<Substring> = []
    return gradients.filter { name in
      name.split(separator: "/", maxSplits: 2).last.map { seen.insert($0).inserted } ?? false
    }
  }

  /// The same with parameters of its own.
  fileprivate func copied() throws -> Request {
    var request = self
    for (name, tensor) in inputs where name.hasPrefix("params/") { request.inputs[name] = try tensor.clone() }
    return request
  }
}

extension String {
  /// The step of a gradient's name.
  fileprivate var step: Int { split(separator: "/").dropFirst().first.flatMap { Int($0) } ?? 0 }
}

/// Adam's rule with what can be wrong about it.
private struct Rule {
  let isDecoupled: Bool
  let (lr, eps, decay): (Double, Double, Double)
  let (amsgrad, maximize): (Bool, Bool)
  var betas: (Double, Double)
  var corrects = true
  var firstStep = 1
  var epsIsInside = false
  var isAbsolute = false
  var accumulates = true

  init(_ request: Request, isDecoupled: Bool) {
    self.isDecoupled = isDecoupled
    lr = request.number("lr", default: 0.001)
    eps = request.number("eps", default: 1e-8)
    decay = request.number("weight_decay", default: isDecoupled ? 0.01 : 0)
    (amsgrad, maximize) = (request.flag("amsgrad"), request.flag("maximize"))
    let numbers = request.arguments["betas"]?.arrayValue?.compactMap(\.doubleValue) ?? [0.9, 0.999]
    betas = (numbers[0], numbers[1])
  }

  func results(_ request: Request) throws -> Results {
    var results = Results()
    let last = request.gradients.map(\.step).max() ?? -1
    for (name, start) in request.inputs where name.hasPrefix("params/") {
      let parameter = String(name.dropFirst("params/".count))
      var p = try start.detach().to(.float64)
      var (m, v) = (try p.zeroed(), try p.zeroed())
      var (largest, count) = (v, firstStep - 1)
      for step in 0..<(last + 1) {
        if let gradient = request.inputs["grads/\(step)/\(parameter)"] {
          count += 1
          p = try stepped(p, gradient.to(.float64), &m, &v, &largest, count)
        }
        let values = try p.to(start.dtype)
        results.values["params/\(step)/\(parameter)"] = try Value(
          shape: values.shape,
          values.dtype == .float32 ? .float32(values.data()) : .float64(values.data()))
      }
    }
    return results
  }

  private func stepped(
    _ parameter: Tensor, _ gradient: Tensor, _ m: inout Tensor, _ v: inout Tensor, _ largest: inout Tensor,
    _ count: Int
  ) throws -> Tensor {
    var g = maximize ? try -gradient : gradient
    if !isDecoupled { g = try g + parameter * decay }
    let kept = accumulates ? betas : (0, 0)
    m = try m * kept.0 + g * (1 - betas.0)
    v = try v * kept.1 + (isAbsolute ? g.abs() : g * g) * (1 - betas.1)
    largest = try largest.maximum(v)
    var corrections = (1.0, 1.0)
    for _ in 0..<count { corrections = (corrections.0 * betas.0, corrections.1 * betas.1) }
    corrections = corrections.0 == 1 || !corrects ? (1, 1) : (1 - corrections.0, 1 - corrections.1)
    let second = try (amsgrad ? largest : v) / corrections.1
    let denominator = try epsIsInside ? (second + eps).sqrt() : second.sqrt() + eps
    let start = isDecoupled ? try parameter * (1 - lr * decay) : parameter
    return try start - m / denominator * (lr / corrections.0)
  }
}
