// Definitions: products of matrices, and linear layers.

extension Definition {
  static let products: [String: Body] = [
    "matmul": output { try product($0(), $0("other")) },
    "linear": output { try linear($0(), $0("weight"), $0.operands["bias"]) },
  ]

  /// Σ of products over the last dimension of one and the last but one of the other; batches broadcast.
  private static func product(_ one: Cells, _ other: Cells) throws -> Cells {
    guard let inner = one.shape.last, !other.shape.isEmpty else {
      throw OracleError("a factor has no dimension")
    }
    // A vector is a matrix of one row, or of one column; that dimension is dropped again.
    let left = one.shape.count == 1 ? try Cells([1, inner], entries: one.entries) : one
    let right = other.shape.count == 1 ? try Cells(other.shape + [1], entries: other.entries) : other
    guard right.shape[right.shape.count - 2] == inner else { throw OracleError("the factors don't fit") }
    let (rows, columns) = (left.shape[left.shape.count - 2], right.shape[right.shape.count - 1])
    let batch = try Cells.broadcast(left.shape.dropLast(2), right.shape.dropLast(2))
    let whole = try Cells(batch + [rows, columns]) { index in
      let (outer, row, column) = (index.dropLast(2), index[batch.count], index[batch.count + 1])
      return Number.sum(
        (0..<inner).map { left.broadcast(outer + [row, $0]) * right.broadcast(outer + [$0, column]) })
    }
    let shape = batch + (one.shape.count == 1 ? [] : [rows]) + (other.shape.count == 1 ? [] : [columns])
    return try Cells(shape, entries: whole.entries)
  }

  /// x Wᵀ + b.
  static func linear(_ input: Cells, _ weight: Cells, _ bias: Cells?) throws -> Cells {
    guard let inner = input.shape.last, weight.shape.last == inner else {
      throw OracleError("the weight doesn't fit the input")
    }
    let columns = weight.shape.count == 1 ? [] : [try weight.size(0)]
    return try Cells(input.shape.dropLast() + columns) { index in
      let outer = index.prefix(input.shape.count - 1)
      let column = Array(index.dropFirst(outer.count))
      let products = (0..<inner).map { input[outer + [$0]] * weight[column + [$0]] }
      return Number.sum(products + (bias.map { [$0[Array(column.suffix($0.shape.count))]] } ?? []))
    }
  }
}
