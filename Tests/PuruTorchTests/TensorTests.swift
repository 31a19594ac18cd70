// Making tensors, reading them, how they print, conversion and promotion.

import PuruTorch
import TestSupport
import Testing

@Suite struct TensorTests {
  @Test func arraysGivePyTorchsTypes() throws {
    #expect(try Tensor([1.0, 2.0]).dtype == .float32)
    #expect(try Tensor([Float(1), 2]).dtype == .float32)
    #expect(try Tensor([1, 2]).dtype == .int64)
    #expect(try Tensor([true, false]).dtype == .bool)
    #expect(try Tensor(3).shape == [])
    #expect(try Tensor([[1, 2, 3], [4, 5, 6]], dtype: .float64).shape == [2, 3])
    #expect(try Tensor([[Double]]()).shape == [0])
    #expect(try Tensor([Double](repeating: 1, count: 6), shape: [2, 3]).dtype == .float64)
  }

  @Test func raggedArraysAreRefused() {
    #expect(throws: TensorError.raggedArray(expected: [2], found: [1])) { try Tensor([[1, 2], [3]]) }
    #expect(
      errorText { try Tensor([Float(1), 2], shape: [3]) }
        == "Tensor.init: a tensor of shape [2], expected 3 elements for [3]")
  }

  @Test func impossibleShapesAreRefused() {
    #expect(throws: TensorError.invalidShape(operation: "full", shape: [2, -1])) {
      try Tensor.zeros([2, -1])
    }
    #expect(throws: TensorError.tooManyDimensions(operation: "full", count: 9)) {
      try Tensor.zeros([1, 1, 1, 1, 1, 1, 1, 1, 1])
    }
    let huge = [1 << 30, 1 << 30]
    #expect(throws: TensorError.outOfMemory(operation: "full", shape: huge)) { try Tensor.zeros(huge) }
    let overflowing = [Int.max, Int.max]
    #expect(throws: TensorError.outOfMemory(operation: "full", shape: overflowing)) {
      try Tensor.zeros(overflowing)
    }
  }

  @Test func sizesThatMemoryCannotAddressAreRefused() throws {
    #expect(throws: TensorError.self) { try Tensor.zeros([1 << 40, 1 << 40, 0]) }
    // Expanded views are small in memory, and together larger than any.
    let x = try Tensor.zeros([1, 1])
    let (tall, wide) = (try x.expanded([1 << 40, 1]), try x.expanded([1, 1 << 40]))
    #expect(throws: TensorError.self) { try tall + wide }
    #expect(throws: TensorError.self) { try matmul(tall, wide) }
    #expect(throws: TensorError.self) { try Functional.mseLoss(tall, wide) }
    #expect(try Tensor.zeros([1 << 40, 0]).description == "tensor([], size=[1099511627776, 0])")
    #expect(try Tensor.zeros([5])[2...Int.max].shape == [3])
  }

  @Test func buffersAreCopied() throws {
    var values: [Float] = [1, 2, 3]
    let x = try values.withUnsafeBufferPointer { try Tensor(buffer: $0, shape: [3]) }
    values[0] = 9
    #expect(try x.data(as: Float.self) == [1, 2, 3])
    #expect(try x.withUnsafeElements(as: Float.self) { Array($0) } == [1, 2, 3])
  }

  @Test func ranges() throws {
    #expect(try Tensor.arange(4).data(as: Int64.self) == [0, 1, 2, 3])
    #expect(try Tensor.arange(1, 2, step: 0.25).data(as: Float.self) == [1, 1.25, 1.5, 1.75])
    #expect(try Tensor.arange(5, 0, step: -2).data(as: Int64.self) == [5, 3, 1])
    #expect(throws: TensorError.self) { try Tensor.arange(0, 5, step: -1) }
    #expect(throws: TensorError.self) { try Tensor.arange(0, 5, step: 0) }
  }

  @Test func elementsComeOutInTheirOwnType() throws {
    let x = try Tensor([[1.5, 2.5]])
    #expect(try x.T.data(as: Float.self) == [1.5, 2.5])
    #expect(
      errorText { try x.data(as: Double.self) } == "data: a tensor of type float32, expected float64")
    #expect(errorText { try x.item() } == "item: a tensor of shape [1, 2], expected a tensor of one element")
    #expect(try Tensor(2.5).item() == 2.5)
    #expect(try Tensor([[7]]).item(as: Int64.self) == 7)
  }

  @Test func conversion() throws {
    let x = try Tensor([-1.75, 0.0, 2.9, Double.nan, 1e30])
    #expect(try x.to(.int64).data(as: Int64.self) == [-1, 0, 2, 0, Int64.max])
    #expect(try x.to(.bool).data(as: Bool.self) == [true, false, true, true, true])
    let leaf = try Tensor([1.0], requiresGrad: true)
    try leaf.to(.float64).backward(Tensor([3.0], dtype: .float64))
    #expect(try mismatch(#require(leaf.grad), shape: [1], [3]) == nil)
  }

  /// The types that `torch.result_type` gives.
  @Test func promotion() throws {
    let (i, f, d) = (try Tensor([1]), try Tensor([1.0]), try Tensor([1.0], dtype: .float64))
    let (i0, f0, d0) = (try Tensor(1), try Tensor(1.0), try Tensor(1.0, dtype: .float64))
    #expect(try (i + f).dtype == .float32)
    #expect(try (f + d).dtype == .float64)
    #expect(try (f + d0).dtype == .float32)
    #expect(try (d0 + f).dtype == .float32)
    #expect(try (i0 + f).dtype == .float32)
    #expect(try (i + f0).dtype == .float32)
    #expect(try (i + d0).dtype == .float64)
    #expect(try (f0 + d0).dtype == .float64)
    #expect(try (f + i0).dtype == .float32)
    #expect(try (i * 2).dtype == .int64)
    #expect(try (i * 2.5).dtype == .float32)
    #expect(try (f * 2.5).dtype == .float32)
    #expect(try (i / 2).dtype == .float32)
    #expect(try (Tensor([true]) + 1).dtype == .int64)
    #expect(try (Tensor([true]) + Tensor([true])).dtype == .bool)
  }

  @Test func requiringGradientsOfIntegersIsRefused() {
    #expect(throws: TensorError.self) { try Tensor([1], requiresGrad: true) }
  }

  /// The texts are PyTorch 2.13's, less its spelling of names.
  @Test func descriptions() throws {
    #expect(try Tensor([[1.0, 2.0], [3.0, 4.0]]).description == "tensor([[1., 2.],\n        [3., 4.]])")
    #expect(try Tensor(3.5).description == "tensor(3.5000)")
    #expect(try Tensor([1, 20, -3]).description == "tensor([ 1, 20, -3])")
    #expect(try Tensor([true, false]).description == "tensor([ True, False])")
    #expect(try Tensor([0.1, 1e-5, 1000.0]).description == "tensor([1.0000e-01, 1.0000e-05, 1.0000e+03])")
    #expect(
      try Tensor([1.5, Double.nan, .infinity, -2.25]).description
        == "tensor([ 1.5000,     nan,     inf, -2.2500])")
    #expect(try Tensor([1.0, Double.infinity]).description == "tensor([1., inf])")
    #expect(try Tensor.zeros([2, 0]).description == "tensor([], size=[2, 0])")
    #expect(try Tensor.zeros([0]).description == "tensor([])")
    #expect(try Tensor.zeros([0], dtype: .int64).description == "tensor([], dtype=int64)")
    #expect(try Tensor([1e10, 1.0]).description == "tensor([1.0000e+10, 1.0000e+00])")
    #expect(
      try Tensor([[0.5, -1.25]], dtype: .float64).description
        == "tensor([[ 0.5000, -1.2500]], dtype=float64)")
    let leaf = try Tensor([1.0, 2.0], requiresGrad: true)
    #expect(leaf.description == "tensor([1., 2.], requiresGrad=true)")
    #expect(try (leaf * 2).description == "tensor([2., 4.], gradFn=<MulBackward>)")
    #expect(
      try Parameter(Tensor.ones([2])).description
        == "Parameter containing:\ntensor([1., 1.], requiresGrad=true)")
  }

  @Test func longDescriptionsAreWrappedAndSummarized() throws {
    #expect(
      try Tensor.arange(24, dtype: .float32).reshaped(2, 3, 4).description == """
        tensor([[[ 0.,  1.,  2.,  3.],
                 [ 4.,  5.,  6.,  7.],
                 [ 8.,  9., 10., 11.]],

                [[12., 13., 14., 15.],
                 [16., 17., 18., 19.],
                 [20., 21., 22., 23.]]])
        """)
    #expect(
      try (Tensor.arange(30, dtype: .float32) * 1.5).description == """
        tensor([ 0.0000,  1.5000,  3.0000,  4.5000,  6.0000,  7.5000,  9.0000, 10.5000,
                12.0000, 13.5000, 15.0000, 16.5000, 18.0000, 19.5000, 21.0000, 22.5000,
                24.0000, 25.5000, 27.0000, 28.5000, 30.0000, 31.5000, 33.0000, 34.5000,
                36.0000, 37.5000, 39.0000, 40.5000, 42.0000, 43.5000])
        """)
    #expect(
      try Tensor.arange(12000, dtype: .float32).reshaped(3, 4000).description == """
        tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 3.9970e+03, 3.9980e+03,
                 3.9990e+03],
                [4.0000e+03, 4.0010e+03, 4.0020e+03,  ..., 7.9970e+03, 7.9980e+03,
                 7.9990e+03],
                [8.0000e+03, 8.0010e+03, 8.0020e+03,  ..., 1.1997e+04, 1.1998e+04,
                 1.1999e+04]])
        """)
  }
}
