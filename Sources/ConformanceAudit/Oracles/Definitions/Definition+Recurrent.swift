// Definitions: recurrent cells.

extension Definition {
  static let cells: [String: Body] = [
    "rnn_cell": output { call in
      try cell(call, gates: 1) { input, state, _ in
        let sum = input[0] + state[0]
        return call.text("nonlinearity", "tanh") == "relu" ? sum.rectified : sum.tangent
      }
    },
    "gru_cell": output { call in try cell(call, gates: 3, gru) },
  ]

  /// n + z (h − n), where r and z are the logistic of the sums, and n = tanh(input + r · state).
  private static func gru(_ input: [Number], _ state: [Number], _ old: Number) -> Number {
    let (reset, update) = ((input[0] + state[0]).logistic, (input[1] + state[1]).logistic)
    let new = (input[2] + reset * state[2]).tangent
    return (Number(1) - update) * new + update * old
  }

  /// One entry of the new state from the gates' sums over the input and over the old state.
  private static func cell(
    _ call: Call, gates: Int, _ body: ([Number], [Number], Number) -> Number
  ) throws -> Cells {
    let (input, weight) = (try call(), try call("weight_hh"))
    let hidden = try weight.size(1)
    let outer = Array(input.shape.dropLast())
    let old = try call.operands["hx"] ?? Cells(outer + [hidden]) { _ in Number(0) }
    let fromInput = try linear(input, call("weight_ih"), call.operands["bias_ih"])
    let fromState = try linear(old, weight, call.operands["bias_hh"])
    return try Cells(outer + [hidden]) { index in
      func sums(_ cells: Cells) -> [Number] {
        (0..<gates).map { cells[outer.indices.map { index[$0] } + [$0 * hidden + index[outer.count]]] }
      }
      return body(sums(fromInput), sums(fromState), old[index])
    }
  }
}
