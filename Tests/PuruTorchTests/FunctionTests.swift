// Operations that users write: saving, several results, errors, no leaks.

import PuruTorch
import TestSupport
import Testing

private struct SoftClip: Function {
  let low: Float

  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor] {
    let isInside = try inputs[0].isGreater(than: Tensor(low)).to(inputs[0].dtype)
    context.save(isInside)
    return [try inputs[0] * isInside + low * (1 - isInside)]
  }

  func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?] {
    let isInside = try context.savedTensors()[0]
    return [try gradients[0] * (0.5 + 0.5 * isInside)]
  }
}

/// The sum and the exponential of the product, with the second result saved for its own gradient.
private struct SumAndExp: Function {
  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor] {
    let exponential = try (inputs[0] * inputs[1]).exp()
    context.save(inputs[0], inputs[1], exponential)
    return [try inputs[0] + inputs[1], exponential]
  }

  func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?] {
    let saved = try context.savedTensors()
    let slope = try gradients[1] * saved[2]
    return [try gradients[0] + slope * saved[1], try gradients[0] + slope * saved[0]]
  }
}

private struct WrongShape: Function {
  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor] { [try inputs[0] * 1] }
  func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?] {
    [try gradients[0].sum()]
  }
}

@Suite struct FunctionTests {
  @Test func aFunctionWithASetting() throws {
    let x = try Tensor([-1.0, 2.0], requiresGrad: true)
    let y = try SoftClip(low: 0).apply(x)
    #expect(try mismatch(y, shape: [2], [0, 2]) == nil)
    #expect(y.gradFn?.name == "SoftClip")
    try y.backward(Tensor([3.0, 5.0]))
    #expect(try mismatch(#require(x.grad), shape: [2], [1.5, 5]) == nil)
  }

  @Test func severalResultsAgreeWithFiniteDifferences() throws {
    let inputs = [try variedValues(shape: [3], seed: 1), try variedValues(shape: [3], seed: 2)]
    #expect(
      try gradientMismatch(inputs) {
        let results = try SumAndExp().applyAll($0)
        return try results[0] * results[1]
      } == nil)
    #expect(try gradientMismatch(inputs) { try SumAndExp().applyAll($0)[1] } == nil)
  }

  @Test func savingAResultLeaksNothing() throws {
    let tracker = LeakTracker()
    do {
      let x = try variedValues(shape: [3], seed: 1).setRequiresGrad()
      let results = try SumAndExp().applyAll([x, x])
      for result in results { tracker.track(result, "result") }
      tracker.track(try #require(results[1].gradFn), "node")
    }
    #expect(tracker.count == 3)
    #expect(tracker.alive == [])
  }

  @Test func aGradientOfTheWrongShapeIsRefused() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    let y = try WrongShape().apply(x)
    #expect(
      errorText { try y.backward() }
        == "WrongShape.backward: shapes [] and [2], expected a gradient of its input's shape")
  }
}
