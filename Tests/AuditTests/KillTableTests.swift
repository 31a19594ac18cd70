// The audit's own checks: that mutants are many and distinct, and that what gets past the suite is told.

import Conformance
import ConformanceAudit
import Foundation
import PuruTorchAdapter
import Testing

@Suite struct KillTableTests {
  /// A mutant that is right.
  private static let harmless = Mutant.of(
    "functional/neg", "neg", Mistake(answering: "nothing is wrong") { try Request($0).answer() })[0]

  private func suite() throws -> Conformance.Suite {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Conformance.Suite(
      directory: root.deletingLastPathComponent().appendingPathComponent("reference"))
  }

  private func table(of mutants: [Mutant], isWhole: Bool = false) throws -> KillTable {
    let rows = try suite().filtered("functional/neg")
    let kills = mutants.map { mutant in
      Kill(mutant, Runner(PuruTorchImplementation(mutant.table)).run(rows).rows.first)
    }
    let control = Runner(PuruTorchImplementation()).run(rows)
    return KillTable(rows: rows.rows, control: control, kills: kills, perturbations: [], isWhole: isWhole)
  }

  @Test func idsAreUnique() {
    #expect(Set(Mutant.all.map(\.id)).count == Mutant.all.count)
  }

  @Test func everyRowHasFourMutants() throws {
    #expect(Mutant.all.count >= KillTable.least)
    for row in try suite().rows {
      #expect(Mutant.all.count { $0.row == row.id } >= KillTable.leastPerRow, "\(row.id)")
    }
  }

  @Test func harmlessMutantSurvives() throws {
    let complaints = try table(of: [Self.harmless]).complaints
    #expect(complaints == ["survivor: functional/neg/neg/nothing-is-wrong (pass) "])
  }

  @Test func wrongMutantsAreKilled() throws {
    let mutants = Mutant.all.filter { $0.row == "functional/neg" }
    #expect(try table(of: mutants).complaints == [])
  }

  @Test func tooFewMutantsAreAComplaint() throws {
    let complaints = try table(of: [], isWhole: true).complaints
    #expect(complaints == ["functional/neg has 0 mutants, at least 4", "0 mutants, at least 250"])
  }
}

@Suite struct PerturbationTests {
  private func reference(_ numbers: [Double], _ shape: [Int]) throws -> Reference {
    try Reference(value: Value(shape: shape, .float64(numbers)), precision: .float64)
  }

  @Test func changesOneThing() throws {
    let reference = try reference([1, -4, 2, 3], [2, 2])
    func numbers(_ perturbation: Perturbation) -> Value.Elements? {
      perturbation.applied(to: reference)?.elements
    }
    #expect(numbers(.element) == .float64([1, -4.0004, 2, 3]))
    #expect(numbers(.sign) == .float64([1, 4, 2, 3]))
    #expect(numbers(.zero) == .float64([0, 0, 0, 0]))
    #expect(numbers(.axes) == .float64([1, 2, -4, 3]))
  }

  @Test func sameValueIsNotApplicable() throws {
    let zeros = try reference([0, 0], [2])
    #expect(Perturbation.allCases.filter { $0.applied(to: zeros) != nil } == [.nan])
  }
}
