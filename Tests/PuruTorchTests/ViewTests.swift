// Changes of shape and slicing: values, shared memory, gradients, errors.

import PuruTorch
import TestSupport
import Testing

@Suite struct ViewTests {
  private func counting(_ shape: [Int]) throws -> Tensor {
    try Tensor.arange(shape.reduce(1, *), dtype: .float64).reshaped(shape)
  }

  @Test func viewsShareMemory() throws {
    let x = try counting([2, 3])
    let views = [
      x.T, try x.transposed(0, 1), try x.permuted([1, 0]), try x.reshaped(3, 2), try x.unsqueezed(0),
      try x[1], try x[.all, .stride(by: 2)], try x.expanded([4, 2, 3]), try x.unsqueezed(1).squeezed(),
      x.detach(),
    ]
    try x.fill(7)
    for (index, view) in views.enumerated() {
      #expect(try doubles(view).allSatisfy { $0 == 7 }, "view \(index)")
    }
  }

  @Test func reshapingCopiesOnlyWhereItMust() throws {
    let x = try counting([4, 3, 2])
    let (shared, copied) = (
      try x.permuted([1, 2, 0]).reshaped(6, 4), try x.permuted([2, 1, 0]).reshaped(6, 4)
    )
    let rows = try x[.stride(by: 2)].reshaped(2, 6)
    try x.fill(7)
    #expect(try doubles(shared).allSatisfy { $0 == 7 })
    #expect(try doubles(rows).allSatisfy { $0 == 7 })
    let expected = (0..<24).map { index -> Double in
      let (row, column) = (index / 4, index % 4)
      return Double(row / 3 + row % 3 * 2 + column * 6)
    }
    #expect(try mismatch(copied, shape: [6, 4], expected) == nil)
  }

  @Test func shapes() throws {
    let x = try counting([2, 1, 3])
    #expect(try x.reshaped(-1).shape == [6])
    #expect(try x.reshaped([3, -1, 1]).shape == [3, 2, 1])
    #expect(try x.squeezed().shape == [2, 3])
    #expect(try x.squeezed(0).shape == [2, 1, 3])
    #expect(try x.squeezed([1, -1]).shape == [2, 3])
    #expect(try x.unsqueezed(-1).shape == [2, 1, 3, 1])
    #expect(x.T.shape == [3, 1, 2])
    #expect(try x.transposed(0, -1).shape == [3, 1, 2])
    #expect(try x.permuted([2, 0, 1]).shape == [3, 2, 1])
    #expect(try x.flattened(from: 1).shape == [2, 3])
    #expect(try Tensor.zeros([0, 3]).reshaped(3, 0).shape == [3, 0])
  }

  @Test func errorsNameOperationAndShapes() throws {
    let x = try counting([2, 3])
    #expect(
      errorText { try x.reshaped(4, 2) }
        == "reshape: shapes [2, 3] and [4, 2], expected a shape of 6 elements")
    #expect(
      errorText { try x.reshaped(4, -1) }
        == "reshape: shapes [2, 3] and [4, -1], expected a shape of 6 elements")
    #expect(
      errorText { try x.transposed(0, 2) }
        == "transpose: dimension 2 of a tensor of shape [2, 3], expected -2 to 1")
    #expect(
      errorText { try x.permuted([0, 0]) } == "permute: dimension 0 is named twice, expected each once")
    #expect(throws: TensorError.self) { try x.permuted([0]) }
    #expect(throws: TensorError.self) { try x.unsqueezed(4) }
    #expect(throws: TensorError.self) { try x.squeezed(2) }
    #expect(throws: TensorError.self) { try x.expanded([3, 3]) }
    #expect(throws: TensorError.indexOutOfRange(operation: "slice", index: 2, size: 2)) { try x[2] }
    #expect(throws: TensorError.self) { try x[0, 0, 0] }
    #expect(throws: TensorError.self) { try x[.ellipsis, .ellipsis] }
    #expect(throws: TensorError.self) { try x[.stride(by: 0)] }
  }

  @Test func slices() throws {
    let x = try counting([2, 3, 4])
    #expect(try mismatch(x[1, 0], shape: [4], [12, 13, 14, 15]) == nil)
    #expect(try mismatch(x[-1, -1, -1], shape: [], [23]) == nil)
    #expect(try mismatch(x[.ellipsis, 0], shape: [2, 3], [0, 4, 8, 12, 16, 20]) == nil)
    #expect(
      try mismatch(x[.newAxis, 1, 1..<3, .stride(from: 1, by: 2)], shape: [1, 2, 2], [17, 19, 21, 23]) == nil)
    #expect(try mismatch(x[0, 0...1, ..<2], shape: [2, 2], [0, 1, 4, 5]) == nil)
    #expect(try mismatch(x[0, 2..., ...0], shape: [1, 1], [8]) == nil)
    #expect(try x[.stride(from: -5, to: 9)].shape == [2, 3, 4])
    #expect(try x[.stride(from: 2)].shape == [0, 3, 4])
    #expect(try x[.all, .stride(from: 2, to: 1)].shape == [2, 0, 4])
    #expect(try x[0, .ellipsis, .newAxis].shape == [3, 4, 1])
  }

  @Test func gradients() throws {
    let x = try variedValues(shape: [2, 3, 4], seed: 1)
    let y = try variedValues(shape: [3, 1], seed: 2)
    #expect(try gradientMismatch([x]) { try $0[0].permuted([2, 0, 1]) * 2 } == nil)
    #expect(try gradientMismatch([x]) { try $0[0].transposed(0, 2).reshaped(6, 4) * 2 } == nil)
    #expect(try gradientMismatch([x]) { try $0[0][1, .stride(by: 2), .newAxis, 1..<3] * 2 } == nil)
    #expect(try gradientMismatch([y]) { try $0[0].expanded([2, 3, 4]) * 2 } == nil)
    #expect(try gradientMismatch([y]) { try $0[0].squeezed().unsqueezed(0) * 2 } == nil)
    #expect(try gradientMismatch([x]) { try $0[0].T * 2 } == nil)
  }
}
