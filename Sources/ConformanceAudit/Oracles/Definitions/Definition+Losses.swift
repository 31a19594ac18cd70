// Definitions: losses.

import Conformance
import Foundation

extension Definition {
  static let losses: [String: Body] = [
    "mse_loss": output { call in
      let (input, target) = (try call(), try call("target"))
      let squares = try Cells(Cells.broadcast(input.shape, target.shape)) { index in
        let difference = input.broadcast(index) - target.broadcast(index)
        return difference * difference
      }
      return try reduced(squares, call, over: Number(Double(squares.entries.count)))
    },
    "cross_entropy": output { call in
      let input = try call()
      let logs = try input.along(input.shape.count > 1 ? 1 : 0, logSoftmax)
      let target = try call("target")
      return target.integers == nil
        ? try probabilities(logs, target, call) : try labels(logs, target, call)
    },
    "ctc_loss": output(ctc),
  ]

  /// The losses, their sum, or their sum over a number.
  static func reduced(_ losses: Cells, _ call: Call, over count: Number) throws -> Cells {
    switch call.text("reduction", "mean") {
    case "none": losses
    case "sum": Cells(Number.sum(losses.entries))
    case "mean": Cells(Number.sum(losses.entries) / count)
    case let other: throw OracleError("there is no reduction \(other)")
    }
  }

  /// The index of a class at a place of a batch.
  private static func index(_ place: [Int], _ kind: Int, _ logs: Cells) -> [Int] {
    logs.shape.count > 1 ? [place[0], kind] + place.dropFirst() : [kind]
  }

  /// −(1 − ε) w log p of the label, − ε/C Σ w log p of all classes; the mean is over the labels' weights.
  private static func labels(_ logs: Cells, _ target: Cells, _ call: Call) throws -> Cells {
    let classes = try logs.size(logs.shape.count > 1 ? 1 : 0)
    let (smoothing, ignored) = (call.number("label_smoothing", 0), try call.integer("ignore_index", -100))
    let weight = call.operands["weight"]
    guard target.shape.count == max(0, logs.shape.count - 1) else {
      throw OracleError("labels of the shape \(target.shape) don't fit")
    }
    var weights: [Number] = []
    let losses = try Cells(target.shape) { place in
      let label = try target.integer(place)
      guard label != ignored else { return Number(0) }
      let ownWeight = weight?[[label]] ?? Number(1)
      weights.append(ownWeight)
      var terms = [Number(smoothing - 1) * ownWeight * logs[index(place, label, logs)]]
      for kind in 0..<(smoothing > 0 ? classes : 0) {
        let weight = weight?[[kind]] ?? Number(1)
        terms.append(Number(-smoothing / Double(classes)) * weight * logs[index(place, kind, logs)])
      }
      return Number.sum(terms)
    }
    return try reduced(losses, call, over: Number.sum(weights))
  }

  /// −Σ w ((1 − ε) t + ε/C) log p; the mean is over the places.
  private static func probabilities(_ logs: Cells, _ target: Cells, _ call: Call) throws -> Cells {
    let axis = logs.shape.count > 1 ? 1 : 0
    let (classes, smoothing) = (try logs.size(axis), call.number("label_smoothing", 0))
    let weight = call.operands["weight"]
    var shape = logs.shape
    shape.remove(at: axis)
    let losses = try Cells(shape) { place in
      Number.sum(
        (0..<classes).map { kind in
          let index = index(place, kind, logs)
          let smoothed = Number(1 - smoothing) * target[index] + Number(smoothing / Double(classes))
          return -((weight?[[kind]] ?? Number(1)) * smoothed * logs[index])
        })
    }
    return try reduced(losses, call, over: Number(Double(losses.entries.count)))
  }

