// Arithmetic, powers, exponentials, reductions and products: gradients by finite differences, edges, errors.

import PuruTorch
import TestSupport
import Testing

@Suite struct ArithmeticTests {
  private let a: Tensor
  private let b: Tensor

  init() throws {
    a = try variedValues(shape: [2, 1, 3], seed: 1)
    b = try variedValues(shape: [4, 1], seed: 2) + 2
  }

  @Test func gradientsWithBroadcasting() throws {
    #expect(try gradientMismatch([a, b]) { try $0[0] + $0[1] } == nil)
    #expect(try gradientMismatch([a, b]) { try $0[0] - $0[1] } == nil)
    #expect(try gradientMismatch([a, b]) { try $0[0] * $0[1] } == nil)
    #expect(try gradientMismatch([a, b]) { try $0[0] / $0[1] } == nil)
    #expect(try gradientMismatch([a + 2, b]) { try $0[0] ** $0[1] } == nil)
    #expect(try gradientMismatch([a]) { try -$0[0] } == nil)
    #expect(try gradientMismatch([a]) { try $0[0] * $0[0] } == nil)
  }

  @Test func gradientsWithNumbers() throws {
    #expect(try gradientMismatch([b]) { try (2 - $0[0]) * 3 / (1 + $0[0]) } == nil)
    #expect(try gradientMismatch([b]) { try 2 / $0[0] - 0.5 + $0[0] ** 3 } == nil)
    #expect(try gradientMismatch([b]) { try 2 ** $0[0] } == nil)
    #expect(try gradientMismatch([b]) { try $0[0].exp() + $0[0].log() + $0[0].sqrt() } == nil)
  }

  @Test func singleElementsOnEitherSide() throws {
    let x = try Tensor([[1.0, 2.0], [3.0, 4.0]])
    #expect(try mismatch(x - Tensor([[2.0]]), shape: [2, 2], [-1, 0, 1, 2]) == nil)
    #expect(try mismatch(Tensor([2.0]) - x, shape: [2, 2], [1, 0, -1, -2]) == nil)
    #expect(try mismatch(2 / x, shape: [2, 2], [2, 1, 2.0 / 3, 0.5]) == nil)
    #expect(try (Tensor([1, 2]) ** 3).data(as: Int64.self) == [1, 8])
    #expect(try (3 - Tensor([1, 2])).data(as: Int64.self) == [2, 1])
    #expect(try (x.T * 2).data(as: Float.self) == [2, 6, 4, 8])
    #expect(try (Tensor([[[1.0]]]) + Tensor([1.0, 2.0])).shape == [1, 1, 2])
  }

  @Test func compoundAssignmentRebinds() throws {
    let x = try Tensor([1.0, 2.0])
    var y = x
    try y += 1
    try y *= Tensor([2.0, 3.0])
    try y -= 0.5
    try y /= 2
    #expect(try mismatch(y, shape: [2], [1.75, 4.25]) == nil)
    #expect(try mismatch(x, shape: [2], [1, 2]) == nil)
  }

  /// Values and gradients that PyTorch 2.13 gives.
  @Test func theEdgesOfPowers() throws {
    let x = try Tensor([0.0, 0.0, -2.0, 2.0], dtype: .float64, requiresGrad: true)
    let e = try Tensor([0.0, 2.0, 3.0, -1.0], dtype: .float64, requiresGrad: true)
    let y = try x ** e
    try y.backward()
    #expect(try mismatch(y, shape: [4], [1, 0, -8, 0.5]) == nil)
    #expect(try mismatch(#require(x.grad), shape: [4], [0, 0, 12, -0.25]) == nil)
    #expect(try mismatch(#require(e.grad), shape: [4], [0, 0, .nan, 0.34657359027997264]) == nil)
  }

