// How far a run is, as one line of a terminal.

/// A line that is written over itself while a run goes on; short runs never show it.
public struct ProgressLine: Sendable {
  private let total: Int
  private var failures = 0
  private var isShown = false

  /// Seconds after which it shows.
  public static let delay = 1.0

  /// The line of a run over so many rows.
  public init(total: Int) {
    self.total = total
  }

  /// Counts a row, the `done`th, that ended `seconds` after the start.
  ///
  /// - Returns: What to write to the terminal; nil when that is nothing.
  public mutating func update(_ row: RowResult, done: Int, seconds: Double) -> String? {
    if row.status != .pass { failures += 1 }
    guard seconds >= Self.delay else { return nil }
    isShown = true
    let failed = failures > 0 ? ", \(failures) not passing" : ""
    let id = printable(row.id)
    let name = id.count <= 40 ? id : id.prefix(39) + "…"
    return "\r\u{1B}[K\(done)/\(total) rows\(failed), \(name)"
  }

  /// What to write when the run has ended: the line goes.
  public var end: String? { isShown ? "\r\u{1B}[K" : nil }
}
