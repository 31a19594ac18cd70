// Mean squared error and cross entropy: PyTorch's values, gradients by finite differences, what is refused.

import PuruTorch
import TestSupport
import Testing

@Suite struct MSELossTests {
  private let input: Tensor
  private let target: Tensor

  init() throws {
    input = try variedValues(shape: [2, 3], seed: 1)
    target = try variedValues(shape: [3], seed: 2)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func reductions() throws {
    #expect(try mismatch(Functional.mseLoss(input, target), shape: [], [0.3245559494243935]) == nil)
    #expect(try mismatch(MSELoss(reduction: .sum)(input, target), shape: [], [1.9473356965463609]) == nil)
    let difference = try input - target
    #expect(try mismatch(MSELoss(reduction: .none)(input, target), difference * difference) == nil)
  }

  @Test(arguments: LossReduction.allCases)
  func gradients(reduction: LossReduction) throws {
    #expect(
      try gradientMismatch([input, target]) { try Functional.mseLoss($0[0], $0[1], reduction: reduction) }
        == nil)
    #expect(
      try gradientMismatch([target, input.T]) { try Functional.mseLoss($0[0], $0[1].T, reduction: reduction) }
        == nil)
    #expect(
      try secondGradientMismatch([input, target]) {
        try Functional.mseLoss($0[0], $0[1], reduction: reduction)
      } == nil)
  }

  @Test func typesAndEmptyTensors() throws {
    let (single, integers) = (try Tensor([1.0, 3.0]), try Tensor([1, 2]))
    #expect(try mismatch(Functional.mseLoss(single, integers), Tensor(0.5)) == nil)
    #expect(try Functional.mseLoss(single, single.to(.float64)).dtype == .float64)
    #expect(throws: TensorError.self) { try Functional.mseLoss(integers, integers) }
    #expect(throws: TensorError.self) { try Functional.mseLoss(Tensor.zeros([2, 3]), Tensor.zeros([2])) }
    let empty = try Tensor.zeros([0, 3])
    #expect(try Functional.mseLoss(empty, empty).item().isNaN)
    #expect(try Functional.mseLoss(empty, empty, reduction: .sum).item() == 0)
  }
}

@Suite struct CrossEntropyTests {
  private let logits: Tensor
  private let labels: Tensor
  private let weight: Tensor
  private let probabilities: Tensor

  init() throws {
    logits = try variedValues(shape: [3, 4], seed: 1) * 4
    labels = try Tensor([2, 0, 3])
    weight = try Tensor([0.5, 1, 2, 1.5], dtype: .float64)
    probabilities = try (variedValues(shape: [3, 4], seed: 2) * 3).softmax(dim: 1)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func classIndices() throws {
    func check(
      _ expected: [Double], weight: Tensor? = nil, _ reduction: LossReduction = .mean, ignoring: Int = -100,
      smoothing: Double = 0, labels: Tensor? = nil
    ) throws {
      let loss = try Functional.crossEntropy(
        logits, labels ?? self.labels, weight: weight, reduction: reduction, ignoreIndex: ignoring,
        labelSmoothing: smoothing)
      #expect(try mismatch(loss, shape: reduction == .none ? [3] : [], expected) == nil)
    }
    try check([1.1917769875575601])
    try check([3.5753309626726804], .sum)
    try check([0.47852807751431947, 0.21690821650510786, 2.879894668653253], .none)
    try check([1.3463380665652678], weight: weight)
    try check([1.5750832088729882], weight: weight, smoothing: 0.25)
    try check([1.489918719063662], weight: weight, ignoring: 0, smoothing: 0.25)
    try check(
      [1.1922146478189228, 0, 4.022500868903895], weight: weight, .none, ignoring: 0, smoothing: 0.25)
    try check([1.2957467114628387], ignoring: 3, smoothing: 0.5)
    try check([3.584271187536911], ignoring: -7, labels: Tensor([1, -7, 1]))
    try check([9.0452745431846], weight: weight, .sum, smoothing: 1)
    try check([.nan], labels: Tensor([-100, -100, -100]))
  }

  /// Values that PyTorch 2.13 gives.
  @Test func probabilitiesAsTarget() throws {
    func check(
      _ expected: [Double], weight: Tensor? = nil, _ reduction: LossReduction = .mean, smoothing: Double = 0
    ) throws {
      let loss = try Functional.crossEntropy(
        logits, probabilities, weight: weight, reduction: reduction, labelSmoothing: smoothing)
      #expect(try mismatch(loss, shape: reduction == .none ? [3] : [], expected) == nil)
    }
    try check([3.62850305688722])
    try check([4.2189228695675185], weight: weight, smoothing: 0.25)
    try check(
      [1.5509361769884638, 7.038392069819149, 4.067440361894942], weight: weight, .none, smoothing: 0.25)
    try check([7.01411270095393], .sum, smoothing: 1)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func severalPositionsAndNoBatch() throws {
    let x = try variedValues(shape: [2, 3, 2, 2], seed: 3) * 2
    let labels = try Tensor([[[0, 1], [2, 0]], [[1, 1], [2, 2]]])
    #expect(
      try mismatch(
        Functional.crossEntropy(x, labels, reduction: .none), shape: [2, 2, 2],
        [
          2.666279504357009, 1.692517840862842, 0.4337475898478672, 2.406338960365114, 1.0861317299484787,
          0.8019489000375297, 0.759760010315195, 2.1653142182545038,
        ]) == nil)
    #expect(
      try mismatch(Functional.crossEntropy(x, labels, labelSmoothing: 0.1), shape: [], [1.4843027212423827])
        == nil)
    let single = try Functional.crossEntropy(logits[0], Tensor(2), reduction: .none)
    #expect(try mismatch(single, shape: [], [0.47852807751431947]) == nil)
    #expect(try mismatch(Functional.crossEntropy(logits[0], Tensor([2])), single) == nil)
  }

