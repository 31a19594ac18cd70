// Zero insertion and striding: literal results, views, gradients, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct ResamplingTests {
  @Test func literalResults() throws {
    let x = try Tensor([[1, 2, 3], [4, 5, 6]], dtype: .float32)
    #expect(
      try mismatch(Functional.upsample1D(x, factor: 2), shape: [2, 5], [1, 0, 2, 0, 3, 4, 0, 5, 0, 6]) == nil)
    #expect(
      try mismatch(
        Functional.upsample2D(x, factor: 2), shape: [3, 5], [1, 0, 2, 0, 3, 0, 0, 0, 0, 0, 4, 0, 5, 0, 6])
        == nil)
    #expect(try mismatch(Functional.downsample1D(x, factor: 2), shape: [2, 2], [1, 3, 4, 6]) == nil)
    #expect(try mismatch(Functional.downsample2D(x, factor: 2), shape: [1, 2], [1, 3]) == nil)
    #expect(try mismatch(Functional.upsample2D(x, factor: 1), x) == nil)
    #expect(try mismatch(Functional.downsample2D(x, factor: 9), shape: [1, 1], [1]) == nil)
    #expect(try Functional.upsample1D(Tensor([[1, 2]]), factor: 3).dtype == .int64)
  }

  @Test func emptyDimensionsStayEmpty() throws {
    #expect(try Functional.upsample1D(.zeros([2, 0]), factor: 3).shape == [2, 0])
    #expect(try Functional.upsample2D(.zeros([0, 4]), factor: 3).shape == [0, 10])
    #expect(try Functional.downsample2D(.zeros([0, 4]), factor: 3).shape == [0, 2])
  }

  @Test func downsamplingIsAView() throws {
    let x = try Tensor.arange(6, dtype: .float32)
    let y = try Functional.downsample1D(x, factor: 4)
    try x.fill(7)
    #expect(try y.data() == [7, 7] as [Float])
  }

  @Test func gradients() throws {
    let x = try variedValues(shape: [2, 3, 4], seed: 1)
    for factor in [1, 2, 3] {
      #expect(try gradientMismatch([x]) { try Functional.upsample1D($0[0], factor: factor) } == nil)
      #expect(try gradientMismatch([x]) { try Functional.upsample2D($0[0], factor: factor) } == nil)
      #expect(try gradientMismatch([x]) { try Functional.downsample1D($0[0].T, factor: factor) } == nil)
      #expect(try gradientMismatch([x]) { try Functional.downsample2D($0[0], factor: factor) } == nil)
    }
    #expect(
      try secondGradientMismatch([x]) {
        let y = try Functional.downsample1D(Functional.upsample2D($0[0], factor: 3), factor: 2)
        return try y * y
      } == nil)
  }

  @Test func layersAndRefusals() throws {
    let x = try variedValues(shape: [2, 3, 5], seed: 1)
    #expect(try mismatch(Upsample1D(factor: 3)(x), Functional.upsample1D(x, factor: 3)) == nil)
    #expect(try mismatch(Upsample2D(factor: 3)(x), Functional.upsample2D(x, factor: 3)) == nil)
    #expect(try mismatch(Downsample1D(factor: 3)(x), Functional.downsample1D(x, factor: 3)) == nil)
    #expect(try mismatch(Downsample2D(factor: 3)(x), Functional.downsample2D(x, factor: 3)) == nil)
    #expect(errorText { try Upsample1D(factor: 0) } == "Upsample1D: factor is 0, expected at least 1")
    #expect(throws: TensorError.self) { try Upsample2D(factor: -1) }
    #expect(throws: TensorError.self) { try Downsample1D(factor: 0) }
    #expect(throws: TensorError.self) { try Downsample2D(factor: 0) }
    #expect(throws: TensorError.self) { try Functional.upsample1D(x, factor: 0) }
    #expect(throws: TensorError.self) { try Functional.upsample1D(x, factor: Int.max) }
    #expect(throws: TensorError.self) { try Functional.downsample2D(x[0, 0], factor: 2) }
    #expect(
      errorText { try Functional.upsample2D(.zeros([3]), factor: 2) }
        == "upsample2D: a tensor of shape [3], expected at least 2 dimensions")
    #expect(throws: TensorError.self) { try Functional.downsample1D(Tensor(1.0), factor: 2) }
  }
}
