// One number that knows what it was computed from: the chain rule on scalars, for the written-out definitions.

import Foundation

/// How numbers depend on each other, in the order in which they were computed.
final class Tape {
  private var starts = [0]
  private var sources: [Int] = []
  private var slopes: [Double] = []

  /// A number that others are differentiated by.
  func variable(_ value: Double) -> Number { number(value, []) }

  /// A number that was computed from others, with its derivative by each of them.
  fileprivate func number(_ value: Double, _ terms: [(Number, slope: Double)]) -> Number {
    for (number, slope) in terms where number.tape != nil {
      sources.append(number.place)
      slopes.append(slope)
    }
    starts.append(sources.count)
    return Number(value, starts.count - 2, self)
  }

  /// The derivatives of a weighted sum of numbers by every number of the tape; zero where it doesn't depend on one.
  func derivatives(of heads: [(Number, weight: Double)]) -> [Double] {
    var derivatives = Array(repeating: 0.0, count: starts.count - 1)
    var isReached = derivatives.map { _ in false }
    for (head, weight) in heads where head.tape != nil {
      derivatives[head.place] += weight
      isReached[head.place] = true
    }
    for place in derivatives.indices.reversed() where isReached[place] {
      for edge in starts[place]..<starts[place + 1] {
        derivatives[sources[edge]] += derivatives[place] * slopes[edge]
        isReached[sources[edge]] = true
      }
    }
    return derivatives
  }
}

/// A number; a constant, or one of a tape.
struct Number {
  let value: Double
  /// The place on the tape; without meaning for a constant.
  let place: Int
  fileprivate let tape: Tape?

  fileprivate init(_ value: Double, _ place: Int, _ tape: Tape) {
    (self.value, self.place, self.tape) = (value, place, tape)
  }

  /// A constant.
  init(_ value: Double) { (self.value, place, tape) = (value, 0, nil) }

  /// A function of some numbers, with its derivative by each of them.
  init(_ value: Double, of terms: [(Number, slope: Double)]) {
    guard let tape = terms.lazy.compactMap(\.0.tape).first else {
      self.init(value)
      return
    }
    self = tape.number(value, terms)
  }

  static var nan: Number { Number(.nan) }

  /// Whether a tape knows it.
  var isVariable: Bool { tape != nil }

  static prefix func - (one: Number) -> Number { Number(-one.value, of: [(one, -1)]) }

  static func + (one: Number, other: Number) -> Number {
    Number(one.value + other.value, of: [(one, 1), (other, 1)])
  }

  static func - (one: Number, other: Number) -> Number {
    Number(one.value - other.value, of: [(one, 1), (other, -1)])
  }

  static func * (one: Number, other: Number) -> Number {
    Number(one.value * other.value, of: [(one, other.value), (other, one.value)])
  }

  static func / (one: Number, other: Number) -> Number {
    let quotient = one.value / other.value
    return Number(quotient, of: [(one, 1 / other.value), (other, -quotient / other.value)])
  }

  /// The sum of many.
  static func sum(_ terms: [Number]) -> Number {
    Number(terms.reduce(0) { $0 + $1.value }, of: terms.map { ($0, 1) })
  }

  var exponential: Number {
    let value = exp(self.value)
    return Number(value, of: [(self, value)])
  }

  var logarithm: Number { Number(log(value), of: [(self, 1 / value)]) }

  var root: Number {
    let root = value.squareRoot()
    return Number(root, of: [(self, 1 / (2 * root))])
  }

  var tangent: Number {
    let value = tanh(self.value)
    return Number(value, of: [(self, 1 - value * value)])
  }

  var logistic: Number {
    let value = 1 / (1 + exp(-self.value))
    return Number(value, of: [(self, value * (1 - value))])
  }

  /// Nothing flows back through what is cut off; at zero the derivative is 0.
  var rectified: Number { value <= 0 ? Number(0) : self }

  /// xⁿ. The derivative by x of x⁰ is 0, that by n of 0ⁿ is 0 for n ≥ 0.
  func power(_ exponent: Number) -> Number {
    let (x, n) = (value, exponent.value)
    let result = pow(x, n)
    let byBase = n == 0 ? 0 : n * pow(x, n - 1)
    let byExponent = x == 0 && n >= 0 ? 0 : result * log(x)
    return Number(result, of: [(self, byBase), (exponent, byExponent)])
  }
}