  @Test func operandsThatDoNotFitAreRefused() throws {
    let (x, y) = (try Tensor.zeros([2, 3]), try Tensor.zeros([4, 3]))
    #expect(
      errorText { try x + y } == "add: shapes [2, 3] and [4, 3], expected shapes that broadcast together")
    #expect(throws: TensorError.self) { try Tensor([true]) - Tensor([true]) }
    #expect(throws: TensorError.self) { try -Tensor([true]) }
    #expect(throws: TensorError.self) { try Tensor([2]) ** -1 }
    #expect(try (Tensor([2]) ** 3).data(as: Int64.self) == [8])
  }
}

@Suite struct ReductionTests {
  private let x: Tensor

  init() throws { x = try variedValues(shape: [2, 3, 4], seed: 1) }

  @Test func gradientsOverNoOneAndSeveralDimensions() throws {
    for dims in [[0], [1], [2], [0, 2], [1, -1], [0, 1, 2]] {
      for keepDims in [false, true] {
        #expect(try gradientMismatch([x]) { try $0[0].sum(dim: dims, keepDims: keepDims) } == nil)
        #expect(try gradientMismatch([x]) { try $0[0].mean(dim: dims, keepDims: keepDims) } == nil)
        #expect(
          try gradientMismatch([x]) { try $0[0].variance(dim: dims, correction: 0, keepDims: keepDims) }
            == nil)
        #expect(try gradientMismatch([x]) { try $0[0].amax(dim: dims, keepDims: keepDims) } == nil)
      }
    }
    #expect(
      try gradientMismatch([x]) { try $0[0].sum() + $0[0].mean() + $0[0].variance() + $0[0].max() } == nil)
    #expect(try gradientMismatch([x]) { try $0[0].max(dim: 1).values } == nil)
    #expect(try gradientMismatch([x.permuted([2, 0, 1])]) { try $0[0].T.sum(dim: [0, 2]) } == nil)
  }

  @Test func shapesAndTypes() throws {
    #expect(try x.sum().shape == [])
    #expect(try x.sum(dim: 1).shape == [2, 4])
    #expect(try x.sum(dim: [0, 2], keepDims: true).shape == [1, 3, 1])
    #expect(try Tensor([true, true, false]).sum().item(as: Int64.self) == 2)
    #expect(try Tensor([1, 2]).sum().dtype == .int64)
    #expect(try Tensor.zeros([0, 3]).sum(dim: 0).data(as: Float.self) == [0, 0, 0])
    #expect(try Tensor.zeros([0]).mean().item().isNaN)
  }

  @Test func tiesShareOrGoToTheFirst() throws {
    let tied = try Tensor([3.0, 1.0, 3.0], requiresGrad: true)
    try tied.max().backward()
    #expect(try mismatch(#require(tied.grad), shape: [3], [0.5, 0, 0.5]) == nil)
    tied.zeroGrad()
    let (values, indices) = try tied.max(dim: 0)
    try values.backward()
    #expect(try indices.item(as: Int64.self) == 0)
    #expect(try mismatch(#require(tied.grad), shape: [3], [1, 0, 0]) == nil)
  }

  /// `torch.max` shares a NaN maximum's gradient among the NaN elements, `torch.amax` has none to give.
  @Test func maximaThatAreNaN() throws {
    let x = try Tensor([1.0, Double.nan], requiresGrad: true)
    try x.max().backward()
    #expect(try mismatch(#require(x.grad), shape: [2], [0, 1]) == nil)
    x.zeroGrad()
    try x.amax().backward()
    #expect(try mismatch(#require(x.grad), shape: [2], [.nan, .nan]) == nil)
  }

  /// PyTorch 2.13's gradients of the variance of a whole tensor with too few elements.
  @Test func varianceWithoutFreedom() throws {
    let x = try Tensor([1.0, 3.0, 2.0], requiresGrad: true)
    try x.variance(correction: 3).backward()
    #expect(try mismatch(#require(x.grad), shape: [3], [.infinity, .infinity, .nan]) == nil)
  }

  @Test func recordedGradientsOfVarianceAndMaximum() throws {
    for dims in [[0], [1, 2], [0, 2]] {
      #expect(try secondGradientMismatch([x]) { try $0[0].variance(dim: dims, correction: 0.5) } == nil)
      #expect(try secondGradientMismatch([x]) { try $0[0].amax(dim: dims) * $0[0].mean() } == nil)
    }
    #expect(try secondGradientMismatch([x]) { try $0[0].max(dim: 1).values * $0[0].sum() } == nil)
  }

  @Test func whatHasNoAnswerIsRefused() throws {
    #expect(throws: TensorError.self) { try Tensor.zeros([0, 0]).amax(dim: 1) }
    #expect(throws: TensorError.self) { try Tensor.zeros([0]).max() }
    #expect(throws: TensorError.self) { try Tensor.zeros([2, 0]).max(dim: 1) }
    #expect(throws: TensorError.self) { try Tensor([1, 2]).mean() }
    #expect(throws: TensorError.self) { try x.sum(dim: 3) }
    #expect(throws: TensorError.self) { try x.sum(dim: [1, 1]) }
  }
}

