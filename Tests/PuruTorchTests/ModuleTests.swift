// Modules: what the walk over properties finds and what it calls it, loading of states, modes, refusals.

import PuruTorch
import TestSupport
import Testing

private class Base: Module {
  let firstWeight: Parameter
  override init() {
    firstWeight = zeros(1)
    super.init()
  }
}

private final class Kitchen: Base {
  let second: Parameter? = zeros(2)
  let absent: Parameter? = nil
  let runningMean = Buffer(zeros(3))
  let convLayers: [Module]
  let byName: [String: Parameter] = ["b": zeros(5), "a": zeros(6)]
  let plain = [1.0, 2.0]
  let text = "text"
  let settings: (Int, IntPair) = (1, IntPair(2, 3))
  let activation: Module = ReLU()
  var computed: Parameter { zeros(7) }
  lazy var cached: Parameter = zeros(8)
  let weightIH0 = zeros(9)
  let conv2D = zeros(10)

  override init() {
    let linear = try? Linear(inFeatures: 2, outFeatures: 1)
    convLayers = [linear ?? ReLU(), Sequential(linear ?? ReLU(), Tanh())]
    super.init()
  }
}

private func zeros(_ count: Int) -> Parameter {
  guard let tensor = try? Tensor.zeros([count]) else { fatalError("no memory") }
  return Parameter(tensor)
}

private final class Holder<Value>: Module {
  let held: Value
  init(_ held: Value) { self.held = held }
}

private final class Box {
  let inside: Any
  init(_ inside: Any) { self.inside = inside }
}

private final class Loop: Module {
  var child: Module?
}

