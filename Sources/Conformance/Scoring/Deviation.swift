// How far an array of floats is from the truth.

import Foundation

/// The distance of *x* from the truth *t*, where the expected *e* and *t* are finite.
struct Deviation {
  /// The position of the first entry that is NaN or infinite where *e* is not, or the reverse.
  private(set) var misplaced: Int?
  /// The position of the entry farthest from the truth; nil when all are exact.
  private(set) var worst: Int?
  /// max|x| over the entries where *e* is finite.
  private(set) var magnitude = 0.0
  /// max|t| over the entries where *e* and *t* are finite.
  private(set) var scale = 0.0
  private var distance = 0.0
  private let epsilon: Double

  /// Measures *x*, which has as many entries as *e* and *t*; without a truth *e* is it.
  init<Number: BinaryFloatingPoint>(of x: [Number], from e: [Number], truth t: [Double]?) {
    epsilon = Double(Number.ulpOfOne)
    for index in x.indices {
      let actual = Double(x[index])
      let expected = Double(e[index])
      guard expected.isFinite else {
        if expected.isNaN ? !actual.isNaN : actual != expected { misplaced = misplaced ?? index }
        continue
      }
      guard actual.isFinite else {
        misplaced = misplaced ?? index
        continue
      }
      magnitude = max(magnitude, abs(actual))
      let truth = t?[index] ?? expected
      guard truth.isFinite else { continue }
      scale = max(scale, abs(truth))
      if abs(actual - truth) > distance {
        distance = abs(actual - truth)
        worst = index
      }
    }
  }

  /// Whether every compared entry of the truth is zero.
  var isTruthZero: Bool { scale == 0 }

  /// E(x): the distance in units of the last place of the largest entry. Zero truths leave only zero or infinity.
  var error: Double {
    if distance == 0 { return 0 }
    return isTruthZero ? .infinity : distance / scale / epsilon
  }
}

/// A number with three significant digits, for messages.
func brief(_ number: Double) -> String {
  number.isFinite ? String(format: "%.3g", number) : "\(number)"
}
