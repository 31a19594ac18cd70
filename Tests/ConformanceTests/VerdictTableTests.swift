// The verdict's truth table: every way to differ, for every type and every kind of right answer.

import Conformance
import Testing

/// The element types that are judged.
enum Judged: String, CaseIterable, Sendable {
  case float32, float64, int64, bool, string

  var isFloating: Bool { self == .float32 || self == .float64 }

  /// Elements of this type; text and integers are made from the numbers.
  func elements(_ numbers: [Double]) -> Value.Elements {
    switch self {
    case .float32: .float32(numbers.map { Float($0) })
    case .float64: .float64(numbers)
    case .int64: .int64(numbers.map { Int64($0) })
    case .bool: .bool(numbers.map { $0 != 0 })
    case .string: .string(numbers.map { "\($0)" })
    }
  }
}

/// What the right answer looks like.
enum Kind: String, CaseIterable, Sendable {
  case normal, allZero, cancels, empty, notFinite

  /// The right answer; for every type but the floating ones only finite numbers can be.
  var numbers: [Double] {
    switch self {
    case .normal: [1, 0, -2, 4]
    case .allZero: [0, 0, 0, 0]
    case .cancels: [0x1p-20, 0, -0x1p-19, 0x1p-18]
    case .empty: []
    case .notFinite: [.nan, .infinity, -.infinity, 4]
    }
  }

  var shape: [Int] { self == .empty ? [2, 0] : [2, 2] }
}

/// A way to differ from the right answer.
enum Change: String, CaseIterable, Sendable {
  case none, shape, flattened, dtype, tooFew, oneElement, lastPlace, nan, nanLost, infinity, infinitySign
  case infinityLost, negativeZero, zeros
}

/// One line of the table.
struct Line: Sendable, CustomTestStringConvertible {
  let type: Judged
  let kind: Kind
  let change: Change
  var testDescription: String { "\(type.rawValue), \(kind.rawValue), \(change.rawValue)" }

  /// All lines that can be: integers, Booleans and text cancel nothing, hold no NaN, and have no last place.
  static let all: [Line] = Judged.allCases.flatMap { type in
    Kind.allCases.flatMap { kind in Change.allCases.map { Line(type: type, kind: kind, change: $0) } }
  }.filter(\.isPossible)

  private var isPossible: Bool {
    if !type.isFloating, kind == .cancels || kind == .notFinite { return false }
    let isElement = ![.none, .shape, .flattened, .dtype].contains(change)
    if kind == .empty, isElement { return false }
    switch change {
    case .nan, .infinity, .negativeZero, .lastPlace: return type.isFloating
    case .nanLost, .infinitySign, .infinityLost: return kind == .notFinite
    default: return true
    }
  }

  /// The format's answer, row by row.
  var passes: Bool {
    switch change {
    case .none, .negativeZero: true
    case .shape, .flattened, .dtype, .tooFew, .oneElement: false
    case .nan, .nanLost, .infinity, .infinitySign, .infinityLost: false
    case .lastPlace: kind != .allZero
    case .zeros: kind == .allZero || kind == .cancels
    }
  }

  var expected: Value { Value(shape: kind.shape, type.elements(kind.numbers)) }

  /// The right answer with the change.
  var actual: Value {
    var numbers = kind.numbers
    switch change {
    case .none: break
    case .shape: return Value(shape: kind == .empty ? [0, 2] : [4, 1], type.elements(numbers))
    case .flattened: return Value(shape: [numbers.count], type.elements(numbers))
    case .dtype:
      let other: Judged = type == .float64 ? .float32 : type == .float32 ? .float64 : .float32
      return Value(shape: kind.shape, other.elements(numbers))
    case .tooFew: return Value(shape: kind.shape, type.elements(Array(numbers.dropLast())))
    case .oneElement: numbers[3] = kind == .cancels ? 65 * numbers[3] : numbers[3] == 0 ? 1 : 0
    case .lastPlace: numbers[3] += type == .float32 ? 0x1p-21 * max(1, abs(numbers[3]) / 4) : 0x1p-50
    case .nan: numbers[3] = .nan
    case .nanLost: numbers[0] = 0
    case .infinity: numbers[3] = .infinity
    case .infinitySign: numbers[1] = -.infinity
    case .infinityLost: numbers[2] = type == .float32 ? -3.4e38 : -1.7e308
    case .negativeZero: for index in numbers.indices where numbers[index] == 0 { numbers[index] = -0.0 }
    case .zeros: numbers = numbers.map { _ in 0 }
    }
    return Value(shape: kind.shape, type.elements(numbers))
  }

  func reference() throws -> Reference {
    let precision: Precision = type == .float64 ? .float64 : .float32
    // What cancels is residue: float32's truth is far smaller than what rounding left.
    let truth = kind == .cancels ? kind.numbers.map { $0 * 0x1p-29 } : kind.numbers
    return try Reference(
      value: expected, truth: type == .float32 ? Value(shape: kind.shape, .float64(truth)) : nil,
      cancels: kind == .cancels, precision: precision)
  }
}

@Suite struct VerdictTableTests {
  @Test(arguments: Line.all) func line(_ line: Line) throws {
    let verdict = Verdict(line.actual, against: try line.reference())
    #expect(verdict.passes == line.passes, "\(verdict.failure ?? "passes")")
  }

  @Test func everyTypeAndKindIsThere() {
    #expect(Set(Line.all.map(\.type)).count == 5)
    #expect(Set(Line.all.map(\.kind)).count == 5)
    #expect(Set(Line.all.map(\.change)).count == Change.allCases.count)
    #expect(Line.all.count > 150)
  }
}
