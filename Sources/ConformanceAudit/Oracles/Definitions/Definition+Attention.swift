// Definitions: attention.

extension Definition {
  static let attention: [String: Body] = [
    "scaled_dot_product_attention": output { call in
      try attend(
        call("query"), call("key"), call("value"), mask: call.operands["attn_mask"], call
      ).output
    },
    "attention": { call in
      func projected(_ name: String) throws -> Cells {
        let weight = try call("weight_" + name)
        return try run("matmul", ["input": call(), "other": weight]).cells["output"] ?? weight
      }
      let (query, key, value) = (try projected("query"), try projected("key"), try projected("value"))
      let (output, weights) = try attend(query, key, value, mask: nil, call)
      return Results(
        cells: ["output": output, "weights": weights, "query": query, "key": key, "value": value])
    },
  ]

  /// The softmax of the scaled products of queries and keys, of the keys that are seen, weighs the values.
  private static func attend(
    _ query: Cells, _ key: Cells, _ value: Cells, mask: Cells?, _ call: Call
  ) throws -> (output: Cells, weights: Cells) {
    guard query.shape.count > 1, key.shape.count > 1, value.shape.count > 1, let width = query.shape.last
    else {
      throw OracleError("a matrix is missing")
    }
    let scale = Number(call.number("scale", 1 / Double(width).squareRoot()))
    let (keys, columns) = (key.shape[key.shape.count - 2], value.shape[value.shape.count - 1])
    let outer = try Cells.broadcast(
      query.shape.dropLast(2), Cells.broadcast(key.shape.dropLast(2), value.shape.dropLast(2)))
    let rows = outer + [query.shape[query.shape.count - 2]]
    let scores = try Cells(rows + [keys]) { index in
      let (batch, row, place) = (Array(index.dropLast(2)), index[outer.count], index[outer.count + 1])
      if call.flag("is_causal"), place > row { return Number(-.infinity) }
      if let mask, mask.isLogical, mask.broadcast(index).value == 0 { return Number(-.infinity) }
      let products = (0..<width).map {
        query.broadcast(batch + [row, $0]) * key.broadcast(batch + [place, $0])
      }
      let score = Number.sum(products) * scale
      guard let mask, !mask.isLogical else { return score }
      return score + mask.broadcast(index)
    }
    // A row that sees nothing is zero.
    let weights = try scores.along(-1) { row in
      row.allSatisfy { $0.value == -.infinity } ? row.map { _ in Number(0) } : softmax(row)
    }
    let output = try Cells(rows + [columns]) { index in
      let (batch, column) = (Array(index.dropLast(2)), index[outer.count + 1])
      return Number.sum(
        (0..<keys).map { weights[index.dropLast() + [$0]] * value.broadcast(batch + [$0, column]) })
    }
    return (output, weights)
  }
}