@Suite struct MatmulTests {
  /// Pairs of shapes and the shape that `torch.matmul` gives.
  @Test(arguments: [
    ([3], [3], []), ([2, 3], [3], [2]), ([3], [3, 4], [4]), ([2, 3], [3, 4], [2, 4]),
    ([5, 2, 3], [3, 4], [5, 2, 4]), ([2, 3], [5, 3, 4], [5, 2, 4]), ([5, 2, 3], [3], [5, 2]),
    ([3], [5, 3, 4], [5, 4]), ([5, 1, 2, 3], [6, 3, 4], [5, 6, 2, 4]), ([1, 2, 3], [5, 3, 4], [5, 2, 4]),
  ])
  func shapesAndGradients(a: [Int], b: [Int], expected: [Int]) throws {
    let x = try variedValues(shape: a, seed: 1)
    let y = try variedValues(shape: b, seed: 2)
    #expect(try x.matmul(y).shape == expected)
    #expect(try gradientMismatch([x, y]) { try $0[0].matmul($0[1]) } == nil)
  }

  @Test func elementsAreInnerProducts() throws {
    let x = try variedValues(shape: [3, 4, 5], seed: 1).permuted([0, 2, 1])
    let y = try variedValues(shape: [6, 4], seed: 2).T
    let product = try doubles(x.matmul(y))
    let (xs, ys) = (try doubles(x), try doubles(y))
    for batch in 0..<3 {
      for row in 0..<5 {
        for column in 0..<6 {
          let expected = (0..<4).reduce(0.0) { $0 + xs[(batch * 5 + row) * 4 + $1] * ys[$1 * 6 + column] }
          #expect(abs(product[(batch * 5 + row) * 6 + column] - expected) < 1e-14)
        }
      }
    }
  }

  @Test func emptyProducts() throws {
    #expect(
      try Tensor.zeros([2, 0]).matmul(Tensor.zeros([0, 3])).data(as: Float.self) == [0, 0, 0, 0, 0, 0])
    #expect(try Tensor.zeros([0, 2, 3]).matmul(Tensor.zeros([3, 4])).shape == [0, 2, 4])
    #expect(try Tensor.zeros([5, 0, 3]).matmul(Tensor.zeros([3, 0])).shape == [5, 0, 0])
  }

  @Test func operandsThatDoNotFitAreRefused() throws {
    #expect(
      errorText { try Tensor.zeros([2, 3]).matmul(Tensor.zeros([4, 3])) }
        == "matmul: shapes [2, 3] and [4, 3], expected the first's last size to be the second's last but one")
    #expect(throws: TensorError.self) { try Tensor(1.0).matmul(Tensor([1.0])) }
    #expect(throws: TensorError.self) { try Tensor([1]).matmul(Tensor([1])) }
    #expect(throws: TensorError.self) { try Tensor.zeros([2, 2, 3]).matmul(Tensor.zeros([3, 3, 2])) }
  }
}
