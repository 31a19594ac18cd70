// Reports side by side, and what changed between two of one implementation.

/// Several reports, row by row.
public struct Comparison: Sendable {
  /// The reports in the order given.
  public let reports: [Report]
  /// Every row that one of them has, in the order in which they turn up.
  let rows: [Row]
  /// What changed, for every implementation that was reported more than once, from its first report to its last.
  public let changes: [Changes]

  /// One row of all reports.
  struct Row {
    let id: String
    let title: String
    /// What each report says; nil where it lacks the row.
    let results: [RowResult?]

    /// How one half came out in each report; nil where the report lacks the row or the row lacks that half.
    ///
    /// A row has gradients when one report compared some: an implementation that answers nothing can't say.
    func statuses(of direction: Direction) -> [Status?] {
      let exists = direction == .forward || results.contains { $0?.hasGradients == true }
      return results.map { exists ? $0?.status(of: direction) : nil }
    }
  }

  /// Puts reports side by side.
  ///
  /// - Parameters:
  ///   - reports: The reports, the earlier of one implementation before the later.
  ///   - growth: An error that grew by more than this factor is a change.
  public init(_ reports: [Report], growth: Double = 2) {
    self.reports = reports
    let byID = reports.map { report in
      Dictionary(report.rows.map { ($0.id, $0) }) { first, _ in first }
    }
    var seen: Set<String> = []
    rows = reports.flatMap(\.rows).filter { seen.insert($0.id).inserted }.map { row in
      Row(id: row.id, title: row.title, results: byID.map { $0[row.id] })
    }
    var names: Set<String> = []
    changes = reports.indices.compactMap { first in
      let name = reports[first].implementation
      let last = reports.lastIndex { $0.implementation == name } ?? first
      guard names.insert(name).inserted, last > first else { return nil }
      return Changes(from: first, to: last, of: reports, growth: growth)
    }
  }

  /// How many rows pass in one half, and how many have it.
  func total(_ report: Int, _ direction: Direction) -> (passed: Int, total: Int) {
    let statuses = rows.map { $0.statuses(of: direction)[report] }
    return (statuses.count { $0 == .pass }, statuses.count { $0 != nil })
  }
}

/// What changed between two reports of one implementation.
public struct Changes: Sendable {
  /// A row, a sample or a quantity that came out otherwise. What only one report has is nil in the other.
  public struct Turn: Equatable, Sendable {
    /// The row's id, and below it the sample's and the quantity's name.
    public let place: String
    /// How it came out first.
    public let before: Status?
    /// How it came out last.
    public let after: Status?

    /// Whether it passed and does no longer.
    public var isRegression: Bool { before == .pass && after != .pass }
  }

  /// A quantity whose error grew.
  public struct Growth: Equatable, Sendable {
    /// The row's id, the sample's and the quantity's name.
    public let place: String
    /// The error first.
    public let before: Double
    /// The error last.
    public let after: Double
  }

  /// The position of the first of the two among the reports compared.
  public let first: Int
  /// The position of the last.
  public let last: Int
  /// What came out otherwise: rows before their samples before their quantities.
  public private(set) var turns: [Turn] = []
  /// Quantities whose error grew, those of what passes included.
  public private(set) var growths: [Growth] = []
  /// Rows in which answers changed to the bit, with how many samples' digests did.
  public private(set) var digests: [(row: String, samples: Int)] = []

  /// What passed and does no longer.
  public var regressions: [Turn] { turns.filter(\.isRegression) }

  init(from first: Int, to last: Int, of all: [Report], growth: Double) {
    (self.first, self.last) = (first, last)
    for (id, before, after) in pairs(all[first].rows, all[last].rows, \.id) {
      let row = (before?.status, after?.status)
      turn(id, row, within: nil)
      var changed = 0
      for (name, before, after) in pairs(before?.samples ?? [], after?.samples ?? [], \.name) {
        let place = "\(id) \(name)"
        let sample = (before?.status, after?.status)
        turn(place, sample, within: row)
        if let one = before?.digest, let other = after?.digest, one != other { changed += 1 }
        for (name, before, after) in pairs(before?.quantities ?? [], after?.quantities ?? [], \.name) {
          turn("\(place) \(name)", (before?.status, after?.status), within: sample)
          guard let one = before?.verdict.error, let other = after?.verdict.error, other > one * growth
          else { continue }
          growths.append(Growth(place: "\(place) \(name)", before: one, after: other))
        }
      }
      if changed > 0 { digests.append((id, changed)) }
    }
  }

  private typealias Pair = (before: Status?, after: Status?)

  /// Notes what came out otherwise. What comes or goes because the whole that it is part of did or turned is not noted
  /// again, unless it passed in a whole that did not.
  private mutating func turn(_ place: String, _ part: Pair, within whole: Pair?) {
    guard part.before != part.after else { return }
    if let whole, part.before == nil || part.after == nil, whole.before != whole.after {
      guard part.before == .pass, whole.before != .pass else { return }
    }
    turns.append(Turn(place: place, before: part.before, after: part.after))
  }
}

/// What has the same name in two lists, in the order of the first and then of the second.
private func pairs<Element>(
  _ before: [Element], _ after: [Element], _ name: KeyPath<Element, String>
) -> [(name: String, before: Element?, after: Element?)] {
  let first = Dictionary(before.map { ($0[keyPath: name], $0) }) { one, _ in one }
  let second = Dictionary(after.map { ($0[keyPath: name], $0) }) { one, _ in one }
  return before.map { ($0[keyPath: name], $0, second[$0[keyPath: name]]) }
    + after.filter { first[$0[keyPath: name]] == nil }.map { ($0[keyPath: name], nil, $0) }
}
