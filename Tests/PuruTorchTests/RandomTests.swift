// Random tensors: moments and ranges, streams that repeat and that don't, which generator is used, refusals.

import Foundation
import PuruTorch
import TestSupport
import Testing

@Suite struct RandomTests {
  private let count = 200_000

  /// Mean, variance, skewness and kurtosis.
  private func moments(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    func central(_ power: Double) -> Double {
      values.reduce(0) { $0 + pow($1 - mean, power) } / Double(values.count)
    }
    let variance = central(2)
    return [mean, variance, central(3) / pow(variance, 1.5), central(4) / (variance * variance)]
  }

  @Test(arguments: [DType.float32, .float64])
  func uniformNumbers(dtype: DType) throws {
    let x = try Tensor.uniform([count], low: -2, high: 4, dtype: dtype, generator: Generator(seed: 1))
    let values = try doubles(x)
    #expect(x.dtype == dtype)
    #expect(values.allSatisfy { $0 >= -2 && $0 < 4 })
    for (found, expected) in zip(moments(values), [1, 3, 0, 1.8]) { #expect(abs(found - expected) < 0.03) }
    #expect(Set(values).count > count * 9 / 10)
  }

  @Test(arguments: [DType.float32, .float64])
  func normalNumbers(dtype: DType) throws {
    let x = try Tensor.normal(
      [count], mean: 3, standardDeviation: 2, dtype: dtype, generator: Generator(seed: 2))
    let values = try doubles(x)
    for (found, expected) in zip(moments(values), [3.0, 4, 0, 3]) { #expect(abs(found - expected) < 0.06) }
    let outside = values.count { abs($0 - 3) > 4 }
    #expect(abs(Double(outside) / Double(count) - 0.0455) < 0.003)
  }

  @Test func integersAndBooleans() throws {
    let x = try Tensor.randint(-3, 4, [70_000], generator: Generator(seed: 3)).data(as: Int64.self)
    for value in Int64(-3)..<4 { #expect(abs(x.count { $0 == value } - 10_000) < 500) }
    #expect(x.allSatisfy { $0 >= -3 && $0 < 4 })
    let fromZero = try Tensor.randint(10, [64], generator: Generator(seed: 3)).data(as: Int64.self)
    let same = try Tensor.randint(0, 10, [64], generator: Generator(seed: 3)).data(as: Int64.self)
    #expect(fromZero == same)
    let coins = try Tensor.bernoulli([count], p: 0.3, generator: Generator(seed: 4))
    #expect(coins.dtype == .float32)
    #expect(abs(try coins.mean().item() - 0.3) < 0.005)
    #expect(
      try Tensor.bernoulli([9], p: 1, dtype: .bool).data(as: Bool.self) == Array(repeating: true, count: 9))
  }

  @Test func aSeedIsAStream() throws {
    let (a, b) = (Generator(seed: 7), Generator(seed: 7))
    let whole = try Tensor.uniform([10], generator: a)
    let parts = [try Tensor.uniform([3], generator: b), try Tensor.uniform([7], generator: b)]
    #expect(try doubles(whole) == parts.flatMap { try doubles($0) })
    #expect(try doubles(Tensor.uniform([10], generator: a)) != doubles(whole))
    a.manualSeed(7)
    #expect(try doubles(Tensor.uniform([10], generator: a)) == doubles(whole))
    #expect(try doubles(Tensor.uniform([10], generator: Generator(seed: 8))) != doubles(whole))
    #expect(a.seed == 7)
  }

  @Test func theArgumentWinsOverTheTaskOverTheGlobalGenerator() throws {
    let expected = try doubles(Tensor.normal([5], generator: Generator(seed: 9)))
    try withGenerator(Generator(seed: 9)) { () throws -> Void in
      #expect(try doubles(Tensor.normal([5])) == expected)
      #expect(try doubles(Tensor.normal([5])) != expected)
      #expect(try doubles(Tensor.normal([5], generator: Generator(seed: 9))) == expected)
      manualSeed(9)
      #expect(try doubles(Tensor.normal([5])) == expected)
      #expect(Generator.current !== Generator.global)
    }
    #expect(Generator.current === Generator.global)
    #expect(try doubles(Tensor.normal([5])) != doubles(Tensor.normal([5])))
  }

  @Test func shapesAndRefusals() throws {
    #expect(try Tensor.uniform([]).shape == [])
    #expect(try Tensor.normal([0, 3]).shape == [0, 3])
    #expect(try Tensor.normal([2], requiresGrad: true).requiresGrad)
    #expect(try doubles(Tensor.uniform([2], low: 1, high: 1)) == [1, 1])
    #expect(try doubles(Tensor.normal([2], mean: 5, standardDeviation: 0)) == [5, 5])
    #expect(
      errorText { try Tensor.uniform([2], low: 2, high: 1) }
        == "uniform: low is 2.0 with high 1.0, expected finite numbers, low at most high")
    #expect(throws: TensorError.self) { try Tensor.uniform([2], high: .infinity) }
    #expect(throws: TensorError.self) { try Tensor.uniform([2], dtype: .int64) }
    #expect(throws: TensorError.self) { try Tensor.uniform([-1]) }
    #expect(throws: TensorError.self) { try Tensor.normal([2], standardDeviation: -1) }
    #expect(throws: TensorError.self) { try Tensor.normal([2], standardDeviation: .nan) }
    #expect(throws: TensorError.self) { try Tensor.bernoulli([2], p: 1.5) }
    #expect(throws: TensorError.self) { try Tensor.randint(3, 3, [2]) }
    #expect(
      errorText { try Tensor.randint(0, [2]) } == "randint: low is 0 with high 0, expected less than high")
  }
}
