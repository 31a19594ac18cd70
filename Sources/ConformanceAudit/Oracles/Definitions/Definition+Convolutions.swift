// Definitions: convolutions and transposed convolutions in one and two dimensions.

import Conformance

extension Definition {
  static let convolutions: [String: Body] = [
    "conv1d": output { try convolution($0, Geometry($0, rank: 1)) },
    "conv2d": output { try convolution($0, Geometry($0, rank: 2)) },
    "conv_transpose1d": output { try transposed($0, Geometry($0, rank: 1)) },
    "conv_transpose2d": output { try transposed($0, Geometry($0, rank: 2)) },
  ]

  /// b + Σ over channels and taps of x at (position · stride − padding + tap · dilation) times the weight.
  static func convolution(_ call: Call, _ geometry: Geometry) throws -> Cells {
    let (input, weight, bias) = (try call(), try call("weight"), call.operands["bias"])
    let batched = try geometry.batched(input)
    let (channels, outputs) = (try weight.size(1), try weight.size(0) / geometry.groups)
    let taps = try Cells.indices(of: Array(weight.shape.dropFirst(2)))
    let sizes = try geometry.coarse(
      of: Array(batched.shape.dropFirst(2)), kernel: Array(weight.shape.dropFirst(2)))
    let result = try Cells([batched.shape[0], try weight.size(0)] + sizes) { index in
      let (item, output, position) = (index[0], index[1], Array(index.dropFirst(2)))
      var terms = bias.map { [$0[[output]]] } ?? []
      for channel in 0..<channels {
        for tap in taps {
          let place = geometry.place(of: position, tap)
          guard zip(place, batched.shape.dropFirst(2)).allSatisfy({ 0..<$1 ~= $0 }) else { continue }
          let source = batched[[item, output / max(1, outputs) * channels + channel] + place]
          terms.append(source * weight[[output, channel] + tap])
        }
      }
      return Number.sum(terms)
    }
    return try geometry.unbatched(result, as: input)
  }

  /// Every x times the weight, added at (position · stride − padding + tap · dilation).
  static func transposed(_ call: Call, _ geometry: Geometry) throws -> Cells {
    let (input, weight, bias) = (try call(), try call("weight"), call.operands["bias"])
    let batched = try geometry.batched(input)
    let (channels, outputs) = (try weight.size(0) / geometry.groups, try weight.size(1))
    let kernel = Array(weight.shape.dropFirst(2))
    let sizes = try geometry.fine(of: Array(batched.shape.dropFirst(2)), kernel: kernel)
    var terms: [[Int]: [Number]] = [:]
    let taps = try Cells.indices(of: kernel)
    for (index, number) in zip(try Cells.indices(of: batched.shape), batched.entries) {
      let position = Array(index.dropFirst(2))
      for output in 0..<outputs {
        for tap in taps {
          let target =
            [index[0], index[1] / max(1, channels) * outputs + output] + geometry.place(of: position, tap)
          terms[target, default: []].append(number * weight[[index[1], output] + tap])
        }
      }
    }
    let result = try Cells([batched.shape[0], outputs * geometry.groups] + sizes) { index in
      Number.sum((terms[index] ?? []) + (bias.map { [$0[[index[1]]]] } ?? []))
    }
    return try geometry.unbatched(result, as: input)
  }
}

/// How the positions of a convolution's two sides belong together.
struct Geometry {
  let rank: Int
  let stride: [Int]
  let dilation: [Int]
  let groups: Int
  private(set) var padding: [(before: Int, after: Int)]
  private let outputPadding: [Int]

  init(_ call: Definition.Call, rank: Int) throws {
    self.rank = rank
    stride = try call.sizes("stride", rank, 1, least: 1)
    dilation = try call.sizes("dilation", rank, 1, least: 1)
    groups = try call.sizes("groups", 1, 1, least: 1)[0]
    outputPadding = try call.sizes("output_padding", rank, 0)
    switch call.arguments["padding"] {
    case .string("valid"): padding = Array(repeating: (0, 0), count: rank)
    case .string("same"):
      let kernel = try call("weight").shape.suffix(rank)
      padding = zip(dilation, kernel).map { dilation, size in
        let whole = dilation * (size - 1)
        return (whole / 2, whole - whole / 2)
      }
    default: padding = try call.sizes("padding", rank, 0).map { ($0, $0) }
    }
  }

  /// The place on the fine side that a tap of a position on the coarse side means.
  func place(of position: [Int], _ tap: [Int]) -> [Int] {
    (0..<rank).map { position[$0] * stride[$0] - padding[$0].before + tap[$0] * dilation[$0] }
  }

  /// The sizes of a convolution's output.
  func coarse(of sizes: [Int], kernel: [Int]) throws -> [Int] {
    guard sizes.count == rank, kernel.count == rank else {
      throw OracleError("\(sizes) has not \(rank) sizes")
    }
    return (0..<rank).map {
      let room = sizes[$0] + padding[$0].before + padding[$0].after - dilation[$0] * (kernel[$0] - 1) - 1
      return room < 0 ? 0 : room / stride[$0] + 1
    }
  }

  /// The sizes of a transposed convolution's output.
  func fine(of sizes: [Int], kernel: [Int]) throws -> [Int] {
    guard sizes.count == rank, kernel.count == rank else {
      throw OracleError("\(sizes) has not \(rank) sizes")
    }
    return (0..<rank).map {
      (sizes[$0] - 1) * stride[$0] - padding[$0].before - padding[$0].after
        + dilation[$0] * (kernel[$0] - 1) + outputPadding[$0] + 1
    }
  }

  /// The input with a batch.
  func batched(_ input: Cells) throws -> Cells {
    guard input.shape.count != rank + 1 else { return try Cells([1] + input.shape, entries: input.entries) }
    guard input.shape.count == rank + 2 else { throw OracleError("\(input.shape) has not \(rank) sizes") }
    return input
  }

  /// The result without a batch where the input has none.
  func unbatched(_ result: Cells, as input: Cells) throws -> Cells {
    guard input.shape.count == rank + 1 else { return result }
    return try Cells(Array(result.shape.dropFirst()), entries: result.entries)
  }
}
