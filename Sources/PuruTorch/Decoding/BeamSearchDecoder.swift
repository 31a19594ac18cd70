// Beam search over CTC probabilities.

/// What a beam search found.
public struct BeamSearchResult: Sendable {
  /// The text with the highest score; of equals the first in `mergedScores`.
  public let bestPath: String
  /// The score of `bestPath`.
  public let score: Double
  /// Every text that is left at the end, once, in ascending order of its Unicode code points.
  public let mergedScores: [ScoredPath]
}

/// Decodes a CTC network's probabilities by following the best hypotheses from step to step.
///
/// ```swift
/// let decoder = try BeamSearchDecoder(symbols: ["a", "b"], beamWidth: 3)
/// let found = try decoder.decode(probabilities)   // shape (3, T, 1), the blank first
/// print(found.bestPath, found.score)
/// ```
///
/// A hypothesis is a sequence of symbols together with whether the last step was a blank; its score is the sum over
/// the alignments that it stands for. Before each step all but the `beamWidth` best hypotheses are dropped, of equal
/// ones those that were reached last. At the end hypotheses of the same text are merged. Nothing is dropped when
/// the beam is wide enough, and the scores are then the texts' probabilities.
public struct BeamSearchDecoder: Sendable {
  /// The texts of all entries but the first, which is the blank.
  public let symbols: [String]
  /// How many hypotheses go on at each step.
  public let beamWidth: Int

  /// A decoder for these symbols.
  ///
  /// - Throws: `TensorError.invalidArgument` for a beam width below 1.
  public init(symbols: [String], beamWidth: Int) throws {
    guard beamWidth >= 1 else {
      throw TensorError.invalidArgument(
        operation: "BeamSearchDecoder", argument: "beamWidth", value: "\(beamWidth)", expected: "at least 1")
    }
    self.symbols = symbols
    self.beamWidth = beamWidth
  }

  /// The texts that the search ends with and their scores.
  ///
  /// Scores are computed in double precision, whatever the tensor's type.
  ///
  /// - Parameter probabilities: Shape (symbols + 1, steps, 1), the blank first.
  /// - Throws: `TensorError` for another shape, for integers, and for probabilities that aren't finite.
  public func decode(_ probabilities: Tensor) throws -> BeamSearchResult {
    let table = try StepProbabilities(probabilities, symbols: symbols, operation: "BeamSearchDecoder")
    var prefixes = PrefixTree(symbolCount: symbols.count)
    var beam = Beam()
    beam.add(Hypothesis(prefix: PrefixTree.root, endsInBlank: true), 1)
    for step in 0..<table.stepCount {
      var extended = Beam()
      for (hypothesis, score) in beam.best(beamWidth) {
        for entry in 0..<table.entryCount {
          extended.add(hypothesis.followed(by: entry, &prefixes), score * table[entry, step])
        }
      }
      beam = extended
    }
    return merged(beam, prefixes)
  }

  private func merged(_ beam: Beam, _ prefixes: PrefixTree) -> BeamSearchResult {
    var scores: [[UInt8]: Double] = [:]
    for (hypothesis, score) in beam.scored {
      let text = prefixes.symbols(of: hypothesis.prefix).flatMap { Array(symbols[$0 - 1].utf8) }
      scores[text, default: 0] += score
    }
    // UTF-8 sorts as the code points do; as strings, texts that are canonically equivalent would be equal.
    let paths = scores.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      ScoredPath(path: String(decoding: $0.key, as: UTF8.self), score: $0.value)
    }
    let best = paths.dropFirst().reduce(paths[0]) { $1.score > $0.score ? $1 : $0 }
    return BeamSearchResult(bestPath: best.path, score: best.score, mergedScores: paths)
  }
}

/// A sequence of symbols and whether the last step was a blank.
private struct Hypothesis: Hashable {
  let prefix: Int
  let endsInBlank: Bool

  /// The hypothesis after one more step.
  func followed(by entry: Int, _ prefixes: inout PrefixTree) -> Hypothesis {
    if entry == StepProbabilities.blank { return Hypothesis(prefix: prefix, endsInBlank: true) }
    if !endsInBlank && prefixes.lastSymbol(of: prefix) == entry { return self }
    return Hypothesis(prefix: prefixes.child(of: prefix, entry), endsInBlank: false)
  }
}

/// Hypotheses and their scores, in the order in which they were first reached.
private struct Beam {
  private(set) var scored: [(hypothesis: Hypothesis, score: Double)] = []
  private var positions: [Hypothesis: Int] = [:]

  mutating func add(_ hypothesis: Hypothesis, _ score: Double) {
    if let position = positions[hypothesis] {
      scored[position].score += score
    } else {
      positions[hypothesis] = scored.count
      scored.append((hypothesis, score))
    }
  }

  /// The `width` hypotheses of the highest scores.
  func best(_ width: Int) -> [(hypothesis: Hypothesis, score: Double)] {
    guard scored.count > width else { return scored }
    let ranked = scored.indices.sorted {
      scored[$0].score != scored[$1].score ? scored[$0].score > scored[$1].score : $0 < $1
    }
    return ranked.prefix(width).map { scored[$0] }
  }
}

/// All sequences of symbols that were met, each stored as a longer one's beginning.
private struct PrefixTree {
  static let root = 0

  private let symbolCount: Int
  private var parents = [PrefixTree.root]
  private var lastSymbols = [StepProbabilities.blank]
  private var children: [Int: Int] = [:]

  init(symbolCount: Int) { self.symbolCount = symbolCount }

  /// The symbol that a sequence ends with; the blank for the empty one.
  func lastSymbol(of prefix: Int) -> Int { lastSymbols[prefix] }

  /// The sequence with one more symbol.
  mutating func child(of prefix: Int, _ symbol: Int) -> Int {
    let key = prefix * (symbolCount + 1) + symbol
    if let child = children[key] { return child }
    parents.append(prefix)
    lastSymbols.append(symbol)
    children[key] = parents.count - 1
    return parents.count - 1
  }

  /// The symbols of a sequence.
  func symbols(of prefix: Int) -> [Int] {
    var symbols: [Int] = []
    var prefix = prefix
    while prefix != PrefixTree.root {
      symbols.append(lastSymbols[prefix])
      prefix = parents[prefix]
    }
    return symbols.reversed()
  }
}
