// Batch normalisation: PyTorch's values, gradients by finite differences, running statistics, modules, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct NormalizationTests {
  private let input: Tensor
  private let mean: Tensor
  private let variance: Tensor
  private let weight: Tensor
  private let bias: Tensor

  init() throws {
    input = try variedValues(shape: [4, 3], seed: 6) * 2 + 1
    mean = try variedValues(shape: [3], seed: 7)
    variance = try variedValues(shape: [3], seed: 8) + 2
    weight = try variedValues(shape: [3], seed: 9) + 1
    bias = try variedValues(shape: [3], seed: 10)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func trainingMovesTheRunningStatistics() throws {
    let output = try Functional.batchNorm(
      input, runningMean: mean, runningVar: variance, weight: weight, bias: bias, training: true,
      momentum: 0.25, eps: 0.01)
    #expect(
      try mismatch(
        output, shape: [4, 3],
        [
          -0.3769739939959671, -0.9006868472676345, 1.7986659263114022, -0.2339806030170795,
          1.509749586682877,
          -3.460727058961203, 0.4034730613381836, -0.3922921122994971, -0.09341657513875483,
          0.433189543487363,
          -2.7865338107094946, -1.959060866430194,
        ]) == nil)
    #expect(
      try mismatch(mean, shape: [3], [0.3210906982421875, 1.0142860412597656, 0.8786697387695312]) == nil)
    #expect(
      try mismatch(variance, shape: [3], [2.7189714942748346, 1.4969293674609314, 2.5069019809986153]) == nil)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func evaluationUsesThem() throws {
    let before = try doubles(mean)
    let output = try Functional.batchNorm(
      input, runningMean: mean, runningVar: variance, weight: weight, bias: bias, eps: 0.01)
    #expect(
      try mismatch(
        output, shape: [4, 3],
        [
          -0.031563584695212844, -0.3142157017875024, 0.9814049248964748, 0.09620936302519277,
          1.1209253989671648, -2.1136179062849334, 0.6658114486339723, -0.011524384446159212,
          -0.13203888066534425, 0.6923648613063249, -1.437023359707414, -1.2299244527416762,
        ]) == nil)
    #expect(try doubles(mean) == before)
  }

  @Test(arguments: [[4, 3], [2, 3, 5], [2, 3, 2, 2]], [true, false])
  func gradients(shape: [Int], training: Bool) throws {
    let x = try variedValues(shape: shape, seed: 11)
    func norm(_ x: Tensor, _ weight: Tensor?, _ bias: Tensor?) throws -> Tensor {
      try Functional.batchNorm(
        x, runningMean: mean.clone(), runningVar: variance.clone(), weight: weight, bias: bias,
        training: training, eps: 0.01)
    }
    #expect(try gradientMismatch([x, weight, bias]) { try norm($0[0], $0[1], $0[2]) } == nil)
    #expect(try gradientMismatch([x]) { try norm($0[0], nil, nil) } == nil)
    #expect(try gradientMismatch([x, weight]) { try norm($0[0], $0[1], nil) } == nil)
    #expect(try gradientMismatch([x, bias]) { try norm($0[0], nil, $0[1]) } == nil)
    #expect(try gradientMismatch([weight, bias]) { try norm(x, $0[0], $0[1]) } == nil)
    #expect(
      try gradientMismatch([x.transposed(0, -1)]) { try norm($0[0].transposed(0, -1), weight, bias) } == nil)
    #expect(try secondGradientMismatch([x, weight, bias]) { try norm($0[0], $0[1], $0[2]) } == nil)
    #expect(try secondGradientMismatch([x]) { try norm($0[0], nil, nil) } == nil)
  }

  @Test func emptyBatchesChangeNothing() throws {
    let x = try Tensor.zeros([0, 3], dtype: .float64, requiresGrad: true)
    let factor = try weight.detach().clone().setRequiresGrad()
    let before = try doubles(mean)
    let output = try Functional.batchNorm(
      x, runningMean: mean, runningVar: variance, weight: factor, bias: bias, training: true)
    try output.backward()
    #expect(output.shape == [0, 3])
    #expect(try doubles(#require(factor.grad)) == [0, 0, 0])
    #expect(try doubles(mean) == before)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    func refuses(
      _ x: Tensor? = nil, mean: Tensor? = nil, variance: Tensor? = nil, weight: Tensor? = nil,
      training: Bool = true, eps: Double = 1e-5
    ) {
      #expect(throws: TensorError.self) {
        try Functional.batchNorm(
          x ?? input, runningMean: mean, runningVar: variance, weight: weight, training: training, eps: eps)
      }
    }
    #expect(
      errorText { try Functional.batchNorm(Tensor.zeros([1, 3]), training: true) }
        == "batchNorm: a tensor of shape [1, 3], expected more than one value per channel in training")
    refuses(training: false)
    refuses(mean: mean)
    refuses(variance: variance, training: false)
    refuses(mean: try Tensor.zeros([4], dtype: .float64), variance: variance)
    refuses(weight: try weight.reshaped(1, 3))
    refuses(weight: try weight.to(.float32))
    refuses(try input.to(.int64))
    refuses(try input[0])
    refuses(eps: 0)
    refuses(mean: try mean.detach().setRequiresGrad(), variance: variance)
  }
}

