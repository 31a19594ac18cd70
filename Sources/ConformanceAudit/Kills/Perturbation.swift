// Perturbed values: the right answers of the fixtures, each made wrong in one way and judged.

import Conformance

/// A way to make a right answer wrong.
package enum Perturbation: String, CaseIterable, Sendable {
  case element = "element"
  case sign = "sign"
  case zero = "zero"
  case axes = "axes"
  case nan = "NaN"

  /// The changed value; nil where the change changes nothing, or does not exist for the type.
  ///
  /// Of a quantity that cancels only the magnitude is known: there the element is a hundred times the largest, and
  /// sign, zero and axes do not apply.
  package func applied(to reference: Reference) -> Value? {
    let value = reference.value
    if reference.cancels && (self == .sign || self == .zero || self == .axes) { return nil }
    let factor = reference.cancels ? 100 : 1 + 1e-4
    let elements: Value.Elements?
    switch value.elements {
    case .float32(let numbers): elements = changed(numbers, value.shape, factor).map { .float32($0) }
    case .float64(let numbers): elements = changed(numbers, value.shape, factor).map { .float64($0) }
    case .int64(let numbers): elements = firstChanged(numbers) { $0 &+ 1 }.map { .int64($0) }
    case .bool(let flags): elements = firstChanged(flags) { !$0 }.map { .bool($0) }
    case .string(let texts): elements = firstChanged(texts) { $0 + "?" }.map { .string($0) }
    }
    return elements.map { Value(shape: value.shape, $0) }
  }

  /// Whatever is not a number has one element changed, and no other perturbation.
  private func firstChanged<Element>(_ elements: [Element], _ change: (Element) -> Element) -> [Element]? {
    guard self == .element, let first = elements.first else { return nil }
    return [change(first)] + elements.dropFirst()
  }

  private func changed<Number: BinaryFloatingPoint>(
    _ numbers: [Number], _ shape: [Int], _ factor: Double
  ) -> [Number]? {
    var result = numbers
    let largest = numbers.indices.filter { numbers[$0].isFinite }.max { abs(numbers[$0]) < abs(numbers[$1]) }
    switch self {
    case .element:
      guard let largest else { return nil }
      result[largest] = Number(Double(numbers[largest]) * factor)
    case .sign:
      guard let largest else { return nil }
      result[largest] = -numbers[largest]
    case .zero: result = numbers.map { _ in 0 }
    case .axes: result = Self.exchanged(numbers, shape) ?? numbers
    case .nan:
      guard let place = numbers.firstIndex(where: { !$0.isNaN }) else { return nil }
      result[place] = .nan
    }
    let isSame = zip(numbers, result).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    return isSame ? nil : result
  }

  /// The elements with the two last dimensions of a size above one exchanged, in the old shape.
  private static func exchanged<Number>(_ numbers: [Number], _ shape: [Int]) -> [Number]? {
    let long = shape.indices.filter { shape[$0] > 1 }.suffix(2)
    guard let (first, last) = long.count == 2 ? (long[long.startIndex], long[long.endIndex - 1]) : nil,
      !numbers.isEmpty
    else { return nil }
    let inner = shape[(last + 1)...].reduce(1, *)
    let block = shape[first...].reduce(1, *)
    let (rows, columns) = (shape[first], block / shape[first] / inner)
    return numbers.indices.map { index in
      let (outer, rest) = (index / block * block, index % block)
      let (cell, offset) = (rest / inner, rest % inner)
      return numbers[outer + (cell % rows * columns + cell / rows) * inner + offset]
    }
  }
}

/// What became of the perturbed values of one row.
package struct RowPerturbations: Sendable {
  /// The row's id.
  package let row: String
  /// How many were judged.
  package private(set) var tried = 0
  /// How many would have changed nothing.
  package private(set) var inapplicable = 0
  /// How many quantities cancel.
  package private(set) var cancelling = 0
  /// Those that passed, and what could not be read.
  package private(set) var survivors: [String] = []

  /// Perturbs every quantity of every sample of a row's fixture.
  package init(_ row: Suite.Row, of suite: Suite) {
    self.row = row.id
    do {
      let fixture = try suite.fixture(of: row)
      for name in fixture.sampleNames { judge(try fixture.sample(name)) }
    } catch {
      survivors.append("\(row.id): \(error)")
    }
  }

  private mutating func judge(_ sample: Sample) {
    guard case .values(let outputs, let gradients) = sample.expectation else { return }
    for (part, references) in [("outputs", outputs), ("gradients", gradients)] {
      for (name, reference) in references.sorted(by: { $0.key < $1.key }) {
        cancelling += reference.cancels ? 1 : 0
        for perturbation in Perturbation.allCases {
          guard let value = perturbation.applied(to: reference) else {
            inapplicable += 1
            continue
          }
          tried += 1
          guard Verdict(value, against: reference).passes else { continue }
          survivors.append("\(row), sample \(sample.name), \(part)/\(name): \(perturbation.rawValue)")
        }
      }
    }
  }
}
