// Directional derivatives of the forward function alone, against the gradients that PyTorch gave.

import Conformance
import Foundation
import PuruTorchAdapter

extension OracleSample {
  /// The operands whose gradients are stored and hold something.
  fileprivate var differentiated: [Operand] {
    computation.inputs.filter { gradient($0.name)?.isEmpty == false && $0.value.dtype == "float64" }
  }

  /// Whether finite differences have something to compare with.
  var hasGradients: Bool { !cotangents.isEmpty && !differentiated.isEmpty }
}

/// Compares ⟨cotangent, (f(x + hd) − f(x − hd)) / 2h⟩ with ⟨gradient, d⟩, f being the library's forward function in
/// float64 and the truth where the sample is float32.
struct FiniteDifferences {
  private let sample: OracleSample
  private let implementation = PuruTorchImplementation()
  private var draws = Draws()
  /// How many directions a sample gets.
  private static let directions = 3
  /// A sample that is not smooth is differentiated by its entries, at most so many, drawn from all operands in turn.
  private static let mostEntries = 64
  /// How far two extrapolations may be apart, as a part of the scale, to be believed.
  private static let spread = 1e-10
  /// Steps as parts of what each number is.
  private static let steps = [0x1p-10, 0x1p-11, 0x1p-12, 0x1p-13]

  init(_ sample: OracleSample) { self.sample = sample }

  private typealias Direction = [String: [Double]]

  mutating func check(_ tally: inout Tally) throws {
    guard sample.hasGradients else { return }
    let operands = sample.differentiated.map { ($0.name, $0.value.numbers ?? []) }
    for (name, numbers) in operands where numbers.count != sample.gradient(name)?.count {
      throw OracleError("the gradient of \(name) doesn't fit it")
    }
    // Where something infinite comes out, the sum has no derivative at all.
    guard try value([:], 0) != nil else { return tally.skip() }
    var isSmooth = true
    for _ in 0..<Self.directions where isSmooth {
      let direction = operands.map { name, numbers in
        (name, numbers.map { draws.next() * Self.unit($0) })
      }
      isSmooth = try compare(tangent(Dictionary(direction) { $1 }), &tally)
    }
    guard !isSmooth else { return }
    for (name, index) in entries(of: operands.map { ($0.0, $0.1.count) }) {
      var direction = Dictionary(operands.map { ($0.0, $0.1.map { _ in 0.0 }) }) { $1 }
      direction[name]?[index] = Self.unit(operands.first { $0.0 == name }?.1[index] ?? 1)
      if try !compare(tangent(direction), &tally) { tally.skip() }
    }
  }

  /// Entries of all operands in turn, of each in a drawn order.
  private mutating func entries(of operands: [(name: String, count: Int)]) -> [(String, Int)] {
    let orders = operands.map { operand in
      (operand.name, (0..<operand.count).map { ($0, draws.next()) }.sorted { $0.1 < $1.1 }.map(\.0))
    }
    let turns = (0..<Self.mostEntries).flatMap { turn in
      orders.compactMap { name, order in turn < order.count ? (name, order[turn]) : nil }
    }
    return Array(turns.prefix(Self.mostEntries))
  }

  /// What a number is moved by; what is infinite stays where it is.
  private static func unit(_ number: Double) -> Double {
    guard number.isFinite else { return 0 }
    return number == 0 ? 1 : abs(number)
  }

  /// For CTC the part of a direction that keeps each frame normalised: PyTorch's gradient is right along it only.
  private func tangent(_ direction: Direction) -> Direction {
    guard sample.computation.operation == "ctc_loss", let input = sample.inputs["log_probs"],
      let numbers = input.numbers, var changed = direction["log_probs"], let classes = input.shape.last
    else { return direction }
    for start in stride(from: 0, to: numbers.count, by: max(1, classes)) {
      let frame = start..<(start + classes)
      let total = frame.reduce(0) { $0 + exp(numbers[$1]) }
      let mean = frame.reduce(0) { $0 + changed[$1] * exp(numbers[$1]) } / total
      for index in frame where numbers[index].isFinite { changed[index] -= mean }
    }
    return ["log_probs": changed]
  }

  /// False where the function has no derivative in this direction that differences could tell.
  private func compare(_ direction: Direction, _ tally: inout Tally) throws -> Bool {
    guard let middle = try value(direction, 0) else { return false }
    var central: [Double] = []
    var bends: [Double] = []
    for step in Self.steps {
      guard let ahead = try value(direction, step), let behind = try value(direction, -step) else {
        return false
      }
      central.append((ahead.sum - behind.sum) / (2 * step))
      bends.append(abs(ahead.sum - 2 * middle.sum + behind.sum) / step)
    }
    var (expected, scale) = (0.0, 1e-3 * middle.scale)
    for (name, entries) in direction.sorted(by: { $0.key < $1.key }) {
      let moved = entries.indices.filter { entries[$0] != 0 }
      let gradient = sample.gradient(name) ?? []
      let part = product(moved.map { gradient[$0] }, moved.map { entries[$0] })
      expected += part.sum
      scale = max(scale, part.scale)
    }
    // Where f is smooth the one-sided derivatives approach each other as the step does zero; at a kink they don't.
    guard bends[3] <= 1e-7 * max(scale, middle.scale) || bends[3] < 0.4 * bends[1] else { return false }
    // The errors are powers of the step squared; what removes two of them must be the same for two steps.
    let once = (0..<3).map { (4 * central[$0 + 1] - central[$0]) / 3 }
    let twice = (0..<2).map { (16 * once[$0 + 1] - once[$0]) / 15 }
    guard abs(twice[0] - twice[1]) <= Self.spread * scale || !expected.isFinite else { return false }
    tally.difference(sample.name, twice[1], expected, scale: scale)
    return true
  }

  /// ⟨cotangent, f(x + step · direction)⟩; nil where an output is not finite.
  private func value(_ direction: Direction, _ step: Double) throws -> (sum: Double, scale: Double)? {
    let inputs = sample.computation.inputs.map { operand -> Operand in
      guard let offsets = direction[operand.name], let numbers = operand.value.numbers else {
        return Operand(name: operand.name, value: operand.value, role: operand.role)
      }
      let moved = zip(numbers, offsets).map { $0 + step * $1 }
      return Operand(
        name: operand.name, value: Value(shape: operand.value.shape, .float64(moved)), role: operand.role)
    }
    let outputs = try implementation.evaluate(
      Computation(
        operation: sample.computation.operation, arguments: sample.computation.arguments, precision: .float64,
        inputs: inputs)
    ).outputs
    var total = (sum: 0.0, scale: 0.0)
    for (name, cotangent) in sample.cotangents.sorted(by: { $0.key < $1.key }) {
      guard let numbers = outputs[name]?.numbers, numbers.count == cotangent.count else {
        throw OracleError("the library's \(name) doesn't fit its cotangent")
      }
      let part = product(cotangent, numbers)
      total = (total.sum + part.sum, total.scale + part.scale)
    }
    return total.scale.isFinite ? total : nil
  }
}

/// Numbers in −1..<1, always the same.
struct Draws {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int64(state >> 40)) / Double(1 << 23) - 1
  }
}
