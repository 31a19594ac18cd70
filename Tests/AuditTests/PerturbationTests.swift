// Perturbed values: what each changes, where it would change nothing, and that survivors are told.

import Conformance
import ConformanceAudit
import Testing

@Suite struct PerturbationTests {
  private func reference(_ numbers: [Double], _ shape: [Int], cancels: Bool = false) throws -> Reference {
    try Reference(value: Value(shape: shape, .float64(numbers)), cancels: cancels, precision: .float64)
  }

  @Test func changesOneThing() throws {
    let reference = try reference([1, -4, 2, 3], [2, 2])
    func numbers(_ perturbation: Perturbation) -> [Double]? {
      guard case .float64(let numbers)? = perturbation.applied(to: reference)?.elements else { return nil }
      return numbers
    }
    #expect(numbers(.element) == [1, -4 * (1 + 1e-4), 2, 3])
    #expect(numbers(.sign) == [1, 4, 2, 3])
    #expect(numbers(.zero) == [0, 0, 0, 0])
    #expect(numbers(.axes) == [1, 2, -4, 3])
    let poisoned = try #require(numbers(.nan))
    #expect(poisoned[0].isNaN)
    #expect(Array(poisoned.dropFirst()) == [-4, 2, 3])
  }

  @Test func exchangesTheLastLongAxes() throws {
    let reference = try reference((0..<12).map(Double.init), [2, 1, 3, 1, 2])
    let changed = Perturbation.axes.applied(to: reference)
    #expect(changed?.shape == [2, 1, 3, 1, 2])
    #expect(changed?.elements == .float64([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]))
  }

  @Test func changesOneOfWhatIsNoNumber() throws {
    func changed(_ elements: Value.Elements) throws -> [Value.Elements?] {
      let reference = try Reference(value: Value(shape: [2], elements), precision: .float32)
      return Perturbation.allCases.map { $0.applied(to: reference)?.elements }
    }
    #expect(try changed(.int64([1, 2])) == [.int64([2, 2]), nil, nil, nil, nil])
    #expect(try changed(.bool([true, true])) == [.bool([false, true]), nil, nil, nil, nil])
    #expect(try changed(.string(["a", "b"])) == [.string(["a?", "b"]), nil, nil, nil, nil])
  }

  @Test func sameValueIsNotApplicable() throws {
    let zeros = try reference([0, 0], [2])
    #expect(Perturbation.allCases.filter { $0.applied(to: zeros) != nil } == [.nan])
    let symmetric = try reference([1, 2, 2, 3], [2, 2])
    #expect(Perturbation.axes.applied(to: symmetric) == nil)
    let empty = try reference([], [0, 2])
    #expect(Perturbation.allCases.filter { $0.applied(to: empty) != nil } == [])
  }

  @Test func ofWhatCancelsTheMagnitudeIsChanged() throws {
    let reference = try reference([1, -4, 2, 3], [2, 2], cancels: true)
    #expect(Perturbation.allCases.filter { $0.applied(to: reference) != nil } == [.element, .nan])
    #expect(Perturbation.element.applied(to: reference)?.elements == .float64([1, -400, 2, 3]))
  }

  @Test func everyQuantityIsPerturbed() throws {
    let suite = try committedSuite().filtered("functional/neg")
    let row = try #require(suite.rows.first)
    let found = RowPerturbations(row, of: suite)
    #expect(found.survivors == [])
    let fixture = try suite.fixture(of: row)
    let quantities = try fixture.sampleNames.reduce(0) { sum, name in
      guard case .values(let outputs, let gradients) = try fixture.sample(name).expectation else {
        return sum
      }
      return sum + outputs.count + gradients.count
    }
    #expect(found.tried + found.inapplicable == quantities * Perturbation.allCases.count)
  }
}
