// Softmax and log-softmax: every dimension by its definition, gradients, PyTorch's values at the edges.

import Foundation
import PuruTorch
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  @Test(arguments: [0, 1, 2, -1, -3])
  func everyDimension(dim: Int) throws {
    let x = try variedValues(shape: [3, 4, 5], seed: 1) * 5
    let exponentials = try x.exp()
    let expected = try exponentials / exponentials.sum(dim: dim, keepDims: true)
    #expect(try mismatch(x.softmax(dim: dim), expected, units: 8) == nil)
    #expect(try mismatch(x.logSoftmax(dim: dim), expected.log(), units: 8) == nil)
    #expect(try gradientMismatch([x]) { try $0[0].softmax(dim: dim) } == nil)
    #expect(try gradientMismatch([x]) { try $0[0].logSoftmax(dim: dim) } == nil)
  }

  @Test func viewsAndSecondGradients() throws {
    let x = try variedValues(shape: [3, 4], seed: 2) * 3
    #expect(try gradientMismatch([x]) { try $0[0].T.softmax(dim: 0) + $0[0].T.logSoftmax(dim: 1) } == nil)
    #expect(try secondGradientMismatch([x]) { try $0[0].softmax(dim: 0) } == nil)
    #expect(try secondGradientMismatch([x]) { try $0[0].logSoftmax(dim: 1) } == nil)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func theEdges() throws {
    let (infinity, nan) = (Double.infinity, Double.nan)
    let x = try Tensor(
      [
        [1000, 1001, 1002], [-1000, -1001, -1002], [-infinity, 0, 1], [-infinity, -infinity, -infinity],
        [infinity, 0, 1], [nan, 0, 1],
      ], dtype: .float64)
    let nothing = [Double](repeating: nan, count: 9)
    #expect(
      try mismatch(
        x.softmax(dim: 1), shape: [6, 3],
        [
          0.09003057317038045, 0.2447284710547976, 0.6652409557748218, 0.6652409557748218, 0.2447284710547976,
          0.09003057317038045, 0, 0.26894142136999516, 0.7310585786300049,
        ] + nothing) == nil)
    #expect(
      try mismatch(
        x.logSoftmax(dim: 1), shape: [6, 3],
        [
          -2.4076059644443806, -1.4076059644443804, -0.4076059644443804, -0.4076059644443804,
          -1.4076059644443804, -2.4076059644443806, -infinity, -1.3132616875182228, -0.31326168751822286,
        ] + nothing) == nil)
  }

  @Test func shapesAndErrors() throws {
    #expect(try Tensor(3.0).softmax(dim: 0).item() == 1)
    #expect(try Tensor.zeros([2, 0]).softmax(dim: 1).shape == [2, 0])
    #expect(try Tensor.zeros([0, 3]).logSoftmax(dim: 1).shape == [0, 3])
    #expect(try Tensor.zeros([2, 3]).softmax(dim: 1).dtype == .float32)
    #expect(
      errorText { try Tensor.zeros([3]).softmax(dim: 1) }
        == "softmax: dimension 1 of a tensor of shape [3], expected -1 to 0")
    #expect(throws: TensorError.self) { try Tensor([1, 2]).softmax(dim: 0) }
    #expect(throws: TensorError.self) { try Tensor([true]).logSoftmax(dim: 0) }
  }
}
