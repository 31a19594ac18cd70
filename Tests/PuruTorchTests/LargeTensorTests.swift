// Elementwise functions and copies of tensors beyond the caches, which are computed by loops of their own.

import PuruTorch
import TestSupport
import Testing

/// What is done to each element of two tensors of one shape, whose rows don't take part in each other.
private let operations: [(name: String, body: @Sendable (Tensor, Tensor) throws -> Tensor)] = [
  ("add", { try $0 + $1 }), ("row", { x, _ in try x + Tensor.arange(x.shape[1], dtype: x.dtype) }),
  ("column", { try $0[.all, 0..<1] + $1 }), ("number", { x, _ in try x * 3 }),
  ("relu", { x, _ in try x.relu() }), ("less", { try $0.isLess(than: $1) }),
  ("select", { try Tensor.select($0.isLess(than: $1), $0, $1) }),
  ("convert", { x, _ in try x.to(x.dtype == .int64 ? .float32 : .int64) }),
  ("narrow", { x, _ in try x.to(.float32).to(x.dtype) }),
  ("fill", { x, _ in try Tensor.full(x.shape, 7, dtype: x.dtype) }), ("clone", { x, _ in try x.clone() }),
  ("expand", { x, _ in try x[.all, 0..<1].expanded(x.shape).clone() }),
  ("transpose", { x, _ in try x.T.contiguous().T }),
]

@Suite(.serialized) struct LargeTensorTests {
  /// For one thread; half of these rows are few enough to lie in a cache.
  private let shape = [40, 7501]

  @Test(arguments: [DType.float32, .float64, .int64])
  func aTensorIsComputedAsItsParts(dtype: DType) throws {
    let threads = Runtime.threadCount
    Runtime.threadCount = 1
    defer { Runtime.threadCount = threads }
    let x = try Tensor.uniform(shape, low: -9, high: 9, generator: Generator(seed: 1)).to(dtype)
    let y = try Tensor.uniform(shape, low: -9, high: 9, generator: Generator(seed: 2)).to(dtype)
    for (name, body) in operations {
      let whole = try body(x, y)
      for rows in [0..<20, 20..<40] {
        #expect(try mismatch(whole[rows], body(x[rows], y[rows]), units: 0) == nil, "\(name), \(rows)")
      }
    }
  }
}
