// Stacking tensors and taking them apart: values, gradients, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct StackingTests {
  @Test(arguments: [0, 1, 2, -1, -2, -3]) func everyPosition(dim: Int) throws {
    let parts = try (0..<4).map { try variedValues(shape: [2, 3], seed: UInt64($0)) }
    let whole = try Tensor.stack(parts, dim: dim)
    let position = dim < 0 ? dim + 3 : dim
    var shape = [2, 3]
    shape.insert(4, at: position)
    try #require(whole.shape == shape)
    for (index, part) in parts.enumerated() {
      let place = Array(repeating: IndexItem.all, count: position) + [.at(index)]
      #expect(try mismatch(whole.sliced(place), part, units: 0) == nil)
    }
    let again = try whole.unbind(dim: dim)
    #expect(again.count == 4)
    for (a, b) in zip(again, parts) { #expect(try mismatch(a, b, units: 0) == nil) }
    #expect(try gradientMismatch(parts) { try Tensor.stack($0, dim: dim) } == nil)
    #expect(
      try secondGradientMismatch(parts) { try Tensor.stack($0, dim: dim) * Tensor.stack($0, dim: dim) } == nil
    )
    #expect(
      try gradientMismatch([whole]) {
        let parts = try $0[0].unbind(dim: dim)
        return try parts[0] * parts[2] + parts[2]
      } == nil, "two parts aren't used")
  }

  @Test func otherTypesAndViews() throws {
    let counts = try Tensor([1, 2, 3], dtype: .int64)
    #expect(try Tensor.stack([counts, counts]).data(as: Int64.self) == [1, 2, 3, 1, 2, 3])
    let x = try variedValues(shape: [3, 2], seed: 1)
    #expect(try mismatch(Tensor.stack([x.T, x.T])[1], x.T, units: 0) == nil)
    #expect(try Tensor.stack([Tensor(3), Tensor(4)]).shape == [2])
    #expect(try Tensor.zeros([0, 2]).unbind().isEmpty)
    #expect(try Tensor.stack([.zeros([0, 2])]).shape == [1, 0, 2])
    let views = try x.unbind(dim: 1)
    try views[1].fill(5)
    #expect(try mismatch(x[.all, 1], shape: [3], [5, 5, 5], units: 0) == nil, "parts are views")
  }

  /// A part that needs no gradient gets none, and the others theirs.
  @Test func partsWithoutGradient() throws {
    let (a, b) = (try Tensor.ones([2]).setRequiresGrad(), try Tensor.ones([2]))
    try (Tensor.stack([b, a, b]) * Tensor([[1, 2], [3, 4], [5, 6]])).sum().backward()
    #expect(try mismatch(#require(a.grad), shape: [2], [3, 4], units: 0) == nil)
    #expect(b.grad == nil)
    #expect(try !Tensor.stack([b, b]).requiresGrad)
  }

  @Test func refusals() throws {
    #expect(errorText { try Tensor.stack([]) } == "stack: tensors is none, expected at least one")
    #expect(
      errorText { try Tensor.stack([.zeros([2]), .zeros([3])]) }
        == "stack: shapes [2] and [3], expected tensors of one shape")
    #expect(errorText { try Tensor.stack([.zeros([2]), .zeros([2], dtype: .float64)]) } != nil)
    #expect(errorText { try Tensor.stack([.zeros([2])], dim: 2) } != nil)
    #expect(errorText { try Tensor.stack([.zeros([2])], dim: -3) } != nil)
    #expect(errorText { try Tensor.stack([.zeros([1, 1, 1, 1, 1, 1, 1, 1])]) } != nil)
    #expect(errorText { try Tensor(3).unbind() } != nil)
    #expect(errorText { try Tensor.zeros([2]).unbind(dim: 1) } != nil)
  }
}