  @Test(arguments: LossReduction.allCases, [0, 0.25])
  func gradients(reduction: LossReduction, smoothing: Double) throws {
    func loss(_ x: Tensor, _ target: Tensor, _ weight: Tensor?, ignoring: Int = -100) throws -> Tensor {
      try Functional.crossEntropy(
        x, target, weight: weight, reduction: reduction, ignoreIndex: ignoring, labelSmoothing: smoothing)
    }
    let image = try variedValues(shape: [2, 3, 2, 2], seed: 3)
    let pixels = try Tensor([[[0, 1], [2, 0]], [[1, 1], [2, 2]]])
    for weight in [nil, weight] {
      #expect(try gradientMismatch([logits]) { try loss($0[0], labels, weight) } == nil)
      #expect(try gradientMismatch([logits]) { try loss($0[0], labels, weight, ignoring: 0) } == nil)
      #expect(try gradientMismatch([logits.T]) { try loss($0[0].T, labels, weight) } == nil)
      #expect(try gradientMismatch([logits, probabilities]) { try loss($0[0], $0[1], weight) } == nil)
      #expect(try gradientMismatch([probabilities]) { try loss(logits, $0[0], weight) } == nil)
      #expect(try gradientMismatch([logits[0]]) { try loss($0[0], Tensor(3), weight) } == nil)
      #expect(
        try secondGradientMismatch([logits]) { try loss($0[0], labels, weight, ignoring: 0) } == nil)
      #expect(try secondGradientMismatch([logits, probabilities]) { try loss($0[0], $0[1], weight) } == nil)
    }
    #expect(try gradientMismatch([image]) { try loss($0[0], pixels, nil) } == nil)
    #expect(try gradientMismatch([image, image + 2]) { try loss($0[0], $0[1], nil) } == nil)
    #expect(try secondGradientMismatch([image]) { try loss($0[0], pixels, nil, ignoring: 1) } == nil)
    #expect(try secondGradientMismatch([logits[0]]) { try loss($0[0], Tensor(3), nil) } == nil)
  }

  @Test func theModuleKeepsItsWeightAsABuffer() throws {
    let module = CrossEntropyLoss(weight: weight, reduction: .sum, ignoreIndex: 3, labelSmoothing: 0.5)
    let expected = try Functional.crossEntropy(
      logits, labels, weight: weight, reduction: .sum, ignoreIndex: 3, labelSmoothing: 0.5)
    #expect(try mismatch(module(logits, labels), expected) == nil)
    #expect(try module.namedBuffers().map { $0.name } == ["weight"])
    #expect(try CrossEntropyLoss().namedBuffers().isEmpty)
  }

  @Test func extremesStayFinite() throws {
    let x = try Tensor([[1000.0, 0], [0, 1000]], requiresGrad: true)
    let loss = try Functional.crossEntropy(x, Tensor([1, 1]))
    try loss.backward()
    #expect(try mismatch(loss, shape: [], [500]) == nil)
    #expect(try mismatch(#require(x.grad), shape: [2, 2], [0.5, -0.5, 0, 0]) == nil)
  }

  @Test func emptyBatches() throws {
    let (x, none) = (try Tensor.zeros([0, 4]), try Tensor.zeros([0], dtype: .int64))
    #expect(try Functional.crossEntropy(x, none).item().isNaN)
    #expect(try Functional.crossEntropy(x, none, reduction: .sum).item() == 0)
    #expect(try Functional.crossEntropy(x, x, reduction: .none).shape == [0])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    func refuses(
      _ x: Tensor, _ target: Tensor, _ weight: Tensor? = nil, smoothing: Double = 0, ignoring: Int = -100
    ) {
      #expect(throws: TensorError.self) {
        try Functional.crossEntropy(
          x, target, weight: weight, ignoreIndex: ignoring, labelSmoothing: smoothing)
      }
    }
    #expect(
      errorText { try Functional.crossEntropy(logits, Tensor([0, 1, 4])) }
        == "crossEntropy: target is 4, expected class indices below 4, or ignoreIndex")
    #expect(
      errorText { try Functional.crossEntropy(logits, Tensor([0, 1])) }
        == "crossEntropy: shapes [3, 4] and [2], expected a target of shape [3]")
    try refuses(logits, Tensor([0, -1, 2]))
    try refuses(logits, Tensor([0.0, 1, 2]))
    try refuses(logits, Tensor([true, false, true]))
    try refuses(logits, Tensor([[0], [1], [2]]))
    try refuses(logits, Tensor.zeros([3, 4], dtype: .int64))
    try refuses(logits.to(.int64), labels)
    try refuses(Tensor(1.0), Tensor(0))
    try refuses(logits, labels, Tensor.ones([3], dtype: .float64))
    refuses(logits, labels, try weight.to(.float32))
    try refuses(logits, labels, weight.detach().setRequiresGrad())
    refuses(logits, labels, smoothing: 1.5)
    refuses(logits, labels, smoothing: -0.5)
    refuses(logits, probabilities, ignoring: 1)
    try refuses(Tensor.zeros([2, 4, 3]), Tensor.zeros([2, 4], dtype: .int64))
    try refuses(logits[0], Tensor([1, 2]))
  }
}
