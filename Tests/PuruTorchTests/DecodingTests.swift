// Greedy and beam search decoding: against sums over all alignments, and by hand where hypotheses are dropped.

import PuruTorch
import TestSupport
import Testing

@Suite struct DecodingTests {
  /// Probabilities given step by step, the blank first.
  private func table(_ steps: [[Double]], dtype: DType = .float64) throws -> Tensor {
    try Tensor(steps, dtype: dtype).T.unsqueezed(2)
  }

  // MARK: - Greedy

  @Test func repeatsAreCollapsedBeforeBlanksAreDropped() throws {
    let decoder = GreedySearchDecoder(symbols: ["a", "b"])
    let (blank, a, b) = ([0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.0, 0.125, 0.875])
    #expect(try decoder.decode(table([a, blank, a])).path == "aa")
    #expect(try decoder.decode(table([a, a])).path == "a")
    #expect(try decoder.decode(table([blank, a, a, blank, blank, b, b, a])).path == "aba")
    #expect(try decoder.decode(table([blank, blank])).path == "")
    let found = try decoder.decode(table([a, b, blank], dtype: .float32))
    #expect(found.path == "ab")
    #expect(found.score == 0.75 * 0.875 * 0.5)
  }

  @Test func theFirstOfEqualEntriesIsTaken() throws {
    let decoder = GreedySearchDecoder(symbols: ["a", "b"])
    #expect(try decoder.decode(table([[0.25, 0.375, 0.375], [0.5, 0.5, 0.0]])).path == "a")
  }

  @Test func noStepsGiveTheEmptyPath() throws {
    let none = try Tensor.zeros([3, 0, 1])
    let greedy = try GreedySearchDecoder(symbols: ["a", "b"]).decode(none)
    #expect(greedy.path == "" && greedy.score == 1)
    let beam = try BeamSearchDecoder(symbols: ["a", "b"], beamWidth: 2).decode(none)
    #expect(beam.bestPath == "" && beam.score == 1)
    #expect(beam.mergedScores.map(\.path) == [""])
  }

  // MARK: - Beam search

  @Test(arguments: [["a", "b", "c"], ["x"], ["a", "b", "ab"], ["é", "e\u{301}", "e"], []])
  func aBeamAsWideAsEverythingSumsOverAllAlignments(symbols: [String]) throws {
    let steps = 5
    let values = try variedValues(shape: [symbols.count + 1, steps, 1], seed: 7)
    let probabilities = try (values * values).detach()
    let table = try doubles(probabilities)
    var expected: [[UInt32]: Double] = [:]
    for code in 0..<power(symbols.count + 1, steps) {
      let alignment = (0..<steps).map { code / power(symbols.count + 1, $0) % (symbols.count + 1) }
      var text: [UInt32] = []
      for (step, entry) in alignment.enumerated()
      where entry != 0 && (step == 0 || alignment[step - 1] != entry) {
        text += symbols[entry - 1].unicodeScalars.map(\.value)
      }
      expected[text, default: 0] += (0..<steps).reduce(1.0) { $0 * table[alignment[$1] * steps + $1] }
    }
    let found = try BeamSearchDecoder(symbols: symbols, beamWidth: 1_000_000).decode(probabilities)
    let sorted = expected.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    #expect(found.mergedScores.map { $0.path.unicodeScalars.map(\.value) } == sorted.map(\.key))
    for (path, (_, score)) in zip(found.mergedScores, sorted) {
      #expect(abs(path.score - score) <= 1e-14 * score)
    }
    let best = try #require(expected.values.max())
    #expect(abs(found.score - best) <= 1e-14 * best)
    let listed = found.mergedScores.first { $0.path.utf8.elementsEqual(found.bestPath.utf8) }
    #expect(listed?.score == found.score)
  }

  private func power(_ base: Int, _ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }

  @Test func hypothesesAreDroppedBeforeAStepAndNotAfterTheLast() throws {
    // After step 1: "a" 0.5, "" 0.3, "b" 0.2. A beam of 1 goes on with "a" alone, of 2 with "a" and "".
    let probabilities = try table([[0.3, 0.5, 0.2], [0.6, 0.1, 0.3]])
    func scores(_ width: Int) throws -> [String: Double] {
      let found = try BeamSearchDecoder(symbols: ["a", "b"], beamWidth: width).decode(probabilities)
      let scores = found.mergedScores.map { ($0.path, ($0.score * 1000).rounded()) }
      return Dictionary(uniqueKeysWithValues: scores)
    }
    #expect(try scores(1) == ["a": 350, "ab": 150])
    #expect(try scores(2) == ["": 180, "a": 380, "ab": 150, "b": 90])
    #expect(try scores(3) == ["": 180, "a": 380, "ab": 150, "b": 90 + 120 + 60, "ba": 20])
  }

  @Test func whetherAPrefixEndsInABlankTellsHypothesesApartUntilTheEnd() throws {
    let probabilities = try table([[0.25, 0.75], [0.5, 0.5], [0.125, 0.875]])
    // After step 2: 0.375 + 0.125 for a and 0.375 for (a, blank), from which another a makes "aa".
    let two = try BeamSearchDecoder(symbols: ["a"], beamWidth: 2).decode(probabilities)
    #expect(two.mergedScores.map(\.path) == ["a", "aa"])
    #expect(two.mergedScores.map(\.score) == [0.5 * (0.125 + 0.875) + 0.375 * 0.125, 0.375 * 0.875])
    #expect(two.bestPath == "a")
  }

  @Test func float32ProbabilitiesAreScoredInDouble() throws {
    let probabilities = try Tensor.full([2, 12, 1], 1e-5, dtype: .float32)
    let p = Double(Float(1e-5))
    let found = try GreedySearchDecoder(symbols: ["a"]).decode(probabilities)
    #expect(found.score == (0..<12).reduce(1.0) { score, _ in score * p })
  }

  // MARK: - Refusals

  @Test func wrongInputIsRefused() throws {
    let decoder = GreedySearchDecoder(symbols: ["a", "b"])
    let beam = try BeamSearchDecoder(symbols: ["a", "b"], beamWidth: 2)
    for shape in [[3, 4], [2, 4, 1], [3, 4, 2]] {
      #expect(throws: TensorError.self) { try decoder.decode(Tensor.zeros(shape)) }
      #expect(throws: TensorError.self) { try beam.decode(Tensor.zeros(shape)) }
    }
    #expect(throws: TensorError.self) { try decoder.decode(Tensor.zeros([3, 4, 1], dtype: .int64)) }
    #expect(throws: TensorError.self) { try beam.decode(Tensor.full([3, 4, 1], Double.nan)) }
    #expect(
      errorText { try BeamSearchDecoder(symbols: ["a"], beamWidth: 0) }
        == "BeamSearchDecoder: beamWidth is 0, expected at least 1")
  }
}
