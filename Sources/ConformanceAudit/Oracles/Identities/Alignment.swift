// Alignments of symbols with steps, one by one.

/// Sequences of symbols and blanks, one for each step.
package enum Alignment {
  /// The most that are enumerated.
  package static let most = 100_000

  /// What an alignment spells: of neighbours that are equal one counts, and blanks none.
  package static func collapsed(_ alignment: [Int], blank: Int = 0) -> [Int] {
    alignment.indices.filter { $0 == 0 || alignment[$0] != alignment[$0 - 1] }
      .map { alignment[$0] }.filter { $0 != blank }
  }

  /// Every alignment of some entries, in lexicographic order; nil for too many.
  package static func all(entries: Int, steps: Int) -> [[Int]]? {
    extended(entries: entries, steps: steps) { _ in true }
  }

  /// Every alignment that spells a target; nil for too many.
  package static func all(spelling target: [Int], entries: Int, steps: Int, blank: Int) -> [[Int]]? {
    extended(entries: entries, steps: steps) { target.starts(with: collapsed($0, blank: blank)) }?
      .filter { collapsed($0, blank: blank) == target }
  }

  private static func extended(entries: Int, steps: Int, _ isWanted: ([Int]) -> Bool) -> [[Int]]? {
    var alignments: [[Int]] = [[]]
    for _ in 0..<max(0, steps) {
      var longer: [[Int]] = []
      for alignment in alignments {
        for entry in 0..<max(0, entries) where isWanted(alignment + [entry]) {
          longer.append(alignment + [entry])
        }
        if longer.count > most { return nil }
      }
      alignments = longer
    }
    return alignments
  }
}
