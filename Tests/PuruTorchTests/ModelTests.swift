// Models: names of their states, PyTorch's values, gradients, training, no leaks.

import PuruTorch
import TestSupport
import Testing

@Suite struct ModelTests {
  /// Loads reproducible values: entry i of the state is drawn with seed 10 + i; running statistics stay.
  private func fill(_ model: Module) throws {
    var state = try model.stateDict()
    for (index, entry) in state.enumerated() where !entry.name.contains("running") && entry.tensor.ndim > 0 {
      state[entry.name] = try variedValues(shape: entry.tensor.shape, seed: UInt64(10 + index))
    }
    try model.loadStateDict(state)
  }

  @Test func multiLayerPerceptron() throws {
    let model = try MLP([3, 4, 2], activation: Tanh(), dtype: .float64)
    #expect(
      try model.stateDict().names == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"])
    let x = try variedValues(shape: [5, 3], seed: 1)
    let state = try model.parameters()
    let hidden = try (x.matmul(state[0].T) + state[1]).tanh()
    #expect(try mismatch(model(x), (hidden.matmul(state[2].T) + state[3]).tanh(), units: 16) == nil)
    let plain = try MLP([3, 2], dtype: .float64)
    #expect(try mismatch(plain(x), plain.layers[0](x)) == nil)
    #expect(try MLP([3])(x) === x)
  }

