// Definitions: changes of shape and slices, by where each entry comes from.

import Conformance

extension Definition {
  static let shapes: [String: Body] = [
    "transpose": output { call in
      let input = try call()
      var order = Array(input.shape.indices)
      if call.arguments["dim0"] == nil && call.arguments["dim1"] == nil {
        order.reverse()
      } else {
        let (one, other) = (try call.integer("dim0", 0), try call.integer("dim1", 1))
        guard !order.isEmpty else { return input }
        order.swapAt(try input.dimension(one), try input.dimension(other))
      }
      return try input.reordered(order)
    },
    "permute": output { call in
      let input = try call()
      return try input.reordered(call.integers("dims", []).map { try input.dimension($0) })
    },
    "reshape": output { call in
      let input = try call()
      var shape = try call.integers("shape", [])
      if let free = shape.firstIndex(of: -1) {
        shape[free] = 1
        shape[free] = input.entries.count / max(1, try Cells.indices(of: shape).count)
      }
      return try Cells(shape, entries: input.entries)
    },
    "squeeze": output { call in
      let input = try call()
      let isGiven = (call.arguments["dim"] ?? .null) != .null
      let dimensions =
        isGiven
        ? try call.integers("dim", []).map { try input.dimension($0) } : Array(input.shape.indices)
      let kept = input.shape.indices.filter { input.shape[$0] != 1 || !dimensions.contains($0) }
      return try Cells(kept.map { input.shape[$0] }, entries: input.entries)
    },
    "unsqueeze": output { call in
      let (input, given) = (try call(), try call.integer("dim", 0))
      let place = given < 0 ? given + input.shape.count + 1 : given
      guard 0...input.shape.count ~= place else { throw OracleError("there is no place \(given)") }
      return try Cells(input.shape[..<place] + [1] + input.shape[place...], entries: input.entries)
    },
    "slice": output { call in try sliced(call(), call.arguments["index"]?.arrayValue ?? []) },
  ]

  /// Python's brackets.
  private static func sliced(_ input: Cells, _ items: [JSONValue]) throws -> Cells {
    let named = items.count { $0.objectValue != nil }
    guard named <= input.shape.count else { throw OracleError("\(items.count) places are too many") }
    var axes: [Axis] = []
    var dimension = 0
    func whole(_ count: Int) {
      for _ in 0..<count {
        axes.append(Axis(size: input.shape[dimension], source: { $0 }))
        dimension += 1
      }
    }
    for item in items {
      switch item {
      case .string("newaxis"): axes.append(Axis(size: 1, source: nil))
      case .string("ellipsis"):
        whole(max(0, input.shape.count - dimension - named + axes.count { $0.isNamed }))
      default:
        axes.append(try Axis(item.objectValue ?? [:], of: input.size(dimension)))
        dimension += 1
      }
    }
    whole(input.shape.count - dimension)
    return try Cells(axes.compactMap(\.size)) { index in
      var rest = index[...]
      return input[
        axes.compactMap { axis in
          let place = axis.size == nil ? 0 : rest.removeFirst()
          return axis.source?(place)
        }]
    }
  }

  /// One place of a slice: a dimension of the result (nil for a single position), and where it comes from.
  private struct Axis {
    let size: Int?
    let source: ((Int) -> Int)?
    var isNamed = false

    init(size: Int, source: ((Int) -> Int)?) { (self.size, self.source) = (size, source) }

    init(_ members: [String: JSONValue], of length: Int) throws {
      func clamped(_ value: Int) -> Int { min(max(0, value < 0 ? value + length : value), length) }
      isNamed = true
      if let position = members["at"]?.intValue {
        (size, source) = (nil, { _ in position < 0 ? position + length : position })
        return
      }
      let step = members["step"]?.intValue ?? 1
      guard 1...Cells.most ~= step else { throw OracleError("the step is \(step)") }
      let (first, end) = (
        clamped(members["from"]?.intValue ?? 0), clamped(members["to"]?.intValue ?? length)
      )
      (size, source) = (max(0, (end - first + step - 1) / step), { first + $0 * step })
    }
  }
}

extension Cells {
  /// The dimensions in another order.
  func reordered(_ order: [Int]) throws -> Cells {
    guard order.sorted() == Array(shape.indices) else { throw OracleError("\(order) is no order") }
    return try Cells(order.map { shape[$0] }) { index in
      var source = index
      for (place, dimension) in order.enumerated() { source[dimension] = index[place] }
      return self[source]
    }
  }
}
