// Products of all sizes around those of the kernels' tiles: each element is its stated chain.

import PuruTorch
import TestSupport
import Testing

@Suite struct TileTests {
  /// The products of all leading rows of one matrix with all leading columns of another, by the chain of fma.
  private func chains<Real: TensorElement & BinaryFloatingPoint>(
    _ a: [Real], _ b: [Real], _ starts: [Real], rows: Int, columns: Int, depth: Int
  ) -> [Real] {
    var expected: [Real] = []
    for row in 0..<rows {
      for column in 0..<columns {
        expected.append(
          (0..<depth).reduce(starts[column]) {
            $0.addingProduct(a[row * depth + $1], b[$1 * columns + column])
          })
      }
    }
    return expected
  }

  private func check<Real: TensorElement & BinaryFloatingPoint>(
    _: Real.Type, rows: [Int], columns: [Int], depth: Int
  ) throws {
    let (m, n) = (rows.max() ?? 0, columns.max() ?? 0)
    let a = try variedValues(shape: [m, depth], seed: 1).to(Real.dtype)
    let b = try variedValues(shape: [depth, n], seed: 2).to(Real.dtype)
    let bias = try variedValues(shape: [n], seed: 3).to(Real.dtype)
    let (aT, bT) = (try a.T.contiguous().T, try b.T.contiguous().T)
    let (x, y, zeros) = (try a.data(as: Real.self), try b.data(as: Real.self), [Real](repeating: 0, count: n))
    let plain = chains(x, y, zeros, rows: m, columns: n, depth: depth)
    let shifted = chains(x, y, try bias.data(as: Real.self), rows: m, columns: n, depth: depth)
    for row in rows {
      for column in columns {
        func corner(_ all: [Real]) -> [Real] {
          (0..<row).flatMap { all[$0 * n..<$0 * n + column] }
        }
        for left in [a, aT] {
          for right in [b, bT] {
            let (part, other) = (try left[0..<row], try right[.all, 0..<column])
            let found = try part.matmul(other).data(as: Real.self)
            #expect(found == corner(plain), "\(row)×\(column)×\(depth)")
            let moved = try Functional.linear(part, weight: other.T, bias: bias[0..<column])
            #expect(try moved.data(as: Real.self) == corner(shifted), "\(row)×\(column)×\(depth), bias")
          }
        }
      }
    }
  }

  @Test func smallProducts() throws {
    try check(Float.self, rows: Array(1...13), columns: Array(1...66), depth: 9)
    try check(Double.self, rows: Array(1...13), columns: Array(1...34), depth: 9)
  }

  /// Depths of more than one block, and sizes that are packed.
  @Test func largerProducts() throws {
    try check(Float.self, rows: [1, 5, 6, 7, 49, 53], columns: [1, 15, 47, 64, 65, 131], depth: 261)
    try check(Double.self, rows: [1, 5, 6, 7, 49, 53], columns: [1, 7, 47, 32, 65, 131], depth: 261)
  }
}
