// Convolution layers: what they pass on, the distributions of their weights, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct LayerTests {
  @Test func convolutionLayersPassTheirSettingsOn() throws {
    let (signal, image) = (
      try variedValues(shape: [2, 4, 9], seed: 1), try variedValues(shape: [2, 4, 7, 8], seed: 2)
    )
    let conv1 = try Conv1D(
      inChannels: 4, outChannels: 6, kernelSize: 3, stride: 2, padding: 2, dilation: 2, groups: 2,
      dtype: .float64)
    #expect(
      try mismatch(
        conv1(signal),
        Functional.conv1D(
          signal, weight: conv1.weight, bias: conv1.bias, stride: 2, padding: 2, dilation: 2, groups: 2))
        == nil)
    let conv2 = try Conv2D(
      inChannels: 4, outChannels: 6, kernelSize: IntPair(3, 2), stride: IntPair(2, 1), padding: IntPair(2, 1),
      dilation: IntPair(1, 2), groups: 2, bias: false, dtype: .float64)
    #expect(
      try mismatch(
        conv2(image),
        Functional.conv2D(
          image, weight: conv2.weight, stride: IntPair(2, 1), padding: IntPair(2, 1), dilation: IntPair(1, 2),
          groups: 2)) == nil)
    let up1 = try ConvTranspose1D(
      inChannels: 4, outChannels: 6, kernelSize: 3, stride: 3, padding: 2, outputPadding: 1, groups: 2,
      dilation: 2, dtype: .float64)
    #expect(
      try mismatch(
        up1(signal),
        Functional.convTranspose1D(
          signal, weight: up1.weight, bias: up1.bias, stride: 3, padding: 2, outputPadding: 1, groups: 2,
          dilation: 2)) == nil)
    let up2 = try ConvTranspose2D(
      inChannels: 4, outChannels: 6, kernelSize: IntPair(3, 2), stride: IntPair(3, 2), padding: IntPair(2, 1),
      outputPadding: IntPair(1, 0), groups: 2, bias: false, dilation: IntPair(2, 1), dtype: .float64)
    #expect(
      try mismatch(
        up2(image),
        Functional.convTranspose2D(
          image, weight: up2.weight, stride: IntPair(3, 2), padding: IntPair(2, 1),
          outputPadding: IntPair(1, 0),
          groups: 2, dilation: IntPair(2, 1))) == nil)
    let same = try Conv1D(inChannels: 4, outChannels: 1, kernelSize: 4, padding: .same, dtype: .float64)
    #expect(try same(signal).shape == [2, 1, 9])
  }

  /// The number of inputs of an output by PyTorch's rule: the weight's sizes but the first.
  @Test func distributionsOfWeights() throws {
    let generator = Generator(seed: 5)
    let layers: [(Module, [Int])] = [
      (
        try Conv1D(inChannels: 6, outChannels: 40, kernelSize: 5, groups: 2, generator: generator),
        [40, 3, 5]
      ),
      (
        try Conv2D(inChannels: 3, outChannels: 40, kernelSize: IntPair(2, 4), generator: generator),
        [40, 3, 2, 4]
      ),
      (
        try ConvTranspose1D(inChannels: 40, outChannels: 6, kernelSize: 5, groups: 2, generator: generator),
        [40, 3, 5]
      ),
      (
        try ConvTranspose2D(inChannels: 40, outChannels: 3, kernelSize: IntPair(2, 4), generator: generator),
        [40, 3, 2, 4]
      ),
      (
        try ConvTranspose1D(
          inChannels: 3, outChannels: 40, kernelSize: 5, upsamplingFactor: 2, generator: generator),
        [40, 3, 5]
      ),
      (
        try ConvTranspose2D(
          inChannels: 3, outChannels: 40, kernelSize: 3, upsamplingFactor: 2, generator: generator),
        [40, 3, 3, 3]
      ),
    ]
    for (layer, shape) in layers {
      let state = try layer.stateDict()
      #expect(state.names == ["weight", "bias"])
      let weight = try #require(state["weight"])
      #expect(weight.shape == shape, "\(type(of: layer))")
      let bound = 1 / Double(shape.dropFirst().reduce(1, *)).squareRoot()
      let values = try doubles(weight)
      #expect(values.allSatisfy { abs($0) <= bound })
      #expect(values.contains { $0 > 0.9 * bound } && values.contains { $0 < -0.9 * bound })
      #expect(try doubles(#require(state["bias"])).allSatisfy { abs($0) <= bound })
    }
  }

  @Test func refusals() throws {
    #expect(
      errorText { try Conv1D(inChannels: 3, outChannels: 4, kernelSize: 2, groups: 2) }
        == "Conv1D: inChannels is 3, expected a multiple of 2 groups")
    #expect(throws: TensorError.self) { try Conv2D(inChannels: 4, outChannels: 3, kernelSize: 2, groups: 2) }
    #expect(throws: TensorError.self) { try Conv2D(inChannels: 4, outChannels: 3, kernelSize: 0) }
    #expect(throws: TensorError.self) { try Conv2D(inChannels: 4, outChannels: 3, kernelSize: 1, groups: 0) }
    #expect(throws: TensorError.self) { try Conv1D(inChannels: 0, outChannels: 3, kernelSize: 1) }
    #expect(throws: TensorError.self) {
      try ConvTranspose1D(inChannels: 3, outChannels: 4, kernelSize: 2, groups: 2)
    }
    #expect(throws: TensorError.self) {
      try ConvTranspose2D(inChannels: 3, outChannels: 4, kernelSize: 2, upsamplingFactor: 0)
    }
    #expect(throws: TensorError.self) { try ConvTranspose2D(inChannels: 3, outChannels: 4, kernelSize: -2) }
  }
}
