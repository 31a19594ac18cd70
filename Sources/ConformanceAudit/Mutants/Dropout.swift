// Mistakes in dropout.

import Conformance
import PuruTorch

extension Mutant {
  static let dropout =
    dropout("regularization/dropout", "dropout") + dropout("regularization/dropout1d", "dropout1d")
    + dropout("regularization/dropout2d", "dropout2d")

  private static func dropout(_ row: String, _ operation: String) -> [Mutant] {
    of(
      row, operation, .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
      .always("training", .bool(true)),
      .always("training", .bool(false)), .ignored("p"),
      Mistake("nothing is dropped") { request in
        request.inputs["mask"] == nil ? try request.output() : try request["input"]
      },
      Mistake("what is kept is not scaled") { request in
        guard let mask = request.inputs["mask"], request.arguments["training"] != .bool(false) else {
          return try request.output()
        }
        return try request["input"] * mask.to(request["input"].dtype)
      },
      Mistake("the scale is left out of the gradient") { request in
        let keep = 1 - request.number("p", default: 0.5)
        let isActive = request.arguments["training"] != .bool(false)
        return try request.with("input", request["input"].withGradient { try isActive ? $0 * keep : $0 })
      },
      Mistake("the gradient ignores the mask") { request in
        let input = try request["input"]
        return try request.output().detach() + (input - input.detach())
      },
      .operand("the mask tells what is dropped", "mask") { try $0.isEqual(to: Tensor(false)) })
  }
}
