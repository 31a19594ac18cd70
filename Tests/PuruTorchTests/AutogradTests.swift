// The engine: accumulation, deep and wide graphs, freeing, leaks, retained gradients, recording on and off.

import PuruTorch
import TestSupport
import Testing

@Suite struct AutogradTests {
  @Test func gradientsOfTheFirstProgram() throws {
    let x = try variedValues(shape: [5, 6], seed: 1).setRequiresGrad()
    let y = try variedValues(shape: [6, 5], seed: 2).setRequiresGrad()
    let z = try variedValues(shape: [5], seed: 3).setRequiresGrad()
    var out = try matmul(x, y)
    try out += z
    try out.backward()
    let ones = try Tensor.ones([5, 5], dtype: .float64)
    #expect(try mismatch(#require(x.grad), ones.matmul(y.detach().T)) == nil)
    #expect(try mismatch(#require(y.grad), x.detach().T.matmul(ones)) == nil)
    #expect(try mismatch(#require(z.grad), shape: [5], [5, 5, 5, 5, 5]) == nil)
  }

  @Test func gradientsAccumulateOverCalls() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    try (x * 3).backward()
    let first = try #require(x.grad)
    try (x * x).backward()
    #expect(try mismatch(#require(x.grad), shape: [2], [5, 7]) == nil)
    #expect(try mismatch(first, shape: [2], [3, 3]) == nil, "a gradient that somebody holds must not change")
  }

  @Test func leavesDoNotShareTheirGradientsMemory() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    let y = try Tensor([1.0, 2.0], requiresGrad: true)
    let seed = try Tensor([1.0, 1.0])
    try (x + y).backward(seed)
    try #require(x.grad).fill(7)
    #expect(try mismatch(#require(y.grad), shape: [2], [1, 1]) == nil)
    #expect(try mismatch(seed, shape: [2], [1, 1]) == nil)
  }

  @Test func aMillionNodesGoForwardBackwardAndAway() throws {
    let x = try Tensor([1.0], requiresGrad: true)
    let tracker = LeakTracker()
    do {
      var y = x
      for index in 0..<1_000_000 {
        y = try y + x
        if index % 100_000 == 0, let node = y.gradFn { tracker.track(node, "node \(index)") }
      }
      try y.backward()
    }
    #expect(try mismatch(#require(x.grad), shape: [1], [1_000_001]) == nil)
    #expect(tracker.count == 10)
    #expect(tracker.alive == [])
  }

  @Test func aLongChainThatSavedItsInputsGoesWithoutBackward() throws {
    let x = try Tensor([1.0], requiresGrad: true)
    var y = x
    for _ in 0..<300_000 { y = try y * x }
    #expect(try y.item() == 1)
  }

  @Test func aDiamondOfFortyLevelsTakesLinearTime() throws {
    let x = try Tensor([1.0], dtype: .float64, requiresGrad: true)
    var y = x
    for _ in 0..<40 { y = try y + y }
    try y.backward()
    #expect(try mismatch(#require(x.grad), shape: [1], [1_099_511_627_776]) == nil)
  }

  @Test func aSecondBackwardNeedsRetainGraph() throws {
    let x = try Tensor([3.0], requiresGrad: true)
    let y = try x * x
    try y.backward(retainGraph: true)
    try y.backward()
    #expect(try mismatch(#require(x.grad), shape: [1], [12]) == nil)
    #expect(throws: TensorError.graphFreed(operation: "Mul")) { try y.backward() }
    #expect(try mismatch(#require(x.grad), shape: [1], [12]) == nil)
  }

  @Test func anErrorInTheMiddleLeavesNothingBehind() throws {
    let x = try Tensor([3.0], requiresGrad: true)
    let y = try x * x
    let z = try y * 2
    try y.backward()
    #expect(throws: TensorError.graphFreed(operation: "Mul")) { try z.backward() }
    x.zeroGrad()
    let again = try x * 5
    try again.backward()
    #expect(try mismatch(#require(x.grad), shape: [1], [5]) == nil)
  }

  @Test func changesInPlaceAreNoticed() throws {
    let x = try Tensor([3.0], requiresGrad: true)
    let factor = try Tensor([2.0])
    let y = try x * factor
    try factor.fill(4)
    #expect(throws: TensorError.modifiedInPlace(operation: "Mul")) { try y.backward() }
    #expect(throws: TensorError.inPlaceOnRecorded(operation: "assign")) { try x.fill(1) }
    try noGrad { try x.fill(1) }
    #expect(try x.item() == 1)
  }

  @Test func memoryThatChangesHandsIsAChangeToo() throws {
    let x = try Tensor([3.0, 4], requiresGrad: true)
    let factor = try Tensor([2.0, 5])
    let y = try x * factor
    try factor.assign(Tensor([7.0, 8]))
    #expect(throws: TensorError.modifiedInPlace(operation: "Mul")) { try y.backward() }
    #expect(try mismatch(factor, shape: [2], [7, 8]) == nil)
  }

  @Test func assigningReachesViewsAndLeavesTheSourceAlone() throws {
    let x = try Tensor([[1.0, 2], [3, 4]])
    let row = try x[1]
    try x.assign(Tensor([[5.0, 6], [7, 8]]))
    #expect(try mismatch(row, shape: [2], [7, 8]) == nil)
    let source = try Tensor([[9.0, 10], [11, 12]])
    let target = try Tensor.zeros([2, 2])
    try target.assign(source)
    try source.fill(0)
    #expect(try mismatch(target, shape: [2, 2], [9, 10, 11, 12]) == nil)
    try row.assign(Tensor([13.0, 14]))
    #expect(try mismatch(x, shape: [2, 2], [5, 6, 13, 14]) == nil)
  }

  @Test func noGradRecordsNothing() throws {
    let x = try Tensor([3.0], requiresGrad: true)
    let y = try noGrad { try x * x }
    #expect(!y.requiresGrad && y.isLeaf)
    #expect(throws: TensorError.noGradient(operation: "backward")) { try y.backward() }
    let z = try noGrad { try enableGrad { try x * x } }
    #expect(z.requiresGrad && !z.isLeaf)
  }

  @Test func retainGradKeepsGradientsOfResults() throws {
    let x = try Tensor([3.0], requiresGrad: true)
    let y = try x * x
    try y.retainGrad()
    try y.retainGrad()
    try (y * 5).backward()
    #expect(try mismatch(#require(y.grad), shape: [1], [5]) == nil)
    #expect(try mismatch(#require(x.grad), shape: [1], [30]) == nil)
  }

  @Test func gradientsCanBeDifferentiatedAgain() throws {
    let x = try Tensor([2.0], dtype: .float64, requiresGrad: true)
    let y = try x ** 3 + x.exp()
    try y.backward(createGraph: true)
    let first = try #require(x.grad)
    x.zeroGrad()
    try first.backward()
    #expect(try mismatch(#require(x.grad), 12 + x.detach().exp()) == nil)
  }

  @Test func theUpstreamGradientsShapeIsChecked() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    #expect(
      errorText { try (x * 2).backward(Tensor([1.0])) }
        == "backward: shapes [2] and [1], expected a gradient of the tensor's shape")
  }

  @Test func aGradientThatTheUserSetMustHaveTheShape() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    x.grad = try Tensor.ones([3, 2])
    #expect(
      errorText { try (x * 2).backward() }
        == "backward: shapes [2] and [3, 2], expected a grad of its tensor's shape")
    x.grad = try Tensor.ones([2])
    try (x * 2).backward()
    #expect(try mismatch(#require(x.grad), shape: [2], [3, 3]) == nil)
  }

  @Test func nothingOfATrainingLoopStaysAlive() throws {
    let tracker = LeakTracker()
    let weight = try variedValues(shape: [4, 3], seed: 5).setRequiresGrad()
    for step in 0..<3 {
      let x = tracker.track(try variedValues(shape: [2, 4], seed: UInt64(step)), "input \(step)")
      let y = tracker.track(try x.matmul(weight), "product \(step)")
      let loss = tracker.track(try (y * y).exp().sum(), "loss \(step)")
      if let node = loss.gradFn { tracker.track(node, "node \(step)") }
      try loss.backward()
      tracker.track(try #require(weight.grad), "gradient \(step)")
      weight.zeroGrad()
    }
    #expect(tracker.count == 15)
    #expect(tracker.alive == [])
  }
}