@Suite struct BatchNormModuleTests {
  @Test func stateIsNamedAsInPyTorch() throws {
    let all = try BatchNorm2D(numFeatures: 3)
    #expect(
      try all.stateDict().names == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"])
    let plain = try BatchNorm1D(numFeatures: 3, affine: false, trackRunningStats: false)
    #expect(try plain.stateDict().names == [])
    #expect(try all.parameters().count == 2)
    #expect(throws: TensorError.self) { try BatchNorm1D(numFeatures: -1) }
    #expect(throws: TensorError.self) { try BatchNorm1D(numFeatures: 3, dtype: .int64) }
  }

  /// Values that PyTorch 2.13 gives.
  @Test func withoutMomentumStatisticsAreMeansOverBatches() throws {
    let norm = try BatchNorm1D(numFeatures: 1, momentum: nil)
    _ = try norm(Tensor([[1.0], [3.0]]))
    _ = try norm(Tensor([[5.0], [9.0]]))
    #expect(try mismatch(#require(norm.runningMean), shape: [1], [4.5]) == nil)
    #expect(try mismatch(#require(norm.runningVar), shape: [1], [5]) == nil)
    #expect(try #require(norm.numBatchesTracked).item(as: Int64.self) == 2)
  }

  @Test func evaluationUsesRunningStatisticsWhereThereAreAny() throws {
    let x = try variedValues(shape: [2, 3, 4], seed: 1)
    let norm = try BatchNorm1D(numFeatures: 3, dtype: .float64)
    let trained = try norm(x)
    try norm.eval()
    let evaluated = try norm(x)
    #expect(try mismatch(trained, evaluated) != nil)
    #expect(
      try mismatch(
        evaluated, Functional.batchNorm(x, runningMean: norm.runningMean, runningVar: norm.runningVar)) == nil
    )
    #expect(try #require(norm.numBatchesTracked).item(as: Int64.self) == 1)
    let untracked = try BatchNorm1D(numFeatures: 3, trackRunningStats: false, dtype: .float64).eval()
    #expect(try mismatch(untracked(x), trained) == nil)
  }

  @Test func aRefusedBatchChangesNothing() throws {
    let norm = try BatchNorm2D(numFeatures: 3)
    #expect(throws: TensorError.self) { try norm(Tensor.zeros([1, 3, 1, 1])) }
    #expect(try #require(norm.numBatchesTracked).item(as: Int64.self) == 0)
    #expect(
      errorText { try norm(Tensor.zeros([2, 3, 4])) }
        == "BatchNorm2D: a tensor of shape [2, 3, 4], expected (N, C, H, W)")
    #expect(throws: TensorError.self) { try BatchNorm1D(numFeatures: 3)(Tensor.zeros([2, 3, 4, 4])) }
    #expect(throws: TensorError.self) { try BatchNorm1D(numFeatures: 3)(Tensor.zeros([2, 4])) }
  }

  /// Statistics that move between two passes are no hindrance to the backward of the first.
  @Test func severalForwardPassesBeforeBackward() throws {
    let norm = try BatchNorm1D(numFeatures: 3)
    let x = try variedValues(shape: [4, 3], seed: 3).to(.float32)
    let loss = try norm(x) * norm(x * 2)
    try loss.backward()
    #expect(try #require(norm.weight).grad != nil)
  }
}