  @Test func convolutionalNetwork() throws {
    let model = try CNN(
      inWidth: 20, convDims: [2, 4, 3], kernelSizes: [5, 4], strides: [1, 2], linearDim: 3,
      activations: [Tanh(), Sigmoid()], dtype: .float64)
    #expect(
      try model.stateDict().names == [
        "conv_layers.0.weight", "conv_layers.0.bias", "conv_layers.1.weight", "conv_layers.1.bias",
        "linear.weight", "linear.bias",
      ])
    let x = try variedValues(shape: [2, 2, 20], seed: 1)
    let (first, second) = (model.convLayers[0], model.convLayers[1])
    let a = try Functional.conv1D(x, weight: first.weight, bias: first.bias, padding: 2).tanh()
    let b = try Functional.conv1D(a, weight: second.weight, bias: second.bias, stride: 2, padding: 2)
      .sigmoid()
    #expect(try mismatch(model(x), model.linear(b.reshaped([2, -1]))) == nil)
    #expect(try CNN()(.zeros([1, 24, 128])).shape == [1, 10])
    #expect(throws: TensorError.self) { try CNN(convDims: [24, 56, 28]) }
    #expect(throws: TensorError.self) { try CNN(strides: [1, 2, 0]) }
    #expect(throws: TensorError.self) { try CNN(inWidth: 0, kernelSizes: [5, 9, 2]) }
  }

  /// Values that PyTorch 2.13 gives.
  @Test func residualBlock() throws {
    let model = try ResBlock(inChannels: 2, outChannels: 1, kernelSize: 3, dtype: .float64)
    let parts = ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"]
    #expect(
      try model.stateDict().names
        == ["cbn1", "cbn2", "residual"].flatMap { path in
          (parts + ["bn.num_batches_tracked"]).map { "\(path).\($0)" }
        })
    try fill(model)
    let x = try variedValues(shape: [1, 2, 7, 7], seed: 7)
    #expect(
      try mismatch(
        model(x), shape: [1, 1, 3, 3],
        [
          0.7037565113282138, 0.6959289014531833, 0.6433416214514549, 0.6849021942297013, 1.7826384786852665,
          2.4163855516874673, 0.7554655134217416, 0, 0,
        ], units: 64) == nil)
    #expect(
      try mismatch(
        #require(model.stateDict()["cbn1.bn.running_mean"]), shape: [1], [0.11587285108398647], units: 16)
        == nil)
    let plain = try ResBlock(inChannels: 2, outChannels: 2, kernelSize: 1, stride: 1, padding: 0)
    #expect(plain.residual is Identity)
    #expect(try plain(.zeros([1, 2, 4, 4])).shape == [1, 2, 4, 4])
    #expect(throws: TensorError.self) {
      try ResBlock(inChannels: 2, outChannels: 2, kernelSize: 3, stride: 2)(.zeros([2, 2, 4, 4]))
    }
  }

  /// Names and values that PyTorch 2.13 gives.
  @Test func recurrentClassifiers() throws {
    let rnn = try RNNClassifier(inDim: 3, hiddenDim: 2, outDim: 2, dtype: .float64)
    let gru = try GRUClassifier(inDim: 3, hiddenDim: 2, outDim: 2, dtype: .float64)
    for model in [rnn, gru] as [Module] {
      #expect(
        try model.stateDict().names == [
          "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "rnn.weight_ih_l1",
          "rnn.weight_hh_l1", "rnn.bias_ih_l1", "rnn.bias_hh_l1", "proj.weight", "proj.bias",
        ])
      try fill(model)
    }
    let (x, h0) = (try variedValues(shape: [2, 3, 3], seed: 7), try variedValues(shape: [2, 2, 2], seed: 8))
    #expect(
      try mismatch(
        rnn(x), shape: [2, 2],
        [0.025188675554477458, 1.0707111227743167, 0.017612802866733446, 1.0440883819996847], units: 16)
        == nil)
    #expect(
      try mismatch(
        rnn(x, h0), shape: [2, 2],
        [-0.0023139386580441346, 0.9940647007441572, -0.00943866006203653, 0.9939112984435946], units: 16)
        == nil)
    #expect(
      try mismatch(
        gru(x), shape: [2, 2],
        [-0.14760342194022685, -0.07298375650885591, -0.11373072682511542, 0.2990052655400839], units: 16)
        == nil)
    #expect(
      try mismatch(
        gru(x, h0), shape: [2, 2],
        [-0.1668733215375982, -0.07286376378995285, -0.13011824398763877, 0.3288418710702127], units: 16)
        == nil)
    #expect(try gradientMismatch([x, h0]) { try gru($0[0], $0[1]) } == nil)
    #expect(try gradientMismatch([x, h0]) { try rnn($0[0], $0[1]) } == nil)
    for (shape, hidden) in [([2, 3, 4], nil), ([2, 0, 3], nil), ([3, 3], nil), ([2, 3, 3], [1, 2, 2])] {
      let x = try Tensor.zeros(shape, dtype: .float64)
      let h0 = try hidden.map { try Tensor.zeros($0, dtype: .float64) }
      #expect(throws: TensorError.self) { try rnn(x, h0) }
    }
    #expect(throws: TensorError.self) {
      try GRUClassifier(inDim: 3, hiddenDim: 2, outDim: 2, numHiddenLayers: 0)
    }
  }

  @Test func trainingLowersTheLossAndLeavesNothingBehind() throws {
    let tracker = LeakTracker()
    try withGenerator(Generator(seed: 3)) {
      let model = Sequential(
        try Conv1D(inChannels: 1, outChannels: 4, kernelSize: 3, padding: .same), ReLU(),
        MaxPool1D(kernelSize: 2))
      let head = try MLP([16, 8, 1], activation: Tanh())
      let (x, y) = (try Tensor.normal([32, 1, 8]), try Tensor.uniform([32, 1], low: -0.5, high: 0.5))
      var losses: [Double] = []
      for _ in 0..<60 {
        let loss = try tracker.track(
          (head(model(x).flattened(from: 1)) - y) ** 2, "squares"
        ).mean()
        losses.append(try tracker.track(loss, "loss").item())
        tracker.track(try #require(loss.gradFn), "node")
        try loss.backward()
        try noGrad {
          for parameter in try model.parameters() + head.parameters() {
            try parameter.assign(parameter - 0.2 * #require(parameter.grad))
            parameter.zeroGrad()
          }
        }
      }
      #expect(losses[59] < losses[0] / 2, "\(losses)")
    }
    #expect(tracker.count == 180 && tracker.alive.isEmpty)
  }
}
