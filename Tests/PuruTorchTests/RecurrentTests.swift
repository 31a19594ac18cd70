// Recurrent cells: PyTorch's values, gradients, shapes, refusals.

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
