// The CTC loss: PyTorch's values, a sum over all alignments, gradients through log-softmax, long inputs, refusals.

import Foundation
import PuruTorch
import TestSupport
import Testing

@Suite struct CTCTests {
  private let logits: Tensor
  private let targets: Tensor

  init() throws {
    logits = try variedValues(shape: [6, 2, 4], seed: 5) * 2
    targets = try Tensor([[1, 2, 2], [3, 1, 0]])
  }

  /// Values that PyTorch 2.13 gives.
  @Test func reductionsAndTargets() throws {
    let logProbs = try logits.logSoftmax(dim: 2)
    func loss(_ reduction: LossReduction, _ targets: Tensor) throws -> Tensor {
      try CTCLoss(reduction: reduction)(logProbs, targets, inputLengths: [6, 4], targetLengths: [3, 2])
    }
    for targets in [targets, try Tensor([1, 2, 2, 3, 1])] {
      #expect(try mismatch(loss(.none, targets), shape: [2], [7.295370051084985, 2.6519220359540827]) == nil)
      #expect(try mismatch(loss(.mean, targets), shape: [], [1.878875517502685]) == nil)
      #expect(try mismatch(loss(.sum, targets), shape: [], [9.947292087039068]) == nil)
    }
    let otherBlank = try Functional.ctcLoss(
      logProbs, Tensor([0, 1, 1, 2]), inputLengths: [6, 5], targetLengths: [3, 1], blank: 3, reduction: .none)
    #expect(try mismatch(otherBlank, shape: [2], [8.366701400759887, 5.743695792542903]) == nil)
  }

  @Test func equalsTheSumOverAllAlignments() throws {
    let logProbs = try logits.logSoftmax(dim: 2)
    for (labels, blank) in [([1, 2, 2], 0), ([2], 0), ([], 0), ([0, 1], 3), ([3, 3, 3], 0)] {
      let loss = try Functional.ctcLoss(
        logProbs[.all, 1].contiguous(), Tensor(labels), inputLengths: [6], targetLengths: [labels.count],
        blank: blank, reduction: .none)
      let expected = try -log(
        probability(of: labels, blank: blank, doubles(logProbs[.all, 1].exp()), time: 6))
      #expect(loss.shape == [])
      #expect(abs(try loss.item() - expected) < 1e-12)
    }
  }

  /// The summed probability of all of the 4^time paths that collapse to the labels.
  private func probability(of labels: [Int], blank: Int, _ probabilities: [Double], time: Int) -> Double {
    var total = 0.0
    for code in 0..<(1 << (2 * time)) {
      let path = (0..<time).map { (code >> (2 * $0)) & 3 }
      let collapsed = path.indices.filter { $0 == 0 || path[$0] != path[$0 - 1] }.map { path[$0] }
      guard collapsed.filter({ $0 != blank }) == labels else { continue }
      total += path.indices.reduce(1) { $0 * probabilities[$1 * 4 + path[$1]] }
    }
    return total
  }

