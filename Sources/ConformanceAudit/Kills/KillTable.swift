// The kill table: what caught each mutant, what survived, and the same as Markdown.

import Conformance

/// How one mutant came out.
package struct Kill: Sendable {
  /// The row that it is wrong about.
  package let row: String
  /// Its id.
  package let id: String
  /// Operation and mistake.
  package let description: String
  /// The status of the first sample that caught it, or of its row.
  package let status: Status
  /// The sample and the first quantity that departs, or why there is none.
  package let place: String

  /// Whether it was caught: it answered wrongly, or didn't answer.
  package var isKilled: Bool { Self.catching.contains(status) }

  private static let catching: Set<Status> = [.fail, .error, .crash, .timeout, .memory]

  /// The result of a mutant's row.
  package init(_ mutant: Mutant, _ result: RowResult?) {
    let sample = result?.samples.first { Self.catching.contains($0.status) }
    let status = sample?.status ?? result?.status ?? .missing
    let quantity = sample?.quantities.first { !$0.verdict.passes }?.name
    self.init(
      mutant, status, sample.map { "\($0.name) \(quantity ?? $0.message ?? "")" } ?? result?.message ?? "")
  }

  /// A mutant that could not be scored.
  package init(_ mutant: Mutant, failure: String) {
    self.init(mutant, .notRun, failure)
  }

  private init(_ mutant: Mutant, _ status: Status, _ place: String) {
    row = mutant.row
    id = mutant.id
    description = "`\(mutant.operation)`: \(mutant.mistake.description)"
    self.status = status
    self.place = place
  }
}

/// Everything that tried to pass, row by row.
package struct KillTable: Sendable {
  /// How many mutants a row must have.
  package static let leastPerRow = 4
  /// How many mutants there must be.
  package static let least = 250

  private let rows: [Suite.Row]
  private let control: Report
  private let right: [Kill]
  private let kills: [Kill]
  private let perturbations: [RowPerturbations]
  private let isWhole: Bool

  /// A table of results.
  ///
  /// - Parameters:
  ///   - rows: The suite's rows.
  ///   - control: The report on the library as it is.
  ///   - right: The results of operations that are written out without a mistake.
  ///   - kills: The mutants' results.
  ///   - perturbations: The perturbed values' results.
  ///   - isWhole: Whether all mutants and rows are there, so that their number counts.
  package init(
    rows: [Suite.Row], control: Report, right: [Kill], kills: [Kill], perturbations: [RowPerturbations],
    isWhole: Bool
  ) {
    (self.rows, self.control, self.right, self.kills) = (rows, control, right, kills)
    (self.perturbations, self.isWhole) = (perturbations, isWhole)
  }

  /// What is wrong with the suite; empty when nothing got past it.
  package var complaints: [String] {
    var complaints = control.rows.filter { $0.status != .pass }.map {
      "the library as it is fails \($0.id): \($0.message ?? $0.status.rawValue)"
    }
    complaints += right.filter { $0.status != .pass }.map {
      "what is right fails: \($0.id) (\($0.status.rawValue)) \($0.place)"
    }
    complaints += kills.filter { !$0.isKilled }.map {
      "survivor: \($0.id) (\($0.status.rawValue)) \($0.place)"
    }
    complaints += perturbations.flatMap(\.survivors).map { "survivor: \($0)" }
    guard isWhole else { return complaints }
    let known = Set(rows.map(\.id))
    complaints += kills.filter { !known.contains($0.row) }.map { "\($0.id) is of no row" }
    for row in rows {
      let count = kills.count { $0.row == row.id }
      if count < Self.leastPerRow {
        complaints.append("\(row.id) has \(count) mutants, at least \(Self.leastPerRow)")
      }
    }
    if kills.count < Self.least { complaints.append("\(kills.count) mutants, at least \(Self.least)") }
    return complaints
  }

  /// The counts in a few lines.
  package var summary: String {
    let killed = kills.filter(\.isKilled)
    let wrong = killed.count { $0.status == .fail }
    let refused = killed.count { $0.status == .error }
    let tried = perturbations.reduce(0) { $0 + $1.tried }
    let inapplicable = perturbations.reduce(0) { $0 + $1.inapplicable }
    let survivors = perturbations.reduce(0) { $0 + $1.survivors.count }
    return """
      Control: \(control.score)/\(control.total) rows pass unchanged, and \(right.count { $0.status == .pass })/\
      \(right.count) operations that are written out without a mistake.
      Mutants: \(kills.count), caught \(killed.count) (\(wrong) by a wrong value, \(refused) by an error, \
      \(killed.count - wrong - refused) by a crash or a limit), survivors \(kills.count - killed.count).
      Perturbations: \(tried), caught \(tried - survivors), survivors \(survivors); not applicable \(inapplicable).
      """
  }

  /// The table as it is committed.
  package var markdown: String {
    let sections = rows.map { section(of: $0) }
    return """
      # Kill table

      What was tried to fool the fixtures, and what caught it. `make audit` makes this file; nothing in it is \
      written by hand.

      A mutant is the library with one operation wrong, scored on its row through the protocol. It is caught when its \
      row is not a pass; the table names the first sample that departs, its status, and the quantity. Where a mistake is \
      made in an operation that is written out, the same without a mistake must pass. A perturbation is \
      a right answer with its largest element changed by 1e-4, that element's sign changed, all elements zero, \
      two axes exchanged, or one NaN; of integers, booleans and strings the first element is changed. Where that \
      changes nothing it is not applicable. Of quantities that cancel only the magnitude is known: there the element \
      is 100 times the largest, and sign, zeros and axes do not apply.

      ```
      \(summary)
      ```

      \(sections.joined(separator: "\n\n"))

      """
  }

  private func section(of row: Suite.Row) -> String {
    let lines = kills.filter { $0.row == row.id }.map { kill in
      "| \(Self.cell(kill.description)) | \(kill.isKilled ? "" : "**survivor** ")\(kill.status.rawValue) "
        + "| \(Self.cell(kill.place)) |"
    }
    let counts = perturbations.first { $0.row == row.id }.map { found in
      "Perturbations: \(found.tried) tried, \(found.inapplicable) not applicable, "
        + "\(found.survivors.count) survivors; quantities that cancel: \(found.cancelling)."
    }
    return
      (["## \(row.id)", "", "| mutant | caught by | where |", "| --- | --- | --- |"] + lines
      + ["", counts ?? "No perturbations."]).joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}
