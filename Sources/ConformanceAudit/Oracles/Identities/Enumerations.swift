// CTC's loss and gradient over all alignments, and the decoders against exhaustion.

import Conformance
import Foundation

extension Identity {
  /// A sequence's loss is −log of the summed chances of the alignments that spell its target; its gradient is the
  /// chance of each entry less how often those alignments use it.
  static let alignments = Identity(name: "alignments", operations: ["ctc_loss"]) { sample, tally in
    let arguments = sample.computation.arguments
    let batch = try CTCBatch(sample.cells(), arguments)
    guard let cotangents = sample.cotangents["output"] ?? sample.output().map({ $0.map { _ in 0 } }) else {
      return
    }
    let reduction = arguments["reduction"]?.stringValue ?? "mean"
    let setsInfinityToZero = arguments["zero_infinity"]?.boolValue == true
    var losses: [Double] = []
    for item in batch.items {
      guard let sequence = EnumeratedSequence(item, batch) else {
        tally.omit("ctc_loss: sequences of more than \(Alignment.most) alignments")
        continue
      }
      let isDropped = sequence.loss == .infinity && setsInfinityToZero
      let share =
        reduction == "mean" ? 1 / Double(max(1, item.target.count) * batch.items.count) : 1
      losses.append((isDropped ? 0 : sequence.loss) * share)
      let place = "\(sample.name) sequence \(item.number)"
      if reduction == "none", let output = sample.output(), output.indices.contains(item.number) {
        let loss = losses[losses.count - 1]
        tally.identity("alignments", place, output[item.number], loss, scale: max(1, abs(loss)))
      }
      guard let gradient = sample.gradient("log_probs") else { continue }
      let classes = try batch.logs.size(2)
      guard gradient.count == batch.logs.entries.count,
        let weight = reduction == "none"
          ? cotangents.dropFirst(item.number).first : cotangents.first
      else { throw OracleError("the gradient or the cotangent doesn't fit the sequences") }
      for time in 0..<(try batch.logs.size(0)) {
        for kind in 0..<classes {
          let expected = isDropped ? 0 : sequence.slope(time, kind) * weight * share
          let index = (time * batch.items.count + item.number) * classes + kind
          tally.identity(
            "alignments", "\(place) [\(time), \(kind)]", gradient[index], expected, scale: abs(weight * share)
          )
        }
      }
    }
    guard reduction != "none", losses.count == batch.items.count, let output = sample.output() else { return }
    let loss = losses.reduce(0, +)
    tally.identity("alignments", sample.name, output.first ?? .nan, loss, scale: max(1, abs(loss)))
  }

  /// Greedy search finds the likeliest of all alignments; a beam that drops nothing gives every text the sum over
  /// all alignments that spell it.
  static let exhaustion = Identity(
    name: "exhaustion", operations: ["decode.greedy", "decode.beam"]
  ) { sample, tally in
    let table = try ProbabilityTable(sample.cells(), sample.computation.arguments)
    let operation = sample.computation.operation
    guard let all = Alignment.all(entries: table.symbols.count + 1, steps: table.columns.count) else {
      tally.omit("\(operation): searches among more than \(Alignment.most) alignments")
      return
    }
    if operation == "decode.greedy" {
      let chances = all.map { table.chance(of: $0) }
      guard let best = chances.max(), let place = chances.firstIndex(of: best) else { return }
      tally.compare("exhaustion", sample, "outputs/score", [best])
      tally.compare(
        "exhaustion", sample, "outputs/path",
        Value(shape: [], .string([table.text(of: Alignment.collapsed(all[place]))])))
      return
    }
    let width = sample.computation.arguments["beam_width"]?.intValue ?? 1
    guard pow(Double(table.symbols.count + 1), Double(table.columns.count - 1)) <= Double(width) else {
      tally.omit("decode.beam: beams that drop something")
      return
    }
    var sums: [[UInt8]: Double] = [:]
    for alignment in all {
      let text = Array(table.text(of: Alignment.collapsed(alignment)).utf8)
      sums[text, default: 0] += table.chance(of: alignment)
    }
    let paths = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let texts = paths.map { String(decoding: $0.key, as: UTF8.self) }
    guard let best = paths.indices.max(by: { paths[$0].value < paths[$1].value }) else { return }
    tally.compare("exhaustion", sample, "outputs/score", [paths[best].value])
    tally.compare("exhaustion", sample, "outputs/merged_scores", paths.map(\.value))
    tally.compare("exhaustion", sample, "outputs/path", Value(shape: [], .string([texts[best]])))
    tally.compare("exhaustion", sample, "outputs/merged_paths", Value(shape: [texts.count], .string(texts)))
  }
}

/// One sequence of a CTC loss with all alignments that spell its target.
struct EnumeratedSequence {
  /// −log of their summed chances.
  let loss: Double
  private let slopes: [[Double]]

  /// Nil for too many alignments.
  init?(_ item: CTCBatch.Item, _ batch: CTCBatch) {
    let classes = batch.logs.shape[2]
    guard
      let alignments = Alignment.all(
        spelling: item.target, entries: classes, steps: item.frames, blank: batch.blank)
    else { return nil }
    func log(_ time: Int, _ kind: Int) -> Double { batch.logs[[time, item.number, kind]].value }
    var uses = (0..<item.frames).map { _ in Array(repeating: 0.0, count: classes) }
    var total = 0.0
    for alignment in alignments {
      let chance = exp(alignment.enumerated().reduce(0) { $0 + log($1.offset, $1.element) })
      total += chance
      for (time, kind) in alignment.enumerated() { uses[time][kind] += chance }
    }
    loss = -Foundation.log(total)
    slopes = uses.indices.map { time in
      (0..<classes).map { log(time, $0) == -.infinity ? .nan : exp(log(time, $0)) - uses[time][$0] / total }
    }
  }

  /// The derivative by an entry, as PyTorch has it: that of frames that are normalised, NaN for an entry without a
  /// chance; 0 beyond the sequence.
  func slope(_ time: Int, _ kind: Int) -> Double { slopes.indices.contains(time) ? slopes[time][kind] : 0 }
}