  /// The mean of CTC losses is over the targets' lengths and the batch.
  private static func ctc(_ call: Call) throws -> Cells {
    let batch = try CTCBatch(call.operands, call.arguments)
    let losses = try batch.items.map { item -> Number in
      let loss = try batch.loss(of: item)
      if loss.value == .infinity && call.flag("zero_infinity") { return Number(0) }
      // PyTorch takes each frame for normalised, so exp(log p) is added to the derivative by log p. Where that is
      // −∞, or the loss is infinite, it computes ∞ − ∞.
      let frames = try (0..<item.frames).flatMap { time in
        try (0..<batch.logs.size(2)).map { batch.logs[[time, item.number, $0]] }
      }
      return Number(
        loss.value,
        of: [(loss, 1)]
          + frames.map { ($0, loss.value.isFinite && $0.value != -.infinity ? exp($0.value) : .nan) })
    }
    let cells = try Cells(batch.isBatched ? [losses.count] : [], entries: losses)
    guard call.text("reduction", "mean") == "mean" else { return try reduced(cells, call, over: Number(1)) }
    let means = zip(losses, batch.items).map { $0 / Number(Double(max(1, $1.target.count))) }
    return Cells(Number.sum(means) / Number(Double(means.count)))
  }
}

/// The sequences of a CTC loss.
struct CTCBatch {
  struct Item {
    let number: Int
    let frames: Int
    let target: [Int]
  }

  /// Time, item, class.
  let logs: Cells
  let items: [Item]
  let blank: Int
  let isBatched: Bool

  init(_ operands: [String: Cells], _ arguments: [String: JSONValue]) throws {
    let call = Definition.Call(operation: "ctc_loss", operands: operands, arguments: arguments)
    let (given, targets) = (try call("log_probs"), try call("targets"))
    isBatched = given.shape.count == 3
    guard isBatched || given.shape.count == 2 else {
      throw OracleError("log_probs has the shape \(given.shape)")
    }
    logs = isBatched ? given : try Cells([given.shape[0], 1, given.shape[1]], entries: given.entries)
    blank = try call.integer("blank", 0)
    let (frames, lengths) = (try call("input_lengths"), try call("target_lengths"))
    var start = 0
    let (logs, count) = (logs, try logs.size(1))
    items = try (0..<count).map { number in
      let index = frames.shape.isEmpty ? [] : [number]
      let (time, length) = (
        try frames.integer(index), try lengths.integer(lengths.shape.isEmpty ? [] : [number])
      )
      guard try 0...logs.size(0) ~= time, 0...targets.entries.count ~= length else {
        throw OracleError("the lengths \(time) and \(length) don't fit")
      }
      let target = try (0..<length).map { place in
        try targets.integer(targets.shape.count == 2 ? [number, place] : [start + place])
      }
      start += length
      return Item(number: number, frames: time, target: target)
    }
  }
}

extension CTCBatch {
  /// −log of the chance of all alignments that spell the target, summed up frame by frame over the states of the
  /// target with blanks between its labels. Each frame's chances are divided by their sum, which is taken for a
  /// constant and comes back in the logarithm.
  fileprivate func loss(of item: Item) throws -> Number {
    let states = [blank] + item.target.flatMap { [$0, blank] }
    var chances = states.map { _ in Number(0) }
    var logarithm = 0.0
    for time in 0..<item.frames {
      let next = states.indices.map { state in
        var sources = time == 0 ? [Number(state < 2 ? 1 : 0)] : [chances[state]]
        if time > 0, state > 0 { sources.append(chances[state - 1]) }
        if time > 0, state > 1, states[state] != blank, states[state] != states[state - 2] {
          sources.append(chances[state - 2])
        }
        return Number.sum(sources) * logs[[time, item.number, states[state]]].exponential
      }
      let sum = next.reduce(0) { $0 + $1.value }
      guard sum > 0 else { return Number(.infinity) }
      logarithm += log(sum)
      chances = next.map { $0 / Number(sum) }
    }
    let ends = item.frames == 0 ? [Number(item.target.isEmpty ? 1 : 0)] : Array(chances.suffix(2))
    return -(Number.sum(ends).logarithm + Number(logarithm))
  }
}
