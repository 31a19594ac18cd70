// Workloads of recurrent cells and layers over a sequence.

import PuruTorch

extension Workload {
  static var recurrent: [Workload] {
    let gru: MakeCell = { try GRUCell(inputSize: $0, hiddenSize: $1) }
    let rnn: MakeCell = { try RNNCell(inputSize: $0, hiddenSize: $1) }
    return [
      Workload("gru.cell_B32T64I64H128L2.fwd_bwd") { try classifier(gru, .forwardBackward) },
      Workload("gru.cell_B32T64I64H128L2.fwd") { try classifier(gru, .forward) },
      Workload("rnn.cell_B32T64I64H128L2.fwd_bwd") { try classifier(rnn, .forwardBackward) },
      Workload("rnn.cell_B32T64I64H128L2.fwd") { try classifier(rnn, .forward) },
      Workload("gru.fused_nnGRU_B32T64I64H128L2.fwd_bwd") {
        let gru = try GRU(inputSize: 64, hiddenSize: 128, numLayers: 2, batchFirst: true)
        let x = try Tensor.normal([32, 64, 64])
        let parameters = try gru.parameters()
        return {
          for parameter in parameters { parameter.zeroGrad() }
          try gru(x)[.all, -1].sum().backward()
        }
      },
    ]
  }

  private typealias MakeCell = (_ inputSize: Int, _ hiddenSize: Int) throws -> RecurrentCell

  /// Two layers of cells and a linear layer on the last state.
  private static func classifier(_ makeCell: MakeCell, _ mode: Mode) throws -> () throws -> Void {
    let cells = try [makeCell(64, 128), makeCell(128, 128)]
    let projection = try Linear(inFeatures: 128, outFeatures: 10)
    let (x, y) = (try Tensor.normal([32, 64, 64]), try Tensor.randint(0, 10, [32]))
    let parameters = try cells.flatMap { try $0.parameters() } + projection.parameters()
    let loss = { try Functional.crossEntropy(projection(lastState(cells, x)), y) }
    return {
      for parameter in parameters { parameter.zeroGrad() }
      if mode == .forward { _ = try noGrad { try loss() } } else { try loss().backward() }
    }
  }

  /// The last state of the last layer, where `x` is (batch, steps, features).
  private static func lastState(_ cells: [RecurrentCell], _ x: Tensor) throws -> Tensor {
    var states = try cells.map { try Tensor.zeros([x.shape[0], $0.hiddenSize]) }
    var value = x
    for step in 0..<x.shape[1] {
      value = try x[.all, step]
      for (layer, cell) in cells.enumerated() {
        states[layer] = try cell(value, states[layer])
        value = states[layer]
      }
    }
    return value
  }
}
