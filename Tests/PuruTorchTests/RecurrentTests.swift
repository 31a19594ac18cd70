// Recurrent cells and layers: PyTorch's values, gradients, shapes, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct RecurrentTests {
  private let x: Tensor
  private let h: Tensor

  init() throws {
    x = try variedValues(shape: [2, 3], seed: 1)
    h = try variedValues(shape: [2, 2], seed: 2)
  }

  private func weights(gates: Int) throws -> [Tensor] {
    [
      try variedValues(shape: [gates * 2, 3], seed: 3), try variedValues(shape: [gates * 2, 2], seed: 4),
      try variedValues(shape: [gates * 2], seed: 5), try variedValues(shape: [gates * 2], seed: 6),
    ]
  }

  private func rnn(_ t: [Tensor], _ nonlinearity: RNNNonlinearity = .tanh) throws -> Tensor {
    try Functional.rnnCell(
      t[0], t[1], weightIH: t[2], weightHH: t[3], biasIH: t[4], biasHH: t[5], nonlinearity: nonlinearity)
  }

  private func gru(_ t: [Tensor]) throws -> Tensor {
    try Functional.gruCell(t[0], t[1], weightIH: t[2], weightHH: t[3], biasIH: t[4], biasHH: t[5])
  }

  /// Values that PyTorch 2.13 gives.
  @Test func values() throws {
    let plain = try weights(gates: 1)
    #expect(
      try mismatch(
        rnn([x, h] + plain), shape: [2, 2],
        [0.459991245793588, -0.5600024204642322, -0.273355024029355, -0.10492337456631043]) == nil)
    #expect(
      try mismatch(rnn([x, h] + plain, .relu), shape: [2, 2], [0.49730018386617303, 0, 0, 0]) == nil)
    #expect(
      try mismatch(
        Functional.rnnCell(x, weightIH: plain[0], weightHH: plain[1]), shape: [2, 2],
        [0.24617887217457976, -0.019576296882657218, -0.025295368907788145, 0.2094294807323242]) == nil)
    let gated = try weights(gates: 3)
    #expect(
      try mismatch(
        gru([x, h] + gated), shape: [2, 2],
        [0.5965368030079725, -0.21999988154097794, 0.4473325230935626, -0.5335420443678163]) == nil)
    #expect(
      try mismatch(
        Functional.gruCell(x, weightIH: gated[0], weightHH: gated[1]), shape: [2, 2],
        [0.1548356131479474, 0.01824151632329488, 0.2001902583925741, -0.1675542314578663]) == nil)
  }

  @Test func gradients() throws {
    let (plain, gated) = (try [x, h] + weights(gates: 1), try [x, h] + weights(gates: 3))
    #expect(try gradientMismatch(plain) { try rnn($0) } == nil)
    #expect(try gradientMismatch(plain) { try rnn($0, .relu) } == nil)
    #expect(try gradientMismatch(gated) { try gru($0) } == nil)
    #expect(try gradientMismatch([x[0], h[0]] + gated.dropFirst(2)) { try gru($0) } == nil)
    #expect(try gradientMismatch([h]) { try gru([x, $0[0].T] + gated.dropFirst(2)) } == nil)
    #expect(try gradientMismatch([h]) { try rnn([x, $0[0].T] + plain.dropFirst(2)) } == nil)
    #expect(
      try gradientMismatch(gated) { try gru([x, gru($0)] + $0.dropFirst(2)) } == nil, "two steps")
  }

  @Test func gradientsOfGradients() throws {
    let (plain, gated) = (try [x, h] + weights(gates: 1), try [x, h] + weights(gates: 3))
    #expect(try secondGradientMismatch(plain) { try rnn($0) } == nil)
    #expect(try secondGradientMismatch(plain) { try rnn($0, .relu) } == nil)
    #expect(try secondGradientMismatch(gated) { try gru($0) } == nil)
  }

  @Test func cells() throws {
    let cell = try GRUCell(inputSize: 3, hiddenSize: 2, dtype: .float64)
    #expect(try cell.stateDict().names == ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
    #expect(try cell.parameters().map(\.shape) == [[6, 3], [6, 2], [6], [6]])
    #expect(try cell.parameters().allSatisfy { try doubles($0).allSatisfy { abs($0) <= 0.5.squareRoot() } })
    let parameters = try weights(gates: 3)
    try cell.loadStateDict([
      "weight_ih": parameters[0], "weight_hh": parameters[1], "bias_ih": parameters[2],
      "bias_hh": parameters[3],
    ])
    #expect(try mismatch(cell(x, h), gru([x, h] + parameters), units: 0) == nil)
    #expect(try mismatch(cell(x), cell(x, Tensor.zeros([2, 2], dtype: .float64)), units: 0) == nil)
    #expect(try mismatch(cell(x[1], h[1]), cell(x, h)[1], units: 0) == nil)
    #expect(try cell(x[1]).shape == [2])
    let relu = try RNNCell(inputSize: 3, hiddenSize: 2, bias: false, nonlinearity: .relu, dtype: .float64)
    #expect(try relu.stateDict().names == ["weight_ih", "weight_hh"])
    #expect(
      try mismatch(
        relu(x, h),
        Functional.rnnCell(
          x, h, weightIH: relu.weightIH, weightHH: relu.weightHH, nonlinearity: .relu), units: 0) == nil)
    #expect(throws: TensorError.self) { try RNNCell(inputSize: 3, hiddenSize: 0) }
    #expect(throws: TensorError.self) { try GRUCell(inputSize: -3, hiddenSize: 2) }
  }

  @Test func refusals() throws {
    func step(_ x: [Int], _ h: [Int], _ weightIH: [Int] = [9, 4], _ weightHH: [Int] = [9, 3]) -> String? {
      errorText {
        try Functional.gruCell(.zeros(x), .zeros(h), weightIH: .zeros(weightIH), weightHH: .zeros(weightHH))
      }
    }
    #expect(step([2, 4], [2, 3]) == nil)
    #expect(step([0, 4], [0, 3]) == nil)
    #expect(step([2, 5], [2, 3]) != nil)
    #expect(
      step([2, 4], [1, 3]) == "gruCell: shapes [2, 4] and [1, 3], expected a hidden state of shape [2, 3]")
    #expect(step([2, 4], [3]) != nil)
    #expect(step([2, 4], [2, 4]) != nil)
    #expect(step([1, 2, 4], [2, 3]) != nil)
    #expect(step([2, 4], [2, 3], [10, 4]) != nil)
    #expect(step([2, 4], [2, 3], [9, 4], [10, 3]) != nil)
    #expect(step([2, 4], [2, 3], [9], [9, 3]) != nil)
    #expect(
      errorText {
        try Functional.rnnCell(
          .zeros([2, 4]), weightIH: .zeros([3, 4], dtype: .float64), weightHH: .zeros([3, 3]))
      } == "rnnCell: a tensor of type float64, expected float32, as the others")
  }
}

