// Where in a tensor the errors are: a small map for people.

import Foundation

/// The errors of one quantity, seen as a matrix: the last dimension by all others.
///
/// A matrix of more than ``largestSide`` rows or columns is divided evenly; a cell holds the largest error of its
/// entries. It is made for looking: the verdict doesn't depend on it.
public struct ErrorMap: Equatable, Sendable {
  /// The most rows, and the most columns.
  public static let largestSide = 24

  /// How many columns there are.
  public let columns: Int
  /// The largest error of each cell in units of the limit, row by row, with two significant digits; what is over 1
  /// fails. Infinite where no distance can be told: what must be equal and is not, NaN and infinity in the wrong
  /// place, anything but zero where the truth is all zeros.
  public let cells: [Double]

  /// How many rows there are.
  public var rows: Int { cells.count / columns }

  /// A map that was made before; nil where the cells don't fill the rows.
  package init?(columns: Int, cells: [Double]) {
    guard columns > 0, !cells.isEmpty, cells.count.isMultiple(of: columns),
      columns <= Self.largestSide, cells.count / columns <= Self.largestSide
    else { return nil }
    self.columns = columns
    self.cells = cells
  }

  /// Maps a value's errors; nil where type or shape is not the answer's, and for what is empty.
  package init?(_ actual: Value, against reference: Reference) {
    let expected = reference.value
    guard actual.shape == expected.shape else { return nil }
    switch (actual.elements, expected.elements) {
    case (.float32(let x), .float32(let e)):
      self.init(actual, expected, Self.errors(of: x, from: e, reference))
    case (.float64(let x), .float64(let e)):
      self.init(actual, expected, Self.errors(of: x, from: e, reference))
    case (.int64(let x), .int64(let e)): self.init(actual, expected) { x[$0] == e[$0] ? 0 : .infinity }
    case (.bool(let x), .bool(let e)): self.init(actual, expected) { x[$0] == e[$0] ? 0 : .infinity }
    case (.string(let x), .string(let e)):
      self.init(actual, expected) { x[$0].utf8.elementsEqual(e[$0].utf8) ? 0 : .infinity }
    default: return nil
    }
  }

  private init?(_ actual: Value, _ expected: Value, _ error: (Int) -> Double) {
    let count = expected.elements.count
    guard count > 0, actual.elements.count == count else { return nil }
    let width = expected.shape.last ?? 1
    let height = count / width
    columns = min(width, Self.largestSide)
    let rows = min(height, Self.largestSide)
    var largest = [Double](repeating: 0, count: rows * columns)
    for index in 0..<count {
      let cell = index / width * rows / height * columns + index % width * columns / width
      largest[cell] = max(largest[cell], error(index))
    }
    cells = largest.map(Self.rounded)
  }

  /// The error of each entry by the verdict's rules.
  private static func errors<Number: BinaryFloatingPoint>(
    of x: [Number], from e: [Number], _ reference: Reference
  ) -> (Int) -> Double {
    let truth = reference.truth
    let limit = reference.limit ?? 1
    let expected = Deviation(of: e, from: e, truth: truth)
    let cancels = reference.cancels && !expected.isTruthZero
    let unit = cancels ? expected.magnitude : expected.scale * Double(Number.ulpOfOne)
    return { index in
      let (actual, answer) = (Double(x[index]), Double(e[index]))
      guard answer.isFinite, actual.isFinite else {
        return actual == answer || actual.isNaN && answer.isNaN ? 0 : .infinity
      }
      let exact = truth?[index] ?? answer
      guard cancels || exact.isFinite else { return 0 }
      let distance = cancels ? abs(actual) : abs(actual - exact)
      return distance == 0 ? 0 : distance / unit / limit
    }
  }

  /// A number with two significant digits.
  private static func rounded(_ number: Double) -> Double {
    guard number > 1e-300, number.isFinite else { return number > 1e-300 ? number : 0 }
    let exponent = Int(log10(number).rounded(.down)) - 1
    let power = pow(10, Double(abs(exponent)))
    guard power.isFinite else { return number }
    return exponent < 0 ? (number * power).rounded() / power : (number / power).rounded() * power
  }
}
