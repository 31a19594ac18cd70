// Convolutions and transposed convolutions against loops over their definition; gradients; settings and refusals.

import PuruTorch
import TestSupport
import Testing

/// A convolution's shapes and settings, images throughout.
private struct Case: Sendable, CustomTestStringConvertible {
  var batch = 2
  var channels = (3, 4)
  var size = (6, 5)
  var kernel = (3, 2)
  var stride = IntPair(1, 1)
  var padding = IntPair(0, 0)
  var outputPadding = IntPair(0, 0)
  var dilation = IntPair(1, 1)
  var groups = 1

  static let all = [
    Case(), Case(stride: IntPair(2, 3)),
    Case(size: (7, 9), kernel: (3, 4), stride: IntPair(2, 2), padding: IntPair(1, 1)),
    Case(size: (7, 10), kernel: (2, 4), stride: IntPair(1, 2), padding: IntPair(0, 2)),
    Case(channels: (2, 8), size: (4, 67), padding: IntPair(1, 0)), Case(padding: IntPair(2, 1)),
    Case(dilation: IntPair(2, 3)),
    Case(channels: (4, 6), groups: 2),
    Case(channels: (3, 3), kernel: (3, 3), padding: IntPair(1, 1), groups: 3),
    Case(
      channels: (4, 2), size: (9, 8), stride: IntPair(2, 3), padding: IntPair(3, 1),
      outputPadding: IntPair(1, 2), dilation: IntPair(2, 1), groups: 2),
    Case(batch: 1, channels: (1, 1), size: (1, 1), kernel: (1, 1)),
    Case(size: (4, 4), kernel: (4, 4)), Case(kernel: (1, 1), stride: IntPair(5, 5), padding: IntPair(1, 1)),
    Case(batch: 0),
  ]

  var testDescription: String {
    "\(batch)×\(channels) \(size) kernel \(kernel) stride \(stride) padding \(padding) dilation \(dilation) "
      + "groups \(groups)"
  }

  func input() throws -> Tensor {
    try variedValues(shape: [batch, channels.0, size.0, size.1], seed: 1)
  }
  func weight() throws -> Tensor {
    try variedValues(shape: [channels.1, channels.0 / groups, kernel.0, kernel.1], seed: 2)
  }
  func transposedWeight() throws -> Tensor {
    try variedValues(shape: [channels.0, channels.1 / groups, kernel.0, kernel.1], seed: 2)
  }
  func bias() throws -> Tensor { try variedValues(shape: [channels.1], seed: 3) }

