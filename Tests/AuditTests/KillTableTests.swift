// The kill table's own checks: that what gets past the suite is told, and that mutants are many and distinct.

import Conformance
import ConformanceAudit
import Foundation
import PuruTorch
import PuruTorchAdapter
import Testing

@Suite struct KillTableTests {
  /// A mutant that is right.
  private static let harmless = Mutant.of(
    "functional/neg", "neg", Mistake(answering: "nothing is wrong") { try Request($0).answer() })[0]

  private static let broken = Mutant.of("functional/neg", "neg", .broken)[0]

  private func table(
    of mutants: [Mutant], right: [Mutant] = [], control: any Implementation = PuruTorchImplementation(),
    isWhole: Bool = false
  ) throws -> KillTable {
    let rows = try committedSuite().filtered("functional/neg")
    func kills(_ mutants: [Mutant]) -> [Kill] {
      mutants.map { Kill($0, Runner(PuruTorchImplementation($0.table)).run(rows).rows.first) }
    }
    return KillTable(
      rows: rows.rows, control: Runner(control).run(rows), right: kills(right), kills: kills(mutants),
      perturbations: rows.rows.map { RowPerturbations($0, of: rows) }, isWhole: isWhole)
  }

  @Test func idsAreUnique() {
    #expect(Set((Mutant.all + Mutant.right).map(\.id)).count == Mutant.all.count + Mutant.right.count)
  }

  @Test func everyRowHasFourMutants() throws {
    #expect(Mutant.all.count >= 250)
    let suite = try committedSuite()
    for row in suite.rows {
      #expect(Mutant.all.count { $0.row == row.id } >= 4, "\(row.id)")
    }
    #expect(Set(Mutant.all.map(\.row)) == Set(suite.rows.map(\.id)))
  }

  @Test func harmlessMutantSurvives() throws {
    let complaints = try table(of: [Self.harmless]).complaints
    #expect(complaints == ["survivor: functional/neg/neg/nothing-is-wrong (pass) "])
  }

  @Test func wrongMutantsAreKilled() throws {
    let mutants = Mutant.all.filter { $0.row == "functional/neg" }
    let table = try table(of: mutants, right: [Self.harmless])
    #expect(table.complaints == [])
    #expect(table.summary.contains("Mutants: \(mutants.count), caught \(mutants.count) "))
  }

  @Test func tooFewMutantsAreAComplaint() throws {
    let complaints = try table(of: [], isWhole: true).complaints
    #expect(complaints == ["functional/neg has 0 mutants, at least 4", "0 mutants, at least 250"])
  }

  @Test func brokenLibraryIsAComplaint() throws {
    let complaints = try table(of: [], control: PuruTorchImplementation(Self.broken.table)).complaints
    #expect(complaints.count == 1)
    #expect(complaints.first?.hasPrefix("the library as it is fails functional/neg") == true)
  }

  @Test func brokenRightVersionIsAComplaint() throws {
    let complaints = try table(of: [], right: [Self.broken]).complaints
    #expect(complaints.count == 1)
    #expect(
      complaints.first?.hasPrefix("what is right fails: functional/neg/neg/it-is-broken (fail)") == true)
  }

  @Test func mutantWithoutAResultSurvives() {
    #expect(!Kill(Self.broken, nil).isKilled)
    #expect(!Kill(Self.broken, failure: "no child").isKilled)
  }

  @Test(arguments: Mutant.right.map(\.id))
  func writtenOutOperationsAreRight(id: String) throws {
    let mutant = try #require(Mutant.right.first { $0.id == id })
    let rows = try committedSuite().filtered(mutant.row)
    let kill = Kill(mutant, Runner(PuruTorchImplementation(mutant.table)).run(rows).rows.first)
    #expect(kill.status == .pass, "\(kill.place)")
  }
}

extension Mistake {
  /// The answer has the wrong sign.
  fileprivate static let broken = Mistake(answering: "it is broken") { call in
    var results = try Request(call).answer()
    results.tensors["output"] = try -results.tensor("output")
    return results
  }
}

/// The fixtures of the repository.
func committedSuite() throws -> Conformance.Suite {
  let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try Conformance.Suite(
    directory: tests.deletingLastPathComponent().appendingPathComponent("reference"))
}
