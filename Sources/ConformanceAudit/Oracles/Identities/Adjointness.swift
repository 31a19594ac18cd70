// Adjointness: a convolution, its transpose and their gradients are the derivatives of one sum of products.

import Conformance

extension Identity {
  /// ⟨conv(x, w), y⟩ = Σ x y w = ⟨x, convT(y, w)⟩, so the gradients are the sums with two of the three.
  static let adjointness = Identity(
    name: "adjointness",
    operations: [
      "linear", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "upsample1d", "upsample2d",
      "downsample1d", "downsample2d",
    ]
  ) { sample, tally in
    guard let form = try Form(sample) else { return }
    let (input, weight) = (sample.inputs["input"]?.numbers ?? [], sample.inputs["weight"]?.numbers ?? [])
    let output = try form.sum(form.output, [form.input: input, .weight: weight])
    let bias = sample.inputs["bias"]?.numbers ?? []
    guard bias.isEmpty || form.channels.allSatisfy(bias.indices.contains) else {
      throw OracleError("the bias has \(bias.count) numbers")
    }
    let shifted = output.indices.map { output[$0] + (bias.isEmpty ? 0 : bias[form.channels[$0]]) }
    tally.compare("adjointness", sample, "outputs/output", shifted)
    guard let cotangent = sample.cotangents["output"] else { return }
    let known = [form.input: input, form.output: cotangent, .weight: weight]
    tally.compare("adjointness", sample, "gradients/input", try form.sum(form.input, known))
    tally.compare("adjointness", sample, "gradients/weight", try form.sum(.weight, known))
    var sums = bias.map { _ in 0.0 }
    for (entry, channel) in zip(cotangent, form.channels) where !bias.isEmpty { sums[channel] += entry }
    tally.compare("adjointness", sample, "gradients/bias", sums)
  }
}

/// Σ fine · coarse · weight over links: of a convolution the input is the fine side, of its transpose the output.
private struct Form {
  enum Side { case fine, coarse, weight }

  let input: Side
  /// The channel of each entry of the output.
  private(set) var channels: [Int] = []
  private var links: [(fine: Int, coarse: Int, weight: Int)] = []
  private var counts: [Side: Int] = [:]

  var output: Side { input == .fine ? .coarse : .fine }

  /// Nil for operands that the form doesn't have, such as a weight of one dimension.
  init?(_ sample: OracleSample) throws {
    let call = Definition.Call(
      operation: sample.computation.operation, operands: try sample.cells(),
      arguments: sample.computation.arguments)
    let output = sample.exact["outputs/output"]?.value.shape ?? []
    let isTransposed = call.operation.hasPrefix("conv_transpose") || call.operation.hasPrefix("upsample")
    input = isTransposed ? .coarse : .fine
    let rank = call.operation.hasSuffix("2d") ? 2 : 1
    switch call.operation {
    case "linear":
      guard try call("weight").shape.count == 2 else { return nil }
      try connect(rows: call().shape, call("weight").shape)
    case let name where name.hasPrefix("conv"):
      let geometry = try Geometry(call, rank: rank)
      let batched = try geometry.batched(call()).shape
      let result = batched.count == output.count ? output : [1] + output
      guard result.count == rank + 2 else { throw OracleError("the output has the shape \(output)") }
      try connect(
        fine: isTransposed ? result : batched, coarse: isTransposed ? batched : result, geometry,
        call("weight").shape)
      channels = try Cells.indices(of: result).map { $0[1] }
    default:
      let factor = try call.sizes("factor", 1, 1, least: 1)[0]
      let given = try call().shape
      try connect(
        fine: isTransposed ? output : given, coarse: isTransposed ? given : output, factor, rank)
    }
  }

  /// The sums of the products of two sides at every entry of the third.
  func sum(_ side: Side, _ known: [Side: [Double]]) throws -> [Double] {
    for (other, numbers) in known where other != side && numbers.count != counts[other] ?? 0 {
      throw OracleError("\(numbers.count) numbers are on the side \(other), expected \(counts[other] ?? 0)")
    }
    guard let count = counts[side] else { return [] }
    var sums = Array(repeating: 0.0, count: count)
    let (fine, coarse) = (known[.fine] ?? [], known[.coarse] ?? [])
    let weight = known[.weight] ?? []
    for link in links {
      switch side {
      case .fine: sums[link.fine] += coarse[link.coarse] * (weight.isEmpty ? 1 : weight[link.weight])
      case .coarse: sums[link.coarse] += fine[link.fine] * (weight.isEmpty ? 1 : weight[link.weight])
      case .weight: sums[link.weight] += fine[link.fine] * coarse[link.coarse]
      }
    }
    return sums
  }
}

extension Form {
  private mutating func link(_ fine: Int?, _ coarse: Int?, _ weight: Int?) {
    // What has no place on one side is padding.
    guard let fine, let coarse, let weight else { return }
    links.append((fine, coarse, weight))
  }

  /// A convolution: both sides are items, channels and positions.
  fileprivate mutating func connect(
    fine: [Int], coarse: [Int], _ geometry: Geometry, _ weight: [Int]
  ) throws {
    guard weight.count == geometry.rank + 2 else { throw OracleError("the weight has the shape \(weight)") }
    counts = [.fine: fine.reduce(1, *), .coarse: coarse.reduce(1, *), .weight: weight.reduce(1, *)]
    let share = max(1, weight[0] / geometry.groups)
    let taps = try Cells.indices(of: Array(weight.dropFirst(2)))
    for (position, index) in try Cells.indices(of: coarse).enumerated() {
      for channel in 0..<weight[1] {
        for tap in taps {
          let place = geometry.place(of: Array(index.dropFirst(2)), tap)
          link(
            Cells.position([index[0], index[1] / share * weight[1] + channel] + place, in: fine), position,
            Cells.position([index[1], channel] + tap, in: weight))
        }
      }
    }
  }

  /// A linear layer: both sides are rows of channels.
  fileprivate mutating func connect(rows shape: [Int], _ weight: [Int]) throws {
    guard let inner = shape.last, inner == weight[1] else { throw OracleError("the weight doesn't fit") }
    let rows = shape.dropLast().reduce(1, *)
    counts = [.fine: rows * inner, .coarse: rows * weight[0], .weight: weight[0] * inner]
    channels = (0..<(rows * weight[0])).map { $0 % weight[0] }
    for place in channels.indices {
      for column in 0..<inner {
        link(place / weight[0] * inner + column, place, place % weight[0] * inner + column)
      }
    }
  }

  /// Resampling: every entry of the coarse side is one of the fine side.
  fileprivate mutating func connect(fine: [Int], coarse: [Int], _ factor: Int, _ rank: Int) throws {
    counts = [.fine: fine.reduce(1, *), .coarse: coarse.reduce(1, *)]
    for (position, index) in try Cells.indices(of: coarse).enumerated() {
      link(
        Cells.position(index.dropLast(rank) + index.suffix(rank).map { $0 * factor }, in: fine), position, 0)
    }
  }
}
