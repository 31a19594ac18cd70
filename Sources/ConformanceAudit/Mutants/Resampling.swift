// Mistakes in resampling.

import Conformance
import PuruTorch

extension Mutant {
  static let resampling =
    upsampling("resampling/upsample1d", "upsample1d", dims: 1)
    + upsampling("resampling/upsample2d", "upsample2d", dims: 2)
    + downsampling("resampling/downsample1d", "downsample1d", dims: 1)
    + downsampling("resampling/downsample2d", "downsample2d", dims: 2)

  private static func upsampling(_ row: String, _ operation: String, dims: Int) -> [Mutant] {
    common(row, operation, dims)
      + of(
        row, operation,
        Mistake("elements are repeated instead of zeros inserted") { request in
          let factor = request.integer("factor") ?? 1
          return try request["input"].stretched(dims, factor) { size in
            (0..<Swift.max(0, size * factor - factor + 1)).map { $0 / factor }
          } ?? request.output()
        },
        Mistake("zeros follow the last element too") { request in
          let factor = request.integer("factor") ?? 1
          return try request["input"].stretched(dims, factor) { size in
            (0..<size * factor).map { $0 % factor == 0 ? $0 / factor : nil }
          } ?? request.output()
        })
  }

  private static func downsampling(_ row: String, _ operation: String, dims: Int) -> [Mutant] {
    common(row, operation, dims)
      + of(
        row, operation,
        Mistake("the last element of each group is kept instead of the first") { request in
          let factor = request.integer("factor") ?? 1
          return try request["input"].stretched(dims, factor) { size in
            stride(from: 0, to: size, by: Swift.max(1, factor)).map { Swift.min($0 + factor - 1, size - 1) }
          } ?? request.output()
        },
        Mistake("the gradient goes to the second element of each group") { request in
          guard let factor = request.integer("factor") else { return try request.output() }
          let input = try request["input"]
          let spread = try input.stretched(dims, factor) { size in
            stride(from: 0, to: size, by: factor).map { Swift.min($0 + 1, size - 1) }
          }
          guard let spread else { return try request.output() }
          return try request.output().detach() + (spread - spread.detach())
        })
  }

  private static func common(_ row: String, _ operation: String, _ dims: Int) -> [Mutant] {
    of(
      row, operation, .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput,
      .always("factor", .int(2)),
      .shifted("factor", by: 1), .lastGradient(),
      .gradient("input", "divided by its number of elements") { try $0 / Swift.max($0.count, 1) })
  }
}

extension Tensor {
  /// The elements at some positions of each of the last dimensions; no position stands for a zero.
  ///
  /// - Returns: nil where there is nothing to choose from.
  fileprivate func stretched(_ dims: Int, _ factor: Int, _ positions: (Int) -> [Int?]) throws -> Tensor? {
    guard factor > 0, ndim >= dims, count > 0 else { return nil }
    return try ((ndim - dims)..<ndim).reduce(self) { tensor, dim in
      let chosen = positions(tensor.shape[dim])
      var selection = [Float](repeating: 0, count: tensor.shape[dim] * chosen.count)
      for case (let column, let row?) in chosen.enumerated() { selection[row * chosen.count + column] = 1 }
      let matrix = try Tensor(selection, shape: [tensor.shape[dim], chosen.count]).to(tensor.dtype)
      return try tensor.transposed(dim, -1).matmul(matrix).transposed(dim, -1)
    }
  }
}
