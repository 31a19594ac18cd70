// SGD, Adam and AdamW: three steps of every option against PyTorch, skipped parameters, views, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct OptimizerTests {
  /// What `torch.optim` (2.13, float64) makes of the parameter `[1, -2, 0.5]` in three steps with the gradients below.
  @Test func optionsOfSGD() throws {
    try check([0.9982500000000001, -1.9997500000000001, 0.49825]) { try SGD($0) }
    try check([0.825, -1.9749999999999999, 0.32499999999999996]) { try SGD($0, lr: 0.1) }
    try check([0.7619999999999999, -1.8715, 0.10224999999999994]) { try SGD($0, lr: 0.1, momentum: 0.9) }
    try check([0.81325, -1.80025, 0.26725]) { try SGD($0, lr: 0.1, momentum: 0.9, dampening: 0.5) }
    try check([0.6108, -1.85935, -0.03297500000000005]) {
      try SGD($0, lr: 0.1, momentum: 0.9, nesterov: true)
    }
    try check([0.753703125, -1.8317812500000001, 0.2946640625]) { try SGD($0, lr: 0.1, weightDecay: 0.25) }
    try check([1.175, -2.025, 0.675]) { try SGD($0, lr: 0.1, maximize: true) }
    try check([1.0700712127685548, -2.011280120849609, 0.6272401962280273]) {
      try SGD($0, lr: 0.05, momentum: 0.75, dampening: 0.25, weightDecay: 0.125, maximize: true)
    }
  }

  @Test func optionsOfAdam() throws {
    try check([0.998063162429161, -1.9988416265149462, 0.49771611932478443]) { try Adam($0) }
    try check([0.8165124427550655, -1.9301929530791766, 0.2798726660032677]) {
      try Adam($0, lr: 0.1, betas: (0.5, 0.75))
    }
    try check([0.8642402730829227, -1.9079091380559543, 0.341846741314241]) {
      try Adam($0, lr: 0.1, eps: 0.25)
    }
    try check([0.7569857004025373, -1.7901621808024855, 0.26287143467138957]) {
      try Adam($0, lr: 0.1, weightDecay: 0.25)
    }
    try check([0.8349845745483814, -1.9268170713942645, 0.30258387628527456]) {
      try Adam($0, lr: 0.1, betas: (0.5, 0.25), amsgrad: true)
    }
    try check([1.1936837570838883, -2.11583734850536, 0.728388067521562]) {
      try Adam($0, lr: 0.1, maximize: true)
    }
    try check([1.0388774665076859, -1.9908024299740084, 0.5766423685953534]) {
      try Adam(
        $0, lr: 0.05, betas: (0.75, 0.875), eps: 0.125, weightDecay: 0.25, amsgrad: true, maximize: true)
    }
  }

  @Test func optionsOfAdamW() throws {
    try check([0.9980331853924301, -1.9987816480080944, 0.49770114768934076]) { try AdamW($0) }
    try check([0.8137153417510674, -1.9243796060684268, 0.2786672249207988]) {
      try AdamW($0, lr: 0.1, betas: (0.5, 0.75))
    }
    try check([0.8613928529184122, -1.9020820190006011, 0.3405180808396121]) {
      try AdamW($0, lr: 0.1, eps: 0.25)
    }
    try check([0.7387789603996653, -1.7430422139612511, 0.24203278416236568]) {
      try AdamW($0, lr: 0.1, weightDecay: 0.25)
    }
    try check([0.8321874735443833, -1.9210043354926614, 0.3013643156267966]) {
      try AdamW($0, lr: 0.1, betas: (0.5, 0.25), amsgrad: true)
    }
    try check([1.1904602223845941, -2.1096345140067196, 0.7266075204543009]) {
      try AdamW($0, lr: 0.1, maximize: true)
    }
    try check([1.0402626392343401, -1.969273871527778, 0.5707492730856486]) {
      try AdamW(
        $0, lr: 0.05, betas: (0.75, 0.875), eps: 0.125, weightDecay: 0.25, amsgrad: true, maximize: true)
    }
  }

  /// Three steps with the parameter contiguous, as a transposed view and in float32, all against PyTorch's result.
  private func check(_ expected: [Double], _ make: ([Tensor]) throws -> Optimizer) throws {
    let start = [1.0, -2.0, 0.5]
    let gradients = [[0.5, -1.0, 0.25], [-0.25, 0.75, 2.0], [1.5, 0.0, -0.5]]
    let dense = try Tensor(start, dtype: .float64, requiresGrad: true)
    let table = try Tensor([start, start], dtype: .float64).T
    let view = try table[.all, 1].setRequiresGrad()
    let single = try Tensor(start, dtype: .float32, requiresGrad: true)
    let optimizer = try make([dense, view, single])
    for gradient in gradients {
      for parameter in optimizer.parameters { parameter.grad = try Tensor(gradient, dtype: parameter.dtype) }
      view.grad = try Tensor([gradient, gradient], dtype: .float64).T[.all, 0]
      try optimizer.step()
    }
    #expect(try mismatch(dense, shape: [3], expected) == nil)
    #expect(try mismatch(view, shape: [3], expected) == nil)
    #expect(try mismatch(single, shape: [3], expected) == nil)
    #expect(try mismatch(table[.all, 0], shape: [3], start) == nil, "the view's neighbours stay as they are")
  }

  @Test(arguments: [0, 1, 2])
  func aParameterWithoutGradientKeepsItsValueAndItsStepCount(kind: Int) throws {
    func make(_ parameters: [Tensor]) throws -> Optimizer {
      switch kind {
      case 0: try SGD(parameters, lr: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.5)
      case 1: try Adam(parameters, lr: 0.1, weightDecay: 0.5, amsgrad: true)
      default: try AdamW(parameters, lr: 0.1, weightDecay: 0.5)
      }
    }
    let (steady, pausing) = (try Tensor([2.0], dtype: .float64), try Tensor([2.0], dtype: .float64))
    let other = try Tensor([1.0])
    let (first, second) = (try make([steady]), try make([other, pausing]))
    other.grad = try Tensor([0.5])
    for step in 0..<6 {
      let gradient = try Tensor([Double(step) - 1.5], dtype: .float64)
      steady.grad = gradient
      try first.step()
      pausing.grad = nil
      for _ in 0..<(step % 3) {
        let before = try pausing.item()
        try second.step()
        #expect(try pausing.item() == before)
      }
      pausing.grad = gradient
      try second.step()
    }
    #expect(try steady.item() == pausing.item())
  }

  @Test func scalarsAndEmptyTensorsAreParametersToo() throws {
    let (scalar, empty) = (try Tensor(1.0), try Tensor.zeros([0, 3]))
    for optimizer in [try SGD([scalar, empty], lr: 0.25, momentum: 0.5), try Adam([empty])] {
      scalar.grad = try Tensor(2.0)
      empty.grad = try Tensor.zeros([0, 3])
      try optimizer.step()
    }
    #expect(try scalar.item() == 0.5)
    #expect(empty.shape == [0, 3])
  }

  @Test func aGradientThatDoesNotFitChangesNothing() throws {
    let (good, bad) = (try Tensor([1.0, 2.0]), try Tensor([3.0, 4.0]))
    for optimizer in [try SGD([good, bad], lr: 1), try AdamW([good, bad], lr: 1)] {
      good.grad = try Tensor([1.0, 1.0])
      bad.grad = try Tensor([1.0])
      #expect(throws: TensorError.self) { try optimizer.step() }
      bad.grad = try Tensor([1.0, 1.0], dtype: .float64)
      #expect(throws: TensorError.self) { try optimizer.step() }
    }
    #expect(try mismatch(good, shape: [2], [1, 2], units: 0) == nil)
    #expect(
      errorText {
        bad.grad = try Tensor([1.0])
        try SGD([bad]).step()
      } == "SGD.step: shapes [2] and [1], expected a gradient of the parameter's shape")
  }

  @Test func aGradientMayBeTheParameterItself() throws {
    let parameter = try Tensor([4.0, -8.0])
    parameter.grad = parameter
    try SGD([parameter], lr: 0.25).step()
    #expect(try mismatch(parameter, shape: [2], [3, -6], units: 0) == nil)
  }

  @Test func settingsThatPyTorchRefuses() throws {
    let x = [try Tensor([1.0])]
    for (argument, make) in [
      ("lr", { try SGD(x, lr: -0.1) }), ("momentum", { try SGD(x, momentum: -1) }),
      ("weightDecay", { try SGD(x, weightDecay: -1) }), ("nesterov", { try SGD(x, nesterov: true) }),
      ("nesterov", { try SGD(x, momentum: 0.9, dampening: 0.1, nesterov: true) }),
      ("lr", { try Adam(x, lr: -.ulpOfOne) }), ("lr", { try AdamW(x, lr: .nan) }),
      ("betas", { try Adam(x, betas: (1, 0.5)) }), ("betas", { try AdamW(x, betas: (0.5, -0.25)) }),
      ("eps", { try AdamW(x, eps: -1) }), ("weightDecay", { try Adam(x, weightDecay: -1) }),
    ] as [(String, () throws -> Optimizer)] {
      #expect(errorText { try make() }?.contains(": \(argument) is ") == true)
    }
    #expect(errorText { try Adam(x, lr: -1) } == "Adam: lr is -1.0, expected at least 0")
  }

  @Test func parametersThatPyTorchRefuses() throws {
    let x = try Tensor([1.0], requiresGrad: true)
    #expect(errorText { try SGD([]) } == "SGD: parameters is empty, expected at least one tensor")
    #expect(throws: TensorError.self) { try SGD([x, x]) }
    #expect(throws: TensorError.self) { try AdamW([x * 2]) }
    #expect(throws: TensorError.self) { try Adam([Tensor([1, 2])]) }
  }

  @Test func aStepIsNoticedByGraphsThatSavedTheParameter() throws {
    let x = try Tensor([3.0], requiresGrad: true)
    let y = try x * x
    try y.backward(retainGraph: true)
    let optimizer = try SGD([x], lr: 0.5)
    try optimizer.step()
    #expect(try x.item() == 0)
    #expect(throws: TensorError.modifiedInPlace(operation: "Mul")) { try y.backward() }
    optimizer.zeroGrad()
    #expect(x.grad == nil)
  }

  @Test func aRuleOfOnesOwn() throws {
    final class SignDescent: Optimizer {
      override func update(_ index: Int, gradient: Tensor) throws {
        let direction = try gradient.isGreater(than: Tensor(0.0)).to(.float32) * 2 - 1
        try parameters[index].assign(parameters[index] - direction)
      }
    }
    let x = try Tensor([3.0, -3.0], requiresGrad: true)
    let optimizer = try SignDescent([x])
    try (x * x).backward()
    try optimizer.step()
    #expect(try mismatch(x.detach(), shape: [2], [2, -2]) == nil)
  }
}
