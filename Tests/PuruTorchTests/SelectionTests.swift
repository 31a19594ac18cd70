// Maximum, minimum, absolute value and selection: values, ties, gradients, errors.

import PuruTorch
import TestSupport
import Testing

@Suite struct SelectionTests {
  private let a: Tensor
  private let b: Tensor

  init() throws {
    a = try variedValues(shape: [2, 3], seed: 1)
    b = try variedValues(shape: [4, 1, 3], seed: 2)
  }

  @Test func values() throws {
    let (x, y) = (try Tensor([1.0, -2.0, Double.nan, 4.0]), try Tensor([0.5, -1.0, 3.0, 4.0]))
    #expect(try mismatch(x.maximum(y), shape: [4], [1, -1, .nan, 4]) == nil)
    #expect(try mismatch(x.minimum(y), shape: [4], [0.5, -2, .nan, 4]) == nil)
    #expect(try mismatch(x.abs(), shape: [4], [1, 2, .nan, 4]) == nil)
    #expect(try mismatch(x.sign(), shape: [4], [1, -1, 0, 1]) == nil)
    let selected = try Tensor.select(Tensor([true, false, true, false]), x, Tensor(7))
    #expect(try mismatch(selected, shape: [4], [1, 7, .nan, 7]) == nil)
  }

  @Test func tiesShareTheGradient() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    let y = try Tensor([1.0, 0.0], requiresGrad: true)
    try x.maximum(y).backward()
    #expect(try mismatch(#require(x.grad), shape: [2], [0.5, 1]) == nil)
    #expect(try mismatch(#require(y.grad), shape: [2], [0.5, 0]) == nil)
  }

  @Test func gradients() throws {
    let mask = try a.isGreater(than: Tensor(0.1, dtype: .float64))
    #expect(try secondGradientMismatch([a, b]) { try $0[0].maximum($0[1]) * $0[0] } == nil)
    #expect(try secondGradientMismatch([a, b]) { try $0[0].minimum($0[1]) * $0[1] } == nil)
    #expect(try secondGradientMismatch([a]) { try $0[0].abs() * $0[0] } == nil)
    #expect(try secondGradientMismatch([a, b]) { try Tensor.select(mask, $0[0] * $0[0], $0[1]) } == nil)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    #expect(throws: TensorError.self) { try a.maximum(Tensor.zeros([2, 2])) }
    #expect(throws: TensorError.self) { try Tensor.select(a, a, a) }
    #expect(throws: TensorError.self) { try Tensor([true]).abs() }
  }
}
