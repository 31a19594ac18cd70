// Mistakes in recurrent cells.

import Conformance
import PuruTorch

extension Mutant {
  static let recurrent: [Mutant] =
    cell("layer/rnn_cell", "rnn_cell")
    + rnnCellMistakes
    + cell("layer/gru_cell", "gru_cell")
    + gruCellMistakes

  private static let rnnCellMistakes = of(
    "layer/rnn_cell", "rnn_cell", .ignored("nonlinearity"),
    .always("nonlinearity", .string("relu")),
    Mistake("there is no activation") { request in
      let (input, state) = (try Terms(request, "ih"), try Terms(request, "hh"))
      return try input.all + state.all
    })

  private static let gruCellMistakes = of(
    "layer/gru_cell", "gru_cell",
    gru("the update gate weighs the candidate instead of the state") { gates in
      try gates.update * gates.candidate(reset: gates.reset) + (1 - gates.update) * gates.state
    },
    gru("there is no reset gate") { gates in
      try gates.mixed(gates.candidate(reset: Tensor.onesLike(gates.reset)))
    },
    gru("the reset gate is applied before the bias of the state") { gates in
      try gates.mixed(
        (gates.new + gates.reset * (gates.fromState - gates.stateBias) + gates.stateBias).tanh())
    },
    gru("reset and update gates are exchanged") { gates in
      let candidate = try gates.candidate(reset: gates.update)
      return try (1 - gates.reset) * candidate + gates.reset * gates.state
    },
    gru("the candidate is a sigmoid") { gates in
      try gates.mixed((gates.new + gates.reset * gates.fromState).sigmoid())
    })

  /// The gated cell written out, without a mistake.
  static let rightCells = of(
    "layer/gru_cell", "gru_cell", gru(rightly) { try $0.mixed($0.candidate(reset: $0.reset)) })

  private static func cell(_ row: String, _ operation: String) -> [Mutant] {
    of(
      row, operation, .zeroGradient("hx"), .zeroGradient(), .wrongSign("weight_ih"),
      .transposedGradient("weight_hh"), .halfOutput, .ignoredOperand("hx"), .ignoredOperand("bias_ih"),
      .ignoredOperand("bias_hh"), .zeroGradient("bias_hh"),
      .request("bias_ih gets twice its gradient, bias_hh none") { request in
        request.inputs["bias_hh"] = try request.inputs["bias_hh"]?.withGradient { try $0.zeroed() }
        request.inputs["bias_ih"] = try request.inputs["bias_ih"]?.withGradient { try $0 * 2 }
      })
  }

  private static func gru(
    _ description: String, _ formula: @escaping @Sendable (Gates) throws -> Tensor
  ) -> Mistake {
    Mistake(description) { request in
      guard try request["weight_hh"].ndim == 2, try request["weight_ih"].ndim == 2, request.isValid else {
        return try request.output()
      }
      return try formula(Gates(request))
    }
  }
}

extension Request {
  /// Whether the right operation takes the operands.
  fileprivate var isValid: Bool { (try? output()) != nil }
}

/// What a cell's weights make of the input or the state.
private struct Terms {
  let all: Tensor
  let bias: Tensor

  init(_ request: Request, _ part: String) throws {
    let weight = try request["weight_\(part)"]
    let input = try request["input"]
    let zero = try Tensor.zeros(
      Array(input.shape.dropLast()) + [request["weight_hh"].shape[1]], dtype: input.dtype)
    let source = part == "ih" ? input : request.inputs["hx"] ?? zero
    bias = try request.inputs["bias_\(part)"] ?? Tensor.zeros([weight.shape[0]], dtype: input.dtype)
    all = try Functional.linear(source, weight: weight, bias: bias)
  }
}

/// The gates of a gated cell.
private struct Gates {
  let (reset, update): (Tensor, Tensor)
  let (new, fromState, stateBias): (Tensor, Tensor, Tensor)
  let state: Tensor

  init(_ request: Request) throws {
    let (input, hidden) = (try Terms(request, "ih"), try Terms(request, "hh"))
    let size = try request["weight_hh"].shape[1]
    func third(_ tensor: Tensor, _ index: Int) throws -> Tensor {
      try tensor.sliced([.ellipsis, .stride(from: index * size, to: (index + 1) * size)])
    }
    reset = try (third(input.all, 0) + third(hidden.all, 0)).sigmoid()
    update = try (third(input.all, 1) + third(hidden.all, 1)).sigmoid()
    (new, fromState, stateBias) = (
      try third(input.all, 2), try third(hidden.all, 2), try third(hidden.bias, 2)
    )
    state = try request.inputs["hx"] ?? Tensor.zerosLike(update)
  }

  func candidate(reset: Tensor) throws -> Tensor { try (new + reset * fromState).tanh() }

  func mixed(_ candidate: Tensor) throws -> Tensor { try (1 - update) * candidate + update * state }
}
