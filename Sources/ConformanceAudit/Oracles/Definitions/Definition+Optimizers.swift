// Definitions: optimisers, by the update rules of the papers, one parameter's number at a time.

import Conformance
import Foundation

extension Definition {
  static let optimizers: [String: Body] = ["optim.sgd": steps, "optim.adam": steps, "optim.adamw": steps]

  private static let mostSteps = 10_000

  /// Every parameter after every step. A step without a gradient leaves parameter and state as they are.
  private static let steps: Body = { call in
    var results = Results()
    let last =
      call.operands.keys.compactMap { name in
        name.hasPrefix("grads/") ? name.split(separator: "/").dropFirst().first.flatMap { Int($0) } : nil
      }.max() ?? -1
    guard -1...mostSteps ~= last else { throw OracleError("there are gradients of step \(last)") }
    for (name, start) in call.operands where name.hasPrefix("params/") {
      let number = name.dropFirst("params/".count)
      var rules = start.entries.map { UpdateRule(call, $0.value) }
      for step in 0..<(last + 1) {
        if let gradient = call.operands["grads/\(step)/\(number)"] {
          guard gradient.shape == start.shape else {
            throw OracleError("grads/\(step)/\(number) doesn't fit")
          }
          for (place, entry) in gradient.entries.enumerated() { rules[place].update(entry.value) }
        }
        results.cells["params/\(step)/\(number)"] = try Cells(
          start.shape, entries: rules.map { Number($0.value) })
      }
    }
    return results
  }
}

/// The state of one number under an optimiser.
private struct UpdateRule {
  private let call: Definition.Call
  private(set) var value: Double
  private var count = 0.0
  private var velocity: Double?
  private var first = 0.0
  private var second = 0.0
  private var largest = 0.0

  init(_ call: Definition.Call, _ value: Double) { (self.call, self.value) = (call, value) }

  mutating func update(_ given: Double) {
    count += 1
    let gradient = call.flag("maximize") ? -given : given
    if call.operation == "optim.sgd" { descend(gradient) } else { adapt(gradient) }
  }

  /// Without decay nothing is added: zero times an infinite parameter would be NaN.
  private func decayed(_ gradient: Double, _ decay: Double) -> Double {
    decay == 0 ? gradient : gradient + decay * value
  }

  private mutating func descend(_ given: Double) {
    var gradient = decayed(given, call.number("weight_decay", 0))
    let momentum = call.number("momentum", 0)
    if momentum != 0 {
      let next = velocity.map { momentum * $0 + (1 - call.number("dampening", 0)) * gradient } ?? gradient
      velocity = next
      gradient = call.flag("nesterov") ? gradient + momentum * next : next
    }
    value -= call.number("lr", 0.001) * gradient
  }

  private mutating func adapt(_ given: Double) {
    let isDecoupled = call.operation == "optim.adamw"
    let rate = call.number("lr", 0.001)
    let decay = call.number("weight_decay", isDecoupled ? 0.01 : 0)
    let betas = (call.arguments["betas"]?.arrayValue ?? [.double(0.9), .double(0.999)]).compactMap(
      \.doubleValue)
    let (beta, gamma) = (betas.first ?? .nan, betas.last ?? .nan)
    let gradient = isDecoupled ? given : decayed(given, decay)
    if isDecoupled { value -= rate * decay * value }
    first = beta * first + (1 - beta) * gradient
    second = gamma * second + (1 - gamma) * gradient * gradient
    largest = max(largest, second)
    let variance = (call.flag("amsgrad") ? largest : second) / (1 - pow(gamma, count))
    value -= rate * (first / (1 - pow(beta, count))) / (variance.squareRoot() + call.number("eps", 1e-8))
  }
}
