// Dropout: the mask's rate, shape and use in backward, scale, edges of p, given masks, generators, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct DropoutTests {
  @Test(arguments: [0.1, 0.5, 0.9])
  func theKeepRateIsBinomial(p: Double) throws {
    let count = 200_000
    let y = try Functional.dropout(Tensor.ones([count]), p: p, generator: Generator(seed: 3))
    let values = try doubles(y)
    let kept = values.filter { $0 != 0 }
    let deviation = (Double(count) * p * (1 - p)).squareRoot()
    #expect(abs(Double(kept.count) - Double(count) * (1 - p)) < 5 * deviation)
    #expect(kept.allSatisfy { abs($0 * (1 - p) - 1) < 1e-6 })
  }

  /// Neighbours are dropped independently of each other: as many pairs are kept as two single ones predict.
  @Test func elementsAreIndependent() throws {
    let mask = try doubles(
      Functional.dropout(Tensor.ones([100_000]), p: 0.5, generator: Generator(seed: 4)))
    for distance in [1, 2, 16, 1000] {
      let pairs = Double(mask.count - distance)
      let kept = zip(mask, mask.dropFirst(distance)).count { $0 != 0 && $1 != 0 }
      #expect(abs(Double(kept) - pairs / 4) < 5 * (pairs * 5 / 16).squareRoot())
    }
  }

  @Test func wholeChannelsAreDropped() throws {
    let generator = Generator(seed: 5)
    /// Checks that rows of a length are kept or dropped as a whole, and both among the rows of one sample.
    func check(_ y: Tensor, channels: Int, length: Int) throws {
      let values = try doubles(y)
      let rows = stride(from: 0, to: values.count, by: length).map { Set(values[$0..<($0 + length)]) }
      #expect(rows.allSatisfy { $0 == [0] || $0 == [2] })
      #expect(Set(rows.prefix(channels)).count == 2)
      #expect(Set(rows.suffix(channels)).count == 2)
      #expect(Set(stride(from: 0, to: rows.count, by: channels).map { rows[$0] }).count == 2 || y.ndim == 2)
    }
    func ones(_ shape: [Int]) throws -> Tensor { try Tensor.ones(shape) }
    try check(Functional.dropout1D(ones([50, 20, 7]), generator: generator), channels: 20, length: 7)
    try check(Functional.dropout1D(ones([40, 6]), generator: generator), channels: 40, length: 6)
    try check(Functional.dropout2D(ones([20, 30, 3, 4]), generator: generator), channels: 30, length: 12)
    try check(Functional.dropout2D(ones([20, 30, 4]), generator: generator), channels: 30, length: 4)
    try check(Functional.dropout2D(ones([20, 30]), generator: generator), channels: 30, length: 1)
  }

  @Test func backwardUsesTheMaskOfForward() throws {
    let functions: [(Tensor) throws -> Tensor] = [
      { try Functional.dropout($0, p: 0.25, generator: Generator(seed: 6)) },
      { try Functional.dropout1D($0, p: 0.25, generator: Generator(seed: 6)) },
      { try Functional.dropout2D($0, p: 0.25, generator: Generator(seed: 6)) },
    ]
    let x = try variedValues(shape: [4, 5, 3], seed: 1)
    for function in functions {
      #expect(try gradientMismatch([x]) { try function($0[0]) } == nil)
      #expect(try gradientMismatch([x.transposed(1, 2)]) { try function($0[0].transposed(1, 2)) } == nil)
      #expect(
        try secondGradientMismatch([x]) {
          let y = try function($0[0])
          return try y * y
        } == nil)
    }
  }

  @Test func theEdgesOfP() throws {
    let x = try Tensor([1.0, -2, .infinity], requiresGrad: true)
    #expect(try Functional.dropout(x, p: 0) === x)
    #expect(try Functional.dropout(x, training: false) === x)
    #expect(
      try Functional.dropout1D(Tensor.ones([2, 3]), p: 0).data(as: Float.self)
        == Array(repeating: 1, count: 6))
    let y = try Functional.dropout(x, p: 1)
    try y.backward(Tensor([1.0, 1, 1]))
    #expect(try mismatch(y, shape: [3], [0, 0, .nan]) == nil)
    #expect(try mismatch(#require(x.grad), shape: [3], [0, 0, 0]) == nil)
  }

  @Test func givenMasks() throws {
    let x = try variedValues(shape: [2, 3, 4], seed: 2)
    let elements = try variedValues(shape: [2, 3, 4], seed: 3).isGreater(than: Tensor(0.0))
    let channels = try Tensor([[true, false, true], [false, true, true]])
    for mask in [elements, channels, try channels.unsqueezed(2)] {
      let factors = try mask.to(.float64) / 0.75
      let expected = try x * (mask.ndim == 2 ? factors.unsqueezed(2) : factors)
      #expect(try mismatch(Functional.dropout(x, mask: mask, p: 0.25), expected) == nil)
      #expect(try gradientMismatch([x]) { try Functional.dropout($0[0], mask: mask, p: 0.25) } == nil)
    }
    #expect(try Functional.dropout(x, mask: channels, training: false) === x)
    #expect(
      errorText { try Functional.dropout(x, mask: Tensor([true, false, true, true])) }
        == "dropout: shapes [2, 3, 4] and [4], expected a mask of the input's shape, or of its first dimensions"
    )
    #expect(throws: TensorError.self) { try Functional.dropout(x, mask: Tensor.ones([2, 3, 4])) }
    #expect(throws: TensorError.self) { try Functional.dropout(x, mask: channels, p: 2) }
    #expect(throws: TensorError.self) { try Functional.dropout(x, mask: elements.unsqueezed(3)) }
  }

  @Test func modulesDropInTrainingOnly() throws {
    let x = try Tensor.ones([8, 16, 4])
    let modules: [Module] = [
      try Dropout(generator: Generator(seed: 1)), try Dropout1D(generator: Generator(seed: 1)),
      try Dropout2D(generator: Generator(seed: 1)),
    ]
    for module in modules {
      let first = try module(x)
      #expect(try mismatch(module(x), first) != nil)
      try module.eval()
      #expect(try module(x) === x)
    }
    let inTask = try withGenerator(Generator(seed: 1)) { try Dropout()(x) }
    #expect(try mismatch(inTask, Dropout(generator: Generator(seed: 1))(x), units: 0) == nil)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    #expect(
      errorText { try Functional.dropout(Tensor.ones([2]), p: 1.5, training: false) }
        == "dropout: p is 1.5, expected a probability, 0 to 1")
    #expect(throws: TensorError.self) { try Functional.dropout(Tensor.ones([2]), p: .nan) }
    #expect(throws: TensorError.self) { try Functional.dropout(Tensor([1, 2])) }
    #expect(throws: TensorError.self) { try Functional.dropout1D(Tensor.ones([2]), training: false) }
    #expect(throws: TensorError.self) { try Functional.dropout1D(Tensor.ones([2, 3, 4, 5])) }
    #expect(throws: TensorError.self) { try Functional.dropout2D(Tensor.ones([2])) }
    #expect(throws: TensorError.self) { try Dropout(p: -0.1) }
    #expect(throws: TensorError.self) { try Dropout1D(p: 2) }
    #expect(throws: TensorError.self) { try Dropout2D(p: 2) }
    #expect(try Functional.dropout(Tensor([1, 2]), training: false).dtype == .int64)
  }
}
