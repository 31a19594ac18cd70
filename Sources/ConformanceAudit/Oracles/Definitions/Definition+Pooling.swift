// Definitions: pooling, window by window.

import Conformance

extension Definition {
  static let windows: [String: Body] = [
    "max_pool1d": output { try maximum($0, rank: 1) }, "max_pool2d": output { try maximum($0, rank: 2) },
    "avg_pool1d": output { try average($0, rank: 1) }, "avg_pool2d": output { try average($0, rank: 2) },
  ]

  /// The first of the largest of a window takes the gradient, but the last NaN.
  private static func maximum(_ call: Call, rank: Int) throws -> Cells {
    try pooled(call, rank) { window in
      let numbers = window.compactMap(\.number)
      return numbers.last { $0.value.isNaN } ?? firstLargest(numbers) ?? .nan
    }
  }

  /// A window's sum over its size, of which padding may count, but not what lies beyond the padding.
  private static func average(_ call: Call, rank: Int) throws -> Cells {
    let countsPadding = call.flag("count_include_pad", true)
    return try pooled(call, rank) { window in
      let numbers = window.compactMap(\.number)
      return Number.sum(numbers) / Number(Double(countsPadding ? window.count : numbers.count))
    }
  }

  /// Each window made one number. Its places are those of the padded input; in the padding there is no number.
  private static func pooled(
    _ call: Call, _ rank: Int, _ body: ([(place: [Int], number: Number?)]) -> Number
  ) throws -> Cells {
    let input = try call()
    let kernel = try call.sizes("kernel_size", rank, 1, least: 1)
    let isStrided = (call.arguments["stride"] ?? .null) != .null
    let stride = isStrided ? try call.sizes("stride", rank, 1, least: 1) : kernel
    let padding = try call.sizes("padding", rank, 0)
    let dilation = try call.sizes("dilation", rank, 1, least: 1)
    guard input.shape.count >= rank else { throw OracleError("\(input.shape) has not \(rank) sizes") }
    let (outer, sizes) = (Array(input.shape.dropLast(rank)), Array(input.shape.suffix(rank)))
    let counts = (0..<rank).map { axis in
      let room = sizes[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1
      guard room >= 0 else { return 0 }
      let up = call.flag("ceil_mode") ? stride[axis] - 1 : 0
      let count = (room + up) / stride[axis] + 1
      // The last window must begin in the input or in the padding before it.
      return up > 0 && (count - 1) * stride[axis] >= sizes[axis] + padding[axis] ? count - 1 : count
    }
    let taps = try Cells.indices(of: kernel)
    return try Cells(outer + counts) { index in
      let position = index.suffix(rank)
      let places = taps.map { tap in
        zip(position, 0..<rank).map { $0 * stride[$1] - padding[$1] + tap[$1] * dilation[$1] }
      }
      let window = places.filter { place in (0..<rank).allSatisfy { place[$0] < sizes[$0] + padding[$0] } }
      return body(
        window.map { place in
          let isInside = zip(place, sizes).allSatisfy { 0..<$1 ~= $0 }
          return (place, isInside ? input[index.prefix(outer.count) + place] : nil)
        })
    }
  }
}
