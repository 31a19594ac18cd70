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
  case none, shape, flattened, dtype, tooFew, firstElement, oneElement, sign, lastPlace, atLimit, beyondLimit
  case nan, nanLost, infinity, infinitySign, infinityLost, negativeZero, zeros
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
    case .atLimit, .beyondLimit: return type.isFloating && kind != .allZero
    case .firstElement: return kind != .notFinite
    case .sign: return kind != .allZero && type != .bool
    default: return true
    }
  }

  /// The format's answer, row by row.
  var passes: Bool {
    switch change {
    case .none, .negativeZero, .atLimit: true
    case .shape, .flattened, .dtype, .tooFew, .firstElement, .oneElement, .beyondLimit: false
    case .sign: kind == .cancels
    case .nan, .nanLost, .infinity, .infinitySign, .infinityLost: false
    case .lastPlace: kind != .allZero
    case .zeros: kind == .allZero || kind == .cancels
    }
  }

  /// The largest last element that passes: 8 or 256 units of the last place of 4, or 64 times the residue.
  private var limit: Double {
    kind == .cancels ? 64 * kind.numbers[3] : 4 * (1 + (type == .float32 ? 8 * 0x1p-23 : 256 * 0x1p-52))
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
    case .firstElement: numbers[0] = kind == .cancels ? 0x1p-11 : numbers[0] == 0 ? 1 : 0
    case .sign: numbers[3] = -numbers[3]
    case .atLimit: numbers[3] = limit
    case .beyondLimit: numbers[3] = limit + (type == .float32 ? limit.ulp * 0x1p29 : limit.ulp)
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

  /// Text that reads the same is another where its bytes are.
  @Test func textsThatReadTheSame() throws {
    let reference = try Reference(value: Value(shape: [], .string(["\u{E9}"])), precision: .float32)
    #expect(Verdict(Value(shape: [], .string(["\u{E9}"])), against: reference).passes)
    #expect(!Verdict(Value(shape: [], .string(["e\u{301}"])), against: reference).passes)
  }

  /// A float32 answer is as exact as it is near the truth, and may be four times as far as PyTorch's.
  @Test(arguments: [
    (4, 4, true), (20, 16, true), (-12, 16, true), (24, 4, false), (33, 8, false), (32, 8, true),
  ])
  func nearTheTruth(_ off: Double, _ reference: Double, _ passes: Bool) throws {
    func value(_ units: Double) -> Value { Value(shape: [1], .float32([Float(4 + units * 0x1p-21)])) }
    let reference = try Reference(
      value: value(reference), truth: Value(shape: [1], .float64([4])), precision: .float32)
    #expect(Verdict(value(off), against: reference).passes == passes)
  }

  /// float32 overflows where the truth does not: the infinity counts, and not how far it is.
  @Test func overflow() throws {
    let reference = try Reference(
      value: Value(shape: [2], .float32([.infinity, 2])), truth: Value(shape: [2], .float64([0x1p200, 2])),
      precision: .float32)
    for (first, passes) in [(Float.infinity, true), (-.infinity, false), (0x1.8p127, false), (.nan, false)] {
      #expect(Verdict(Value(shape: [2], .float32([first, 2])), against: reference).passes == passes)
    }
  }

  /// Where the truth is infinite and PyTorch's answer isn't, nothing is measured.
  @Test func truthsThatOverflow() throws {
    let reference = try Reference(
      value: Value(shape: [2], .float32([1, 2])), truth: Value(shape: [2], .float64([.infinity, 2])),
      precision: .float32)
    for (values, passes) in [([5, 2], true), ([1, 3], false)] as [([Float], Bool)] {
      #expect(Verdict(Value(shape: [2], .float32(values)), against: reference).passes == passes)
    }
  }

  @Test func everyTypeAndKindIsThere() {
    #expect(Set(Line.all.map(\.type)).count == 5)
    #expect(Set(Line.all.map(\.kind)).count == 5)
    #expect(Set(Line.all.map(\.change)).count == Change.allCases.count)
    #expect(Line.all.count > 180)
  }
}
