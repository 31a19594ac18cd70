// Mistakes in decoders.

import Conformance
import PuruTorch
import PuruTorchAdapter

extension Mutant {
  static let decoding: [Mutant] =
    greedyMistakes
    + beamMistakes

  private static let greedyMistakes = of(
    "decoding/greedy_search", "decode.greedy", .halfProbabilities,
    greedy("repeats are not collapsed") { $0.collapses = false },
    greedy("blanks are dropped before repeats are collapsed") { $0.dropsBlanksFirst = true },
    greedy("of equals the last is taken") { $0.takesLast = true },
    greedy("the score is the sum of logarithms") { $0.isLogarithmic = true },
    greedy("the blank comes last") { $0.blankIsLast = true },
    greedy("the last step is left out") { $0.leftOut = 1 },
    greedy("blanks do not count in the score") { $0.scoresBlanks = false })

  private static let beamMistakes = of(
    "decoding/beam_search", "decode.beam", .halfProbabilities, .always("beam_width", .int(1)),
    .shifted("beam_width", by: 1), .always("beam_width", .int(1_000)),
    .operand("the last step is left out", "probabilities") { table in
      guard table.ndim == 3, table.shape[1] > 0 else { return table }
      return try table.sliced([.all, .stride(from: 0, to: table.shape[1] - 1)])
    },
    .operand("the steps are read backwards", "probabilities") { $0.ndim == 3 ? try $0.flipped(from: 1) : $0 },
    beam("the merged paths are in the order of their scores") { pairs in
      pairs.sort { $0.score > $1.score }
    },
    beam("the merged scores are normalised") { pairs in
      let total = pairs.reduce(0) { $0 + $1.score }
      pairs = pairs.map { ($0.path, $0.score / total) }
    },
    beam("the worst path is lost") { pairs in
      guard let worst = pairs.indices.min(by: { pairs[$0].score < pairs[$1].score }) else { return }
      pairs.remove(at: worst)
    },
    Mistake(
      answering: "the best score is that of the first path",
      { call in
        var results = try Request(call).answer()
        results.tensors["score"] = try results.tensor("merged_scores")[0]
        return results
      }))

  /// The decoders written out, without a mistake.
  static let rightDecoding =
    of("decoding/greedy_search", "decode.greedy", greedy(rightly) { _ in })
    + of("decoding/beam_search", "decode.beam", beam(rightly) { _ in })

  private static func greedy(
    _ description: String, _ change: @escaping @Sendable (inout Greedy) -> Void
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        let request = Request(call)
        _ = try request.answer()
        var decoder = Greedy()
        change(&decoder)
        return try decoder.results(request)
      })
  }

  private static func beam(
    _ description: String, _ change: @escaping @Sendable (inout [(path: String, score: Double)]) -> Void
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        var results = try Request(call).answer()
        let scores = try results.tensor("merged_scores")
        let values = try scores.to(.float64).data(as: Double.self)
        guard case .string(let paths)? = results.values["merged_paths"]?.elements else { return results }
        var pairs = zip(paths, values).map { (path: $0, score: $1) }
        change(&pairs)
        results.values["merged_paths"] = Value(shape: [pairs.count], .string(pairs.map(\.path)))
        results.tensors["merged_scores"] = try Tensor(pairs.map(\.score), dtype: scores.dtype)
        return results
      })
  }
}

extension Mistake {
  /// Probabilities are stored in half precision.
  fileprivate static let halfProbabilities = Mistake.operand(
    "the probabilities are rounded to float16", "probabilities"
  ) { try $0.roundedToHalf() }
}

/// Greedy decoding with what can be wrong about it.
private struct Greedy {
  var collapses = true
  var dropsBlanksFirst = false
  var takesLast = false
  var isLogarithmic = false
  var blankIsLast = false
  var leftOut = 0
  var scoresBlanks = true

  func results(_ request: Request) throws -> Results {
    let table = try request["probabilities"]
    let symbols = request.arguments["symbols"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let (entries, steps) = (table.shape[0], table.shape[1])
    let values = try table.to(.float64).data(as: Double.self)
    let blank = blankIsLast ? entries - 1 : 0
    var (path, score, last) = ("", 1.0, blank)
    for step in 0..<Swift.max(0, steps - leftOut) {
      func value(_ entry: Int) -> Double { values[entry * steps + step] }
      let best = (0..<entries).reduce(0) { best, entry in
        value(entry) > value(best) || (takesLast && value(entry) == value(best)) ? entry : best
      }
      if scoresBlanks || best != blank { score *= value(best) }
      if best != blank && (best != last || !collapses) { path += symbols[blankIsLast ? best : best - 1] }
      if best != blank || !dropsBlanksFirst { last = best }
    }
    return Results(
      tensors: ["score": try Tensor(isLogarithmic ? Tensor(score).log().item() : score, dtype: table.dtype)],
      values: ["path": Value(shape: [], .string([path]))])
  }
}