/// Values that PyTorch 2.13 gives for two layers of a sort.
private struct LayerTruth {
  let output, hidden, byWeightIH, byWeightHH, byH0, unbatched: [Double]

  static let rnn = LayerTruth(
    output: [
      -0.9547217458377109, -0.6234448756094254, -0.7300774194739742, -0.6458143660137714,
      -0.9186602698037883, -0.6406683504100582, -0.8869961518104005, -0.19313103080279262,
      -0.9278705477524457, -0.6553705355666299, -0.8955889492029759, -0.40357890594683055,
      -0.9167860360001427, -0.4745701149141103, -0.8974952541343316, -0.28918976336810587,
    ],
    hidden: [
      -0.21573021024144243, -0.5988449566680724, 0.2689998641881309, -0.4201381734704088,
      -0.9167860360001427, -0.4745701149141103, -0.8974952541343316, -0.28918976336810587,
    ],
    byWeightIH: [
      0.11635098976219005, 0.35626412501512744, -0.07633349504421907, -0.7240180585534347,
      -0.08702107747179239, -0.4999410388550255,
    ],
    byWeightHH: [
      -0.046451405021524006, -0.06697454899832966, -0.59189045439991, -0.9333152837969378,
    ],
    byH0: [
      0.016260692151896974, -0.08042766048306518, 0.5464747364128564, -0.41055898112535083,
      -0.36249133907025494, 0.19781965622283093, 0.5777206212013758, -0.26652445479764036,
    ],
    unbatched: [
      -0.8537337325907223, -0.23652520930342694, -0.9325540141942221, -0.6592674598495387,
      -0.9250753385332415, -0.6736035439147443, -0.917637310654147, -0.45234675693509996,
    ])
  static let gru = LayerTruth(
    output: [
      -0.8480349981982318, -0.5742560242546068, -0.8616789982696492, -0.6180325344917079,
      -0.8341087247549349, -0.6189565516568577, -0.813184147683146, -0.6551682163277179,
      -0.8186659736431188, -0.6303089988739285, -0.7514369655124322, -0.6657620486366322,
      -0.8266124830089587, -0.6409537108747889, -0.66952827731244, -0.6639720248891594,
    ],
    hidden: [
      -0.27853274059358146, -0.49940746310738465, 0.43351561584978365, -0.5712141680079676,
      -0.8266124830089587, -0.6409537108747889, -0.66952827731244, -0.6639720248891594,
    ],
    byWeightIH: [
      0.009005180017287758, -0.006743815691456224, -0.004717250535744232, 0.0029117684106250773,
      -0.0019226839658498765, 0.002500834477731485, -0.05744639947174855, 0.06258736494336178,
      0.058899321059158634, -0.013422571162893625, 0.018158854389422854, 0.021557878998542786,
      0.025698178791269104, -0.0275951516989308, -0.022099120527690613, 0.042017108552193747,
      -0.054831432178751784, -0.08602524416953179,
    ],
    byWeightHH: [
      0.029189959094037803, 0.022702944187527524, -0.08269990484584684, -0.059924781959417854,
      -0.09876397599646367, -0.07751280639465194, -0.016130606261311672, -0.012848242444646413,
      0.11341507733482534, 0.0885881384210297, -0.23737093569781936, -0.15274324323131858,
    ],
    byH0: [
      -0.1313201654659732, 0.0007566583689416553, -0.4250861109621892, -0.06950395276000759,
      -0.05313848936067126, -0.16814840487430122, -0.1337677746021511, 0.33149842919092287,
    ],
    unbatched: [
      -0.34989023706906636, -0.3672400258074212, -0.4959616210323881, -0.5152971712813924,
      -0.5782617643853726, -0.5776894910097774, -0.6441535127252833, -0.6104901841703768,
    ])
}