@Suite struct ModuleTests {
  @Test func stateNamesAndOrder() throws {
    let module = Kitchen()
    _ = module.cached
    let state = try module.stateDict()
    #expect(
      state.names == [
        "first_weight", "second", "running_mean", "conv_layers.0.weight", "conv_layers.0.bias",
        "conv_layers.1.0.weight", "conv_layers.1.0.bias", "by_name.a", "by_name.b", "weight_ih0", "conv2d",
      ])
    #expect(state.map { $0.tensor.shape[0] } == [1, 2, 3, 1, 1, 1, 1, 6, 5, 9, 10])
    #expect(state["by_name.a"]?.shape == [6])
    #expect(state["by_name.c"] == nil)
  }

  @Test func parametersBuffersAndModules() throws {
    let module = Kitchen()
    #expect(
      try module.namedParameters().map(\.name) == [
        "first_weight", "second", "conv_layers.0.weight", "conv_layers.0.bias", "by_name.a", "by_name.b",
        "weight_ih0", "conv2d",
      ])
    #expect(try module.parameters().count == 8)
    #expect(try module.namedBuffers().map(\.name) == ["running_mean"])
    #expect(
      try module.namedModules().map(\.name) == [
        "", "conv_layers.0", "conv_layers.1", "conv_layers.1.1", "activation",
      ])
    #expect(try module.namedModules().first?.module === module)
  }

  @Test func stateSharesMemoryWithoutHistory() throws {
    let layer = try Linear(inFeatures: 2, outFeatures: 2)
    let weight = try #require(try layer.stateDict()["weight"])
    #expect(!weight.requiresGrad)
    try weight.fill(3)
    #expect(try layer.weight.data() == [3, 3, 3, 3] as [Float])
  }

  @Test func hiddenStateIsRefused() throws {
    let parameter = zeros(1)
    for module in [
      Holder((1, parameter)), Holder([[1: parameter]]), Holder(Box(Box(ReLU()))),
      Holder(Result<Parameter, TensorError>.success(parameter)), Holder(Set([ObjectIdentifier(parameter)])),
    ] as [Module] {
      let isHarmless = module is Holder<Set<ObjectIdentifier>>
      #expect((errorText { try module.parameters() } == nil) == isHarmless, "\(type(of: module))")
      #expect((errorText { try module.eval() } == nil) == isHarmless, "\(type(of: module))")
    }
    #expect(
      errorText { try Holder((1, parameter)).parameters() }?.contains("the property held holds a parameter")
        == true)
  }

  @Test func objectsThatPointAtEachOtherAreNoState() throws {
    let circle = Box([Any]())
    let other = Box(circle)
    #expect(try Holder((circle, other)).parameters().isEmpty)
    let y = try (zeros(2) * zeros(2)).sum()
    #expect(try Holder(y).parameters().isEmpty)
  }

  @Test func aModuleInItselfIsRefused() throws {
    let loop = Loop()
    loop.child = Sequential(loop)
    #expect(errorText { try loop.parameters() } == "Loop: contains itself as child.layers.0")
    loop.child = nil
  }

  @Test func sharedParameters() throws {
    let layer = try Linear(inFeatures: 2, outFeatures: 2, bias: false)
    let model = Sequential(layer, layer)
    #expect(try model.namedParameters().map(\.name) == ["0.weight"])
    #expect(try model.stateDict().names == ["0.weight", "1.weight"])
    #expect(try model.namedModules().map(\.name) == ["", "0"])
  }

  @Test func loading() throws {
    let (a, b) = (Kitchen(), Kitchen())
    for (index, entry) in try a.stateDict().enumerated() { try entry.tensor.fill(index) }
    try b.loadStateDict(a.stateDict())
    for (x, y) in zip(try a.stateDict(), try b.stateDict()) {
      #expect(try mismatch(y.tensor, x.tensor, units: 0) == nil)
    }
    let half: StateDict = ["weight": try Tensor([[0.5, 1.5]], dtype: .float64), "bias": try Tensor([2])]
    let layer = try Linear(inFeatures: 2, outFeatures: 1)
    try layer.loadStateDict(half)
    #expect(try layer.weight.data() == [0.5, 1.5] as [Float])
    #expect(try layer.bias?.data() == [2] as [Float])
    #expect(layer.weight.requiresGrad)
  }

  @Test func everythingThatDoesNotFitIsReportedAndNothingChanged() throws {
    let model = Sequential(
      try Linear(inFeatures: 2, outFeatures: 1), try Linear(inFeatures: 1, outFeatures: 1))
    let before = try model.parameters().flatMap { try $0.data(as: Float.self) }
    var state = try model.stateDict()
    for name in state.names { state[name] = try Tensor.full([1], 7) }
    state["0.bias"] = nil
    state["2.weight"] = try Tensor([1])
    #expect(
      errorText { try model.loadStateDict(state) }
        == "Sequential.loadStateDict: 0.bias is missing; 2.weight is unexpected; 0.weight has shape [1], "
        + "expected [1, 2]; 1.weight has shape [1], expected [1, 1]")
    #expect(throws: ModuleError.self) { try model.loadStateDict(state, strict: false) }
    #expect(try model.parameters().flatMap { try $0.data(as: Float.self) } == before)
    state["0.weight"] = nil
    state["1.weight"] = nil
    let skipped = try model.loadStateDict(state, strict: false)
    #expect(skipped.missing == ["0.weight", "0.bias", "1.weight"])
    #expect(skipped.unexpected == ["2.weight"])
    #expect(try model.stateDict()["1.bias"]?.data() == [7] as [Float])
  }

  @Test func modes() throws {
    let inner = ReLU()
    let model = Sequential(Sequential(inner))
    #expect(model.isTraining && inner.isTraining)
    #expect(try model.eval() === model)
    #expect(!model.isTraining && !inner.isTraining)
    try model.train()
    #expect(model.isTraining && inner.isTraining)
  }

  @Test func forwardAndGradients() throws {
    #expect(errorText { try Module()(Tensor([1])) }?.hasPrefix("Module: no forward") == true)
    let x = try Tensor([1.0, -2.0])
    #expect(try Sequential()(x) === x)
    #expect(try Sequential([ReLU(), Tanh()])(x).data() == x.relu().tanh().data() as [Float])
    let layer = try Linear(inFeatures: 2, outFeatures: 1)
    try layer(x).backward()
    #expect(layer.weight.grad != nil)
    try layer.zeroGrad()
    #expect(layer.weight.grad == nil && layer.bias?.grad == nil)
  }

  @Test func repeatedNamesAreRefused() throws {
    final class Clash: Module {
      let aB = zeros(1)
      let a_b = zeros(2)
    }
    #expect(errorText { try Clash().stateDict() } == "Clash: two parameters or buffers are named a_b")
  }
}
