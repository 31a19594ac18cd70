// Batch normalisation as modules, with running statistics.

/// What `BatchNorm1D` and `BatchNorm2D` share: the parameters and running statistics of batch normalisation.
///
/// In training the batch is normalised by its own mean and variance, which move the running ones; in evaluation by
/// the running ones, or by the batch's where none are tracked. See `Functional.batchNorm`.
public class BatchNorm: Module {
  /// The number of channels.
  public let numFeatures: Int
  /// What keeps the root away from 0.
  public let eps: Double
  /// The weight of a batch in the running statistics; nil makes them the mean over all batches.
  public let momentum: Double?
  /// The factor of each channel, of shape (C), at first 1.
  public let weight: Parameter?
  /// The summand of each channel, of shape (C), at first 0.
  public let bias: Parameter?
  /// The running means, of shape (C), at first 0.
  public let runningMean: Buffer?
  /// The running variances, of shape (C), at first 1.
  public let runningVar: Buffer?
  /// How many batches have moved the running statistics: an `int64` of no dimensions.
  public let numBatchesTracked: Buffer?

  /// A batch normalisation.
  ///
  /// - Parameters:
  ///   - numFeatures: The number of channels.
  ///   - eps: What keeps the root away from 0; 1e−5 by default.
  ///   - momentum: The weight of a batch in the running statistics, 0.1 by default; nil makes them the mean over all
  ///     batches.
  ///   - affine: Whether there are weight and bias; true by default.
  ///   - trackRunningStats: Whether there are running statistics; true by default.
  ///   - dtype: The type of parameters and statistics; `float32` by default.
  /// - Throws: `TensorError` for a negative number of channels or a type that isn't floating-point.
  public init(
    numFeatures: Int, eps: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    trackRunningStats: Bool = true, dtype: DType = .float32
  ) throws {
    let zeros = try Tensor.zeros([numFeatures], dtype: dtype).requiringFloatingPoint("BatchNorm")
    self.numFeatures = numFeatures
    self.eps = eps
    self.momentum = momentum
    weight = affine ? Parameter(try Tensor.onesLike(zeros)) : nil
    bias = affine ? Parameter(try Tensor.zerosLike(zeros)) : nil
    runningMean = trackRunningStats ? Buffer(zeros) : nil
    runningVar = trackRunningStats ? Buffer(try Tensor.onesLike(zeros)) : nil
    numBatchesTracked = trackRunningStats ? Buffer(try Tensor(0)) : nil
  }

  /// Whether inputs may have this number of dimensions, and how they are described.
  var inputRanks: (range: ClosedRange<Int>, description: String) { (2...Shape.maximumCount, "(N, C, …)") }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard inputRanks.range.contains(input.ndim) else {
      throw TensorError.invalidInput(
        operation: "\(type(of: self))", shape: input.shape, expected: inputRanks.description)
    }
    let moved = isTraining ? try numBatchesTracked.map { try $0 + 1 } : nil
    let output = try Functional.batchNorm(
      input, runningMean: runningMean, runningVar: runningVar, weight: weight, bias: bias,
      training: isTraining || runningMean == nil,
      momentum: try momentum ?? moved.map { try 1 / $0.item() } ?? 0,
      eps: eps)
    if let moved { try numBatchesTracked?.assign(moved) }
    return output
  }
}

/// Batch normalisation of vectors (N, C) or sequences (N, C, L).
public final class BatchNorm1D: BatchNorm {
  override var inputRanks: (range: ClosedRange<Int>, description: String) { (2...3, "(N, C) or (N, C, L)") }
}

/// Batch normalisation of images (N, C, H, W).
///
/// ```swift
/// let bn = try BatchNorm2D(numFeatures: 3)
/// let y = try bn(Tensor.normal([8, 3, 32, 32]))
/// ```
public final class BatchNorm2D: BatchNorm {
  override var inputRanks: (range: ClosedRange<Int>, description: String) { (4...4, "(N, C, H, W)") }
}
