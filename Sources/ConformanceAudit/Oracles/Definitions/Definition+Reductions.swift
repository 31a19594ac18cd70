// Definitions: sums, means, variances, maxima and softmax over dimensions.

import Conformance

extension Definition {
  static let reductions: [String: Body] = [
    "sum": output { try $0.reduced(Number.sum) },
    "mean": output { try $0.reduced(mean) },
    "var": output { call in
      let correction = call.number("correction", 1)
      return try call.reduced { group in
        // The deviations sum to zero, so nothing flows back through the mean.
        let mean = Number(mean(group).value)
        let squares = group.map { ($0 - mean) * ($0 - mean) }
        return Number.sum(squares) / Number(max(0, Double(group.count) - correction))
      }
    },
    "amax": output { call in
      try call.reduced { group in
        let result = largest(group)
        // NaN equals nothing, so PyTorch divides its gradient by no entries.
        return result.value.isNaN ? Number(.nan, of: group.map { ($0, .nan) }) : result
      }
    },
    "max": output { call in
      let isWhole = (call.arguments["dim"] ?? .null) == .null
      return try call.reduced { isWhole ? largest($0) : firstLargest($0) ?? .nan }
    },
    "softmax": output { try $0().along($0.integer("dim", 0), softmax) },
    "log_softmax": output { try $0().along($0.integer("dim", 0), logSoftmax) },
  ]

  static func mean(_ group: [Number]) -> Number { Number.sum(group) / Number(Double(group.count)) }

  /// exp x / Σ exp, of numbers from which the largest is taken away first, or the powers would be too large.
  static func softmax(_ row: [Number]) -> [Number] {
    let powers = shifted(row).map(\.exponential)
    let sum = Number.sum(powers)
    return powers.map { $0 / sum }
  }

  /// x − log Σ exp.
  static func logSoftmax(_ row: [Number]) -> [Number] {
    let row = shifted(row)
    let sum = Number.sum(row.map(\.exponential)).logarithm
    return row.map { $0 - sum }
  }

  private static func shifted(_ row: [Number]) -> [Number] {
    let largest = Number(row.map(\.value).max() ?? 0)
    return row.map { $0 - largest }
  }

  /// The first of the largest; NaN is larger than anything.
  static func firstLargest(_ group: [Number]) -> Number? {
    group.first { $0.value.isNaN }
      ?? group.reduce(nil) { largest, number in
        guard let largest, largest.value >= number.value else { return number }
        return largest
      }
  }

  /// The largest; equals share the gradient evenly.
  private static func largest(_ group: [Number]) -> Number {
    guard let value = firstLargest(group)?.value else { return .nan }
    let chosen = group.filter { $0.value == value || ($0.value.isNaN && value.isNaN) }
    return Number(value, of: chosen.map { ($0, 1 / Double(chosen.count)) })
  }
}

extension Definition.Call {
  /// The input's entries that differ only in the given dimensions, each group made one number.
  fileprivate func reduced(_ body: ([Number]) -> Number) throws -> Cells {
    let input = try self()
    let given = try integers("dim", []).map { try input.dimension($0) }
    let dimensions = given.isEmpty ? Array(input.shape.indices) : given
    let kept = input.shape.enumerated().map { dimensions.contains($0) ? 1 : $1 }
    var groups: [[Int]: [Number]] = [:]
    for (index, number) in zip(try Cells.indices(of: input.shape), input.entries) {
      let group = index.enumerated().map { dimensions.contains($0) ? 0 : $1 }
      groups[group, default: []].append(number)
    }
    let result = try Cells(kept) { body(groups[$0] ?? []) }
    if flag("keepdim") { return result }
    let shape = kept.indices.filter { !dimensions.contains($0) }.map { kept[$0] }
    return try Cells(shape, entries: result.entries)
  }
}

extension Cells {
  /// Every row along a dimension changed as a whole.
  func along(_ given: Int, _ change: ([Number]) -> [Number]) throws -> Cells {
    let dimension = try self.dimension(given)
    guard !shape.isEmpty else { return try Cells([], entries: change(entries)) }
    var others = shape
    others[dimension] = min(1, shape[dimension])
    var rows: [[Int]: [Number]] = [:]
    for start in try Cells.indices(of: others) {
      rows[start] = change(
        (0..<shape[dimension]).map { place in
          var index = start
          index[dimension] = place
          return self[index]
        })
    }
    return try Cells(shape) { index in
      var start = index
      start[dimension] = 0
      return rows[start]?[index[dimension]] ?? .nan
    }
  }
}