  func convolve(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    try Functional.conv2D(
      x, weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  func transposeConvolve(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    try Functional.convTranspose2D(
      x, weight: weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding,
      groups: groups, dilation: dilation)
  }

  /// Calls a body for every product of the convolution between an image of `size` and one of `result`: with the
  /// places in the image and in the result, the kernel's position, and the channels' within and across groups.
  func products(
    size: (Int, Int), result: (Int, Int),
    _ body: (_ place: (Int, Int), _ at: (Int, Int), _ k: (Int, Int)) -> Void
  ) {
    for row in 0..<result.0 {
      for column in 0..<result.1 {
        for i in 0..<kernel.0 {
          for j in 0..<kernel.1 {
            let y = row * stride.height - padding.height + i * dilation.height
            let x = column * stride.width - padding.width + j * dilation.width
            if y >= 0 && y < size.0 && x >= 0 && x < size.1 { body((y, x), (row, column), (i, j)) }
          }
        }
      }
    }
  }
}

/// A position in a row-major array of four dimensions.
private func position(_ shape: [Int], _ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
  ((a * shape[1] + b) * shape[2] + c) * shape[3] + d
}

@Suite struct ConvolutionTests {
  @Test(arguments: Case.all)
  private func convolutionIsItsDefinition(_ c: Case) throws {
    let (x, weight, bias) = (try c.input(), try c.weight(), try c.bias())
    let result = (
      (c.size.0 + 2 * c.padding.height - c.dilation.height * (c.kernel.0 - 1) - 1) / c.stride.height + 1,
      (c.size.1 + 2 * c.padding.width - c.dilation.width * (c.kernel.1 - 1) - 1) / c.stride.width + 1
    )
    let (input, kernel, offsets) = (try doubles(x), try doubles(weight), try doubles(bias))
    let shape = [c.batch, c.channels.1, result.0, result.1]
    var expected = [Double](repeating: 0, count: shape.reduce(1, *))
    for n in 0..<c.batch {
      for o in 0..<c.channels.1 {
        for row in 0..<result.0 {
          for column in 0..<result.1 { expected[position(shape, n, o, row, column)] = offsets[o] }
        }
        let group = o / (c.channels.1 / c.groups)
        for i in 0..<(c.channels.0 / c.groups) {
          let channel = group * (c.channels.0 / c.groups) + i
          c.products(size: c.size, result: result) { place, at, k in
            expected[position(shape, n, o, at.0, at.1)] +=
              input[position(x.shape, n, channel, place.0, place.1)]
              * kernel[position(weight.shape, o, i, k.0, k.1)]
          }
        }
      }
    }
    let found = try c.convolve(x, weight, bias)
    #expect(try mismatch(found, shape: shape, expected, units: 16) == nil)
    let single = try c.convolve(x.to(.float32), weight.to(.float32), bias.to(.float32))
    #expect(try mismatch(single, shape: shape, expected, units: 16) == nil)
  }

  @Test(arguments: Case.all)
  private func transposedConvolutionIsItsDefinition(_ c: Case) throws {
    let (x, weight, bias) = (try c.input(), try c.transposedWeight(), try c.bias())
    let size = (
      (c.size.0 - 1) * c.stride.height - 2 * c.padding.height + c.dilation.height * (c.kernel.0 - 1)
        + c.outputPadding.height + 1,
      (c.size.1 - 1) * c.stride.width - 2 * c.padding.width + c.dilation.width * (c.kernel.1 - 1)
        + c.outputPadding.width + 1
    )
    guard size.0 > 0 && size.1 > 0 else {
      #expect(throws: TensorError.self) { try c.transposeConvolve(x, weight, bias) }
      return
    }
    let (input, kernel, offsets) = (try doubles(x), try doubles(weight), try doubles(bias))
    let shape = [c.batch, c.channels.1, size.0, size.1]
    var expected = [Double](repeating: 0, count: shape.reduce(1, *))
    for n in 0..<c.batch {
      for channel in 0..<c.channels.0 {
        let group = channel / (c.channels.0 / c.groups)
        for i in 0..<(c.channels.1 / c.groups) {
          let o = group * (c.channels.1 / c.groups) + i
          c.products(size: size, result: c.size) { place, at, k in
            expected[position(shape, n, o, place.0, place.1)] +=
              input[position(x.shape, n, channel, at.0, at.1)]
              * kernel[position(weight.shape, channel, i, k.0, k.1)]
          }
        }
      }
      for o in 0..<c.channels.1 {
        for row in 0..<size.0 {
          for column in 0..<size.1 { expected[position(shape, n, o, row, column)] += offsets[o] }
        }
      }
    }
    let found = try c.transposeConvolve(x, weight, bias)
    #expect(try mismatch(found, shape: shape, expected, units: 16) == nil)
    let single = try c.transposeConvolve(x.to(.float32), weight.to(.float32), bias.to(.float32))
    #expect(try mismatch(single, shape: shape, expected, units: 16) == nil)
  }

  @Test(arguments: Case.all)
  private func gradients(_ c: Case) throws {
    let inputs = [try c.input(), try c.weight(), try c.bias()]
    #expect(try gradientMismatch(inputs) { try c.convolve($0[0], $0[1], $0[2]) } == nil)
    let transposed = [try c.input(), try c.transposedWeight(), try c.bias()]
    guard errorText({ try c.transposeConvolve(transposed[0], transposed[1], nil) }) == nil else { return }
    #expect(try gradientMismatch(transposed) { try c.transposeConvolve($0[0], $0[1], $0[2]) } == nil)
  }

  @Test func gradientsOfSomeInputsAndOfViews() throws {
    let c = Case()
    let (x, weight) = (try c.input(), try c.weight())
    #expect(try gradientMismatch([x]) { try c.convolve($0[0], weight, nil) } == nil)
    #expect(try gradientMismatch([weight]) { try c.convolve(x, $0[0], nil) } == nil)
    #expect(try gradientMismatch([c.bias()]) { try c.convolve(x, weight, $0[0]) } == nil)
    #expect(
      try gradientMismatch([x.transposed(2, 3), weight.transposed(0, 1)]) {
        try c.convolve($0[0].transposed(2, 3), $0[1].transposed(0, 1), nil).T
      } == nil)
  }

  @Test func gradientsOfGradients() throws {
    let c = Case(
      batch: 1, channels: (2, 2), size: (4, 5), kernel: (2, 2), stride: IntPair(2, 1), padding: IntPair(1, 0),
      groups: 2)
    #expect(
      try secondGradientMismatch([c.input(), c.weight(), c.bias()]) { try c.convolve($0[0], $0[1], $0[2]) }
        == nil)
    #expect(
      try secondGradientMismatch([c.input(), c.transposedWeight(), c.bias()]) {
        try c.transposeConvolve($0[0], $0[1], $0[2])
      } == nil)
  }

  @Test func signalsAreImagesOfHeightOne() throws {
    let (x, weight, bias) = (
      try variedValues(shape: [2, 4, 11], seed: 1), try variedValues(shape: [6, 2, 3], seed: 2),
      try variedValues(shape: [6], seed: 3)
    )
    let found = try Functional.conv1D(
      x, weight: weight, bias: bias, stride: 2, padding: 3, dilation: 2, groups: 2)
    let expected = try Functional.conv2D(
      x.unsqueezed(2), weight: weight.unsqueezed(2), bias: bias, stride: IntPair(1, 2),
      padding: IntPair(0, 3),
      dilation: IntPair(1, 2), groups: 2)
    #expect(try mismatch(found, expected.squeezed(2), units: 0) == nil)
    let back = try Functional.convTranspose1D(
      found, weight: weight, stride: 2, padding: 3, outputPadding: 1, groups: 2, dilation: 2)
    let backExpected = try Functional.convTranspose2D(
      expected, weight: weight.unsqueezed(2), stride: IntPair(1, 2), padding: IntPair(0, 3),
      outputPadding: IntPair(0, 1), groups: 2, dilation: IntPair(1, 2))
    #expect(try mismatch(back, backExpected.squeezed(2), units: 0) == nil)
    #expect(
      try gradientMismatch([x, weight, bias]) {
        try Functional.conv1D($0[0], weight: $0[1], bias: $0[2], stride: 2, padding: 3, groups: 2)
      } == nil)
  }

  @Test func inputsWithoutBatch() throws {
    let c = Case()
    let (x, weight, bias) = (try c.input(), try c.weight(), try c.bias())
    #expect(try mismatch(c.convolve(x[1], weight, bias), c.convolve(x, weight, bias)[1], units: 0) == nil)
    #expect(try gradientMismatch([x[0], weight, bias]) { try c.convolve($0[0], $0[1], $0[2]) } == nil)
    let transposed = try c.transposedWeight()
    #expect(
      try mismatch(
        c.transposeConvolve(x[1], transposed, bias), c.transposeConvolve(x, transposed, bias)[1], units: 0)
        == nil)
  }

  /// Where the padding is uneven the extra zero is on the right.
  @Test func samePadding() throws {
    let x = try Tensor([[1.0, 2.0, 3.0, 4.0]])
    func same(_ kernel: [Double], dilation: Int = 1) throws -> [Float] {
      let weight = try Tensor([[kernel]])
      return try Functional.conv1D(x, weight: weight, padding: .same, dilation: dilation).data()
    }
    #expect(try same([1, 10]) == [21, 32, 43, 4])
    #expect(try same([1, 10, 100]) == [210, 321, 432, 43])
    #expect(try same([1, 10, 100, 1000]) == [3210, 4321, 432, 43])
    #expect(try same([1, 10], dilation: 3) == [30, 41, 2, 3])
    #expect(try Functional.conv1D(x, weight: Tensor([[[1.0, 1.0]]]), padding: .valid).shape == [1, 3])
    #expect(
      errorText { try Functional.conv1D(x, weight: Tensor([[[1.0]]]), stride: 2, padding: .same) }
        == "conv1D: stride is (1, 2), expected 1, which padding .same requires")
  }

  @Test func refusals() throws {
    func conv(
      _ x: [Int] = [2, 4, 5, 5], _ weight: [Int] = [6, 4, 3, 3], bias: [Int]? = nil,
      stride: any IntOrPair = 1,
      padding: any ConvolutionPadding = 0, dilation: any IntOrPair = 1, groups: Int = 1
    ) -> String? {
      errorText {
        try Functional.conv2D(
          .zeros(x), weight: .zeros(weight), bias: bias.map { try .zeros($0) }, stride: stride,
          padding: padding, dilation: dilation, groups: groups)
      }
    }
    #expect(conv() == nil)
    #expect(
      conv([2, 3, 5, 5])
        == "conv2D: shapes [2, 3, 5, 5] and [6, 4, 3, 3], expected output channels that 1 groups divide, and "
        + "1 times the weight's second size as input channels")
    #expect(conv([4, 5]) != nil)
    #expect(conv([1, 2, 4, 5, 5]) != nil)
    #expect(conv([2, 4, 2, 5]) != nil)
    #expect(conv([2, 4, 0, 5]) != nil)
    #expect(conv([2, 4, 2, 5], padding: IntPair(1, 0)) == nil)
    #expect(conv([6, 4, 3, 3], [6, 4, 3]) != nil)
    #expect(conv([2, 4, 5, 5], [6, 4, 0, 3]) != nil)
    #expect(conv([2, 4, 5, 5], [0, 4, 3, 3]) != nil)
    #expect(conv(bias: [5]) == "conv2D: shapes [6, 4, 3, 3] and [5], expected a bias of 6 elements")
    #expect(conv(bias: [6, 1]) != nil)
    #expect(conv(stride: 0) == "conv2D: stride is (0, 0), expected at least 1")
    #expect(conv(stride: IntPair(1, 0)) != nil)
    #expect(conv(padding: -1) != nil)
    #expect(conv(dilation: 0) != nil)
    #expect(conv(dilation: 3) != nil)
    #expect(conv(groups: 0) == "conv2D: groups is 0, expected at least 1")
    #expect(conv(groups: 4) != nil)
    #expect(conv([2, 8, 5, 5], groups: 2) == nil)
    #expect(conv([2, 8, 5, 5], [5, 4, 3, 3], groups: 2) != nil)
    #expect(conv(padding: Int.max) != nil)
    #expect(conv(stride: Int.max) != nil)
    #expect(
      errorText { try Functional.conv1D(.zeros([1, 4]), weight: .zeros([1, 1, 2]), padding: IntPair(1, 2)) }
        == "conv1D: padding is (1, 2), expected one number")
    #expect(
      errorText {
        try Functional.conv1D(.zeros([1, 4]), weight: .zeros([1, 1, 2], dtype: .float64))
      } == "conv1D: a tensor of type float64, expected float32, as the others")
    #expect(
      errorText { try Functional.conv1D(Tensor([[1, 2]]), weight: Tensor([[[1]]])) }
        == "conv1D: a tensor of type int64, expected a floating-point type")
  }

  @Test func refusalsOfTheTransposedConvolution() throws {
    func conv(
      _ x: [Int] = [2, 4, 5, 5], _ weight: [Int] = [4, 6, 3, 3], bias: [Int]? = nil,
      stride: any IntOrPair = 1,
      padding: any IntOrPair = 0, outputPadding: any IntOrPair = 0, groups: Int = 1,
      dilation: any IntOrPair = 1
    ) -> String? {
      errorText {
        try Functional.convTranspose2D(
          .zeros(x), weight: .zeros(weight), bias: bias.map { try .zeros($0) }, stride: stride,
          padding: padding, outputPadding: outputPadding, groups: groups, dilation: dilation)
      }
    }
    #expect(conv() == nil)
    #expect(conv([2, 3, 5, 5]) != nil)
    #expect(conv([2, 4, 0, 5]) != nil)
    #expect(conv([2, 4, 2, 2], padding: 2) != nil)
    #expect(conv([2, 4, 5, 5], [4, 0, 3, 3]) != nil)
    #expect(conv(bias: [4]) != nil)
    #expect(conv(bias: [12], groups: 2) == nil)
    #expect(conv([2, 3, 5, 5], [3, 6, 3, 3], groups: 2) != nil)
    #expect(
      conv(stride: 2, outputPadding: 2)
        == "convTranspose2D: outputPadding is (2, 2), expected less than the stride (2, 2) or the dilation (1, 1)"
    )
    #expect(conv(outputPadding: 2, dilation: 3) == nil)
    #expect(conv(stride: IntPair(3, 1), outputPadding: IntPair(2, 1)) != nil)
    #expect(conv(stride: 2, outputPadding: -1) != nil)
    #expect(conv(padding: -1) != nil)
    #expect(conv(stride: 1 << 30, dilation: 1 << 30) != nil)
  }

  @Test func theZeroInsertionFormIsPyTorchsWithAReversedKernel() throws {
    let layer = try ConvTranspose2D(
      inChannels: 2, outChannels: 3, kernelSize: 3, upsamplingFactor: 2, dtype: .float64)
    let x = try variedValues(shape: [2, 2, 4, 3], seed: 5)
    let weight = try doubles(layer.weight)
    var swapped = [Double](repeating: 0, count: weight.count)
    for o in 0..<3 {
      for c in 0..<2 {
        for i in 0..<3 {
          for j in 0..<3 {
            swapped[position([2, 3, 3, 3], c, o, 2 - i, 2 - j)] = weight[position([3, 2, 3, 3], o, c, i, j)]
          }
        }
      }
    }
    let other = try ConvTranspose2D(
      inChannels: 2, outChannels: 3, kernelSize: 3, stride: 2, padding: 2, dtype: .float64)
    try other.loadStateDict([
      "weight": Tensor(swapped, shape: [2, 3, 3, 3]), "bias": try #require(layer.bias).detach(),
    ])
    #expect(try layer(x).shape == [2, 3, 5, 3])
    #expect(try mismatch(layer(x), other(x), units: 16) == nil)
    #expect(layer.weight.shape == [3, 2, 3, 3])
    #expect((layer.stride, layer.padding) == (other.stride, other.padding))
    let signal = try ConvTranspose1D(inChannels: 1, outChannels: 1, kernelSize: 2, upsamplingFactor: 3)
    try signal.loadStateDict(["weight": Tensor([[[10.0, 1.0]]]), "bias": Tensor([0.5])])
    #expect(try signal(Tensor([[[1.0, 2.0]]])).data() == [10.5, 0.5, 2.5] as [Float])
  }
}