@Suite struct RecurrentLayerTests {
  private func layers(batchFirst: Bool = false) throws -> [(RecurrentLayer, LayerTruth)] {
    let layers: [(RecurrentLayer, LayerTruth)] = [
      (
        try RNN(inputSize: 3, hiddenSize: 2, numLayers: 2, batchFirst: batchFirst, dtype: .float64), .rnn
      ),
      (
        try GRU(inputSize: 3, hiddenSize: 2, numLayers: 2, batchFirst: batchFirst, dtype: .float64), .gru
      ),
    ]
    for (layer, _) in layers {
      for (place, parameter) in try layer.parameters().enumerated() {
        try noGrad { try parameter.assign(variedValues(shape: parameter.shape, seed: UInt64(3 + place))) }
      }
    }
    return layers
  }

  @Test func valuesAndGradients() throws {
    for (layer, truth) in try layers() {
      let x = try variedValues(shape: [4, 2, 3], seed: 20)
      let h0 = try variedValues(shape: [2, 2, 2], seed: 21).setRequiresGrad()
      let (output, hidden) = try layer(x, h0)
      #expect(try mismatch(output, shape: [4, 2, 2], truth.output, units: 16) == nil)
      #expect(try mismatch(hidden, shape: [2, 2, 2], truth.hidden, units: 16) == nil)
      try (output * variedValues(shape: [4, 2, 2], seed: 22)).sum().backward()
      let (first, last) = (layer.cells[0], layer.cells[1])
      #expect(
        try mismatch(#require(first.weightIH.grad), shape: first.weightIH.shape, truth.byWeightIH, units: 32)
          == nil)
      #expect(
        try mismatch(#require(last.weightHH.grad), shape: last.weightHH.shape, truth.byWeightHH, units: 32)
          == nil)
      #expect(try mismatch(#require(h0.grad), shape: [2, 2, 2], truth.byH0, units: 32) == nil)
      #expect(try mismatch(layer(x[.all, 0]), shape: [4, 2], truth.unbatched, units: 16) == nil)
    }
  }

