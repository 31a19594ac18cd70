// Definitions: greedy and beam search.

import Conformance

extension Definition {
  static let decoders: [String: Body] = [
    "decode.greedy": { call in
      let table = try ProbabilityTable(call.operands, call.arguments)
      let alignment = table.columns.map { column in
        column.indices.max { column[$0] < column[$1] || (column[$0] == column[$1] && $0 > $1) } ?? 0
      }
      return Results(
        cells: ["score": Cells(Number(table.chance(of: alignment)))],
        texts: ["path": [table.text(of: Alignment.collapsed(alignment))]])
    },
    "decode.beam": { call in
      let table = try ProbabilityTable(call.operands, call.arguments)
      let width = try call.integer("beam_width", 1)
      var hypotheses = [Hypothesis(symbols: [], endsInBlank: true): 1.0]
      for column in table.columns {
        var extended: [Hypothesis: Double] = [:]
        for (hypothesis, score) in hypotheses.sorted(by: { $0.value > $1.value }).prefix(max(0, width)) {
          for (entry, chance) in column.enumerated() {
            extended[hypothesis.extended(by: entry), default: 0] += score * chance
          }
        }
        guard extended.count <= Alignment.most else {
          throw OracleError("the beam keeps more than \(Alignment.most) hypotheses")
        }
        hypotheses = extended
      }
      // Texts are equal when their bytes are.
      var merged: [[UInt8]: Double] = [:]
      for (hypothesis, score) in hypotheses {
        merged[Array(table.text(of: hypothesis.symbols).utf8), default: 0] += score
      }
      let paths = merged.keys.sorted { $0.lexicographicallyPrecedes($1) }
      let best = paths.max { (merged[$0] ?? 0) < (merged[$1] ?? 0) } ?? []
      return Results(
        cells: [
          "score": Cells(Number(merged[best] ?? .nan)),
          "merged_scores": try Cells([paths.count], entries: paths.map { Number(merged[$0] ?? .nan) }),
        ],
        texts: [
          "path": [String(decoding: best, as: UTF8.self)],
          "merged_paths": paths.map { String(decoding: $0, as: UTF8.self) },
        ])
    },
  ]

  /// What a beam keeps of the alignments so far.
  private struct Hypothesis: Hashable {
    let symbols: [Int]
    let endsInBlank: Bool

    func extended(by entry: Int) -> Hypothesis {
      if entry == 0 { return Hypothesis(symbols: symbols, endsInBlank: true) }
      if !endsInBlank, symbols.last == entry { return self }
      return Hypothesis(symbols: symbols + [entry], endsInBlank: false)
    }
  }
}

/// The chances of the blank and of each symbol, step by step.
struct ProbabilityTable {
  let symbols: [String]
  /// Of each step the chances, the blank's first.
  let columns: [[Double]]

  init(_ operands: [String: Cells], _ arguments: [String: JSONValue]) throws {
    guard let given = operands["probabilities"], let list = arguments["symbols"]?.arrayValue,
      given.shape.count == 3, given.shape[0] == list.count + 1, given.shape[2] == 1
    else { throw OracleError("probabilities and symbols don't fit") }
    symbols = list.compactMap(\.stringValue)
    guard symbols.count == list.count else { throw OracleError("a symbol is no text") }
    columns = (0..<given.shape[1]).map { step in (0...list.count).map { given[[$0, step, 0]].value } }
  }

  /// The product of the chances along an alignment.
  func chance(of alignment: [Int]) -> Double {
    zip(columns, alignment).reduce(1) { $0 * $1.0[$1.1] }
  }

  /// What symbols without blanks spell.
  func text(of entries: [Int]) -> String { entries.map { symbols[$0 - 1] }.joined() }
}
