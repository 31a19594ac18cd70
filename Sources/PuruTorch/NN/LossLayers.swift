// Losses as modules, which are called with an input and a target.

/// The mean squared error: `Functional.mseLoss`.
public final class MSELoss: Module {
  /// How the elements' losses become one.
  public let reduction: LossReduction

  /// A squared error, by default its mean.
  public init(reduction: LossReduction = .mean) { self.reduction = reduction }

  /// The loss of an input against a target of a shape that broadcasts with it.
  public func callAsFunction(_ input: Tensor, _ target: Tensor) throws -> Tensor {
    try Functional.mseLoss(input, target, reduction: reduction)
  }
}

/// The cross entropy between logits and classes: `Functional.crossEntropy`.
///
/// ```swift
/// let criterion = CrossEntropyLoss(labelSmoothing: 0.1)
/// let loss = try criterion(model(x), Tensor([2, 0, 1]))
/// ```
public final class CrossEntropyLoss: Module {
  /// A weight for each class.
  public let weight: Buffer?
  /// How the elements' losses become one.
  public let reduction: LossReduction
  /// A class index whose targets count nothing.
  public let ignoreIndex: Int
  /// The part of the target that is spread evenly over the classes.
  public let labelSmoothing: Double

  /// A cross entropy.
  ///
  /// - Parameters:
  ///   - weight: A weight for each class, of shape (C); none by default.
  ///   - reduction: How the elements' losses become one; their mean by default.
  ///   - ignoreIndex: A class index whose targets count nothing; −100 by default.
  ///   - labelSmoothing: The part of the target, 0 to 1, that is spread evenly over the classes; 0 by default.
  public init(
    weight: Tensor? = nil, reduction: LossReduction = .mean, ignoreIndex: Int = -100,
    labelSmoothing: Double = 0
  ) {
    self.weight = weight.map { Buffer($0) }
    self.reduction = reduction
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
  }

  /// The loss of logits of shape (N, C, …) against class indices of shape (N, …) or probabilities of (N, C, …).
  public func callAsFunction(_ input: Tensor, _ target: Tensor) throws -> Tensor {
    try Functional.crossEntropy(
      input, target, weight: weight, reduction: reduction, ignoreIndex: ignoreIndex,
      labelSmoothing: labelSmoothing)
  }
}

/// The loss of label sequences under all their alignments: `Functional.ctcLoss`.
public final class CTCLoss: Module {
  /// The label of the blank.
  public let blank: Int
  /// How the samples' losses become one.
  public let reduction: LossReduction
  /// Whether samples without any alignment count 0.
  public let zeroInfinity: Bool

  /// A CTC loss.
  ///
  /// - Parameters:
  ///   - blank: The label of the blank; 0 by default.
  ///   - reduction: How the samples' losses become one; by default the mean of losses over target lengths.
  ///   - zeroInfinity: Whether samples without any alignment count 0; false by default.
  public init(blank: Int = 0, reduction: LossReduction = .mean, zeroInfinity: Bool = false) {
    self.blank = blank
    self.reduction = reduction
    self.zeroInfinity = zeroInfinity
  }

  /// The loss of log-probabilities of shape (T, N, C) against labels; the shapes are those of `Functional.ctcLoss`.
  public func callAsFunction(
    _ logProbs: Tensor, _ targets: Tensor, inputLengths: Tensor, targetLengths: Tensor
  ) throws -> Tensor {
    try Functional.ctcLoss(
      logProbs, targets, inputLengths: inputLengths, targetLengths: targetLengths, blank: blank,
      reduction: reduction, zeroInfinity: zeroInfinity)
  }

  /// The loss with lengths as arrays.
  public func callAsFunction(
    _ logProbs: Tensor, _ targets: Tensor, inputLengths: [Int], targetLengths: [Int]
  ) throws -> Tensor {
    try callAsFunction(
      logProbs, targets, inputLengths: Tensor(inputLengths), targetLengths: Tensor(targetLengths))
  }
}