  @Test func batchFirst() throws {
    let (x, h0) = (
      try variedValues(shape: [4, 2, 3], seed: 20), try variedValues(shape: [2, 2, 2], seed: 21)
    )
    for (layer, truth) in try layers(batchFirst: true) {
      let (output, hidden) = try layer(x.transposed(0, 1), h0)
      #expect(try mismatch(output.transposed(0, 1), shape: [4, 2, 2], truth.output, units: 16) == nil)
      #expect(try mismatch(hidden, shape: [2, 2, 2], truth.hidden, units: 16) == nil)
      #expect(try mismatch(layer(x[.all, 0]), shape: [4, 2], truth.unbatched, units: 16) == nil)
    }
  }

  /// A layer computes what its cells compute step by step, to the bit.
  @Test func agreesWithCells() throws {
    let x = try Tensor.normal([5, 3, 7], generator: Generator(seed: 1))
    for layer in [try RNN(inputSize: 7, hiddenSize: 6), try GRU(inputSize: 7, hiddenSize: 6)]
      as [RecurrentLayer]
    {
      var state: Tensor?
      let states = try (0..<5).map { step -> Tensor in
        let next = try layer.cells[0](x[step], state)
        state = next
        return next
      }
      #expect(try mismatch(layer(x), Tensor.stack(states), units: 0) == nil)
    }
  }

  @Test func secondGradients() throws {
    let inputs = [
      try variedValues(shape: [3, 2, 3], seed: 20), try variedValues(shape: [2, 2, 2], seed: 21),
    ]
    for (layer, _) in try layers() {
      #expect(try gradientMismatch(inputs) { try layer($0[0], $0[1]).output } == nil)
      #expect(try secondGradientMismatch(inputs) { try layer($0[0], $0[1]).output } == nil)
    }
  }

  @Test func statesAndRefusals() throws {
    let gru = try GRU(inputSize: 3, hiddenSize: 2, numLayers: 2, bias: false, batchFirst: true)
    #expect(
      try gru.stateDict().names == ["weight_ih_l0", "weight_hh_l0", "weight_ih_l1", "weight_hh_l1"])
    #expect(try gru(.zeros([5, 4, 3]), nil).hidden.shape == [2, 5, 2])
    #expect(try gru(.zeros([0, 4, 3])).shape == [0, 4, 2])
    func refusal(_ x: [Int], _ h0: [Int]? = nil) -> String? {
      errorText { try gru(.zeros(x), h0.map { try .zeros($0) }) }
    }
    #expect(
      refusal([5, 0, 3])
        == "GRU: a tensor of shape [5, 0, 3], expected (N, steps, 3) with at least one step")
    #expect(refusal([5, 4, 2]) != nil)
    #expect(refusal([3]) != nil)
    #expect(refusal([1, 5, 4, 3]) != nil)
    #expect(
      refusal([5, 4, 3], [2, 4, 2])
        == "GRU: shapes [5, 4, 3] and [2, 4, 2], expected hidden states of shape [2, 5, 2]")
    #expect(refusal([4, 3], [2, 1, 2]) != nil)
    #expect(refusal([4, 3], [2, 2]) == nil)
    #expect(
      errorText { try RNN(inputSize: 3, hiddenSize: 2, numLayers: 0) }
        == "RNN: numLayers is 0, expected at least 1")
  }
}
