// The committed fixtures' samples, and what the oracles say of them with one number changed.

import Conformance
import ConformanceAudit
import Foundation
import Testing

/// The fixtures of the repository.
func committedSuite() throws -> Conformance.Suite {
  try Conformance.Suite(directory: committedDirectory)
}

var committedDirectory: URL {
  let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return tests.deletingLastPathComponent().appendingPathComponent("reference")
}

/// All samples of a committed row.
func samples(of id: String) throws -> [Sample] {
  let suite = try committedSuite().filtered(id)
  let fixture = try suite.fixture(of: #require(suite.rows.first))
  return try fixture.sampleNames.map { try fixture.sample($0) }
}

/// A sample of a row that has no cancelling quantity of that name, in float64 so that nothing is its truth but itself.
func sample(of id: String, storing part: Part, _ name: String, operation: String? = nil) throws -> Sample {
  let found = try samples(of: id).first { sample in
    guard case .values(let outputs, let gradients) = sample.expectation else { return false }
    let reference = (part == .outputs ? outputs : gradients)[name]
    return sample.computation.precision == .float64 && reference?.isOrdinary == true
      && (operation == nil || sample.computation.operation == operation)
  }
  return try #require(found)
}

/// Where a quantity is stored.
enum Part { case outputs, gradients }

extension Sample {
  /// A copy in which one entry of a stored quantity, the largest, is larger by a ten-thousandth of it.
  func falsified(_ part: Part, _ name: String) throws -> Sample {
    try replacing(part, name) { value in
      guard case .float64(var numbers) = value.elements,
        let place = numbers.indices.max(by: { abs(numbers[$0]) < abs(numbers[$1]) })
      else { return value }
      numbers[place] *= 1 + 1e-4
      return Value(shape: value.shape, .float64(numbers))
    }
  }

  /// A copy in which a stored quantity is another.
  func replacing(_ part: Part, _ name: String, _ change: (Value) -> Value) throws -> Sample {
    guard case .values(var outputs, var gradients) = expectation else { return self }
    func changed(_ reference: Reference?) throws -> Reference {
      let reference = try #require(reference)
      return try Reference(value: change(reference.value), precision: computation.precision)
    }
    switch part {
    case .outputs: outputs[name] = try changed(outputs[name])
    case .gradients: gradients[name] = try changed(gradients[name])
    }
    return Sample(
      name: self.name, computation: computation, expectation: .values(outputs: outputs, gradients: gradients))
  }

  /// What the oracles find wrong with a row of this sample alone, but for identities that it is too small for.
  var complaints: [String] {
    OracleTable.Row("test/row", [self]).complaints.filter { !$0.hasSuffix("tried on no sample") }
  }
}

extension Reference {
  /// Whether it holds finite numbers that are not all zero.
  fileprivate var isOrdinary: Bool {
    guard case .float64(let numbers) = value.elements, !cancels else { return false }
    return numbers.allSatisfy(\.isFinite) && numbers.contains { $0 != 0 }
  }
}