  /// The gradient is that by the logits when a log-softmax made the log-probabilities.
  @Test(arguments: LossReduction.allCases)
  func gradients(reduction: LossReduction) throws {
    for lengths in [[6, 4], [6, 0], [3, 2]] {
      #expect(
        try gradientMismatch([logits], tolerance: 1e-6) {
          try Functional.ctcLoss(
            $0[0].logSoftmax(dim: 2), targets, inputLengths: lengths, targetLengths: [2, 0],
            reduction: reduction)
        } == nil)
    }
    #expect(
      try gradientMismatch([logits.transposed(0, 1)], tolerance: 1e-6) {
        try Functional.ctcLoss(
          $0[0].transposed(0, 1).logSoftmax(dim: 2), targets, inputLengths: [6, 5], targetLengths: [3, 2],
          reduction: reduction)
      } == nil)
    #expect(
      try gradientMismatch([logits[.all, 0]], tolerance: 1e-6) {
        try Functional.ctcLoss(
          $0[0].logSoftmax(dim: 1), targets[0], inputLengths: [6], targetLengths: [3], reduction: reduction)
      } == nil)
  }

  @Test func samplesWithoutAnyAlignment() throws {
    let x = try logits.detach().clone().setRequiresGrad()
    func loss(zeroInfinity: Bool, _ reduction: LossReduction = .mean) throws -> Tensor {
      try CTCLoss(reduction: reduction, zeroInfinity: zeroInfinity)(
        x.logSoftmax(dim: 2), targets, inputLengths: [3, 4], targetLengths: [3, 2])
    }
    #expect(try loss(zeroInfinity: false).item() == .infinity)
    #expect(try mismatch(loss(zeroInfinity: true), shape: [], [0.6629805089885207]) == nil)
    try loss(zeroInfinity: true).backward()
    let gradient = try #require(x.grad)
    #expect(try doubles(gradient[.all, 0]).allSatisfy { $0 == 0 })
    #expect(try doubles(gradient[0..<4, 1]).allSatisfy { $0 != 0 })
  }

  /// With equal probabilities of two classes a label is aligned as any of T (T + 1) / 2 runs.
  @Test func longInputsDoNotOverflow() throws {
    let time = 3000
    let x = try Tensor.zeros([time, 2], requiresGrad: true)
    let loss = try Functional.ctcLoss(
      x.logSoftmax(dim: 1), Tensor([1]), inputLengths: [time], targetLengths: [1])
    try loss.backward()
    let expected = Double(time) * log(2) - log(Double(time) * Double(time + 1) / 2)
    #expect(abs(try loss.item() / expected - 1) < 1e-6)
    #expect(try doubles(#require(x.grad)).allSatisfy { $0.isFinite })
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let logProbs = try logits.logSoftmax(dim: 2)
    func refuses(
      _ x: Tensor? = nil, _ labels: Tensor? = nil, _ inputLengths: [Int] = [6, 6],
      _ targetLengths: [Int] = [3, 2],
      blank: Int = 0
    ) {
      #expect(throws: TensorError.self) {
        try Functional.ctcLoss(
          x ?? logProbs, labels ?? targets, inputLengths: inputLengths, targetLengths: targetLengths,
          blank: blank)
      }
    }
    #expect(
      errorText {
        try Functional.ctcLoss(logProbs, targets, inputLengths: [7, 6], targetLengths: [3, 2])
      } == "ctcLoss: inputLengths is 7, expected 0 to 6")
    refuses(try logProbs.to(.int64))
    refuses(try logProbs[.newAxis])
    refuses(try logProbs[.all, 0..<0], try Tensor.zeros([0, 3], dtype: .int64), [], [])
    refuses(nil, try Tensor([[1, 2], [3, 1]]))
    refuses(nil, try Tensor([[1, 2, 2]]))
    refuses(nil, try Tensor([1, 2, 2, 3]))
    refuses(nil, try Tensor([1, 2, 2, 3, 1, 1]))
    refuses(nil, try targets[.newAxis])
    refuses(nil, try targets.to(.float32))
    refuses(nil, try Tensor([[1, 2, 4], [3, 1, 0]]))
    refuses(nil, try Tensor([[1, -2, 2], [3, 1, 0]]))
    refuses(nil, nil, [6, -1])
    refuses(nil, nil, [6])
    refuses(nil, nil, [6, 6], [3, -1])
    refuses(nil, nil, [6, 6], [3, 4])
    refuses(nil, try Tensor([1, 2, 2, 3, 1]), [6, 6], [-1, 6])
    refuses(nil, try Tensor([1, 2, 2, 3, 1]), [6, 6], [.max, .max])
    refuses(blank: 4)
    refuses(blank: -1)
    #expect(throws: TensorError.self) {
      try Functional.ctcLoss(
        logProbs, targets, inputLengths: Tensor([6.0, 6]), targetLengths: Tensor([3, 2]))
    }
    let x = try logits.detach().clone().setRequiresGrad()
    let loss = try Functional.ctcLoss(
      x.logSoftmax(dim: 2), targets, inputLengths: [6, 6], targetLengths: [3, 2])
    #expect(throws: TensorError.notTwiceDifferentiable(operation: "CTCLoss")) {
      try loss.backward(createGraph: true)
    }
  }

  /// What lies beyond a target's length is never read as a label.
  @Test func paddingMayHoldAnything() throws {
    let logProbs = try logits.logSoftmax(dim: 2)
    let padded = try Functional.ctcLoss(
      logProbs, Tensor([[1, 9, -7], [3, 1, 99]]), inputLengths: [6, 6], targetLengths: [1, 2])
    let plain = try Functional.ctcLoss(
      logProbs, Tensor([1, 3, 1]), inputLengths: [6, 6], targetLengths: [1, 2])
    #expect(try mismatch(padded, plain, units: 0) == nil)
  }
}
