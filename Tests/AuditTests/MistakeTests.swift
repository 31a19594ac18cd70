// Each way to make a mistake does what it says, on a tensor of four elements.

import Conformance
import ConformanceAudit
import PuruTorch
import PuruTorchAdapter
import Testing

@Suite struct MistakeTests {
  /// What neg with a mistake makes of four elements, and the gradient that they get from 1, 2, 3, 4.
  private func negated(
    _ mistake: Mistake, _ elements: [Float] = [1, 2, 3, 4], upstream: [Float] = [1, 2, 3, 4]
  ) throws -> (output: [Float], gradient: [Float]?) {
    let input = Parameter(try Tensor(elements, shape: [2, 2]))
    let table = Mutant.of("functional/neg", "neg", mistake)[0].table
    let output = try table.run("neg", inputs: ["input": input], arguments: [:]).tensor("output")
    if output.requiresGrad { try output.backward(Tensor(upstream, shape: [2, 2])) }
    return (try output.detach().data(), try input.grad?.data())
  }

  @Test func gradientsAreChanged() throws {
    let mistakes: [(Mistake, [Float])] = [
      (.zeroGradient(), [0, 0, 0, 0]), (.wrongSign(), [1, 2, 3, 4]), (.doubledGradient(), [-2, -4, -6, -8]),
      (.transposedGradient(), [-1, -3, -2, -4]), (.lastGradient(), [-1, -2, -3, 0]),
      (.upstreamIgnored, [-1, -1, -1, -1]), (.halfGradient(), [-1, -2, -3, -4]),
      (.gradient("input", "one larger") { try $0 + 1 }, [0, -1, -2, -3]),
      (.gradient("other", "gone") { try $0 * 0 }, [-1, -2, -3, -4]),
    ]
    for (mistake, gradient) in mistakes {
      let result = try negated(mistake)
      #expect(result.output == [-1, -2, -3, -4], "\(mistake.description)")
      #expect(result.gradient == gradient, "\(mistake.description)")
    }
  }

  @Test func halfPrecisionHasElevenDigits() throws {
    let fine: [Float] = [1 + 0x1p-12, 1 + 0x1p-10, 1 + 0x1p-11, -3]
    let result = try negated(.halfOutput, fine, upstream: fine)
    #expect(result.output == [-1, -1 - 0x1p-10, -1, 3])
    #expect(try negated(.halfGradient(), upstream: fine).gradient == [-1, -1 - 0x1p-10, -1, 3])
  }

  @Test func graphIsCut() throws {
    let result = try negated(.detached)
    #expect(result.output == [-1, -2, -3, -4])
    #expect(result.gradient == nil)
  }

  @Test func outputsAndOperandsAreChanged() throws {
    #expect(try negated(.output("ten more") { try $0 + 10 }).output == [9, 8, 7, 6])
    #expect(try negated(.operand("ten more", "input") { try $0 + 10 }).output == [-11, -12, -13, -14])
    #expect(try negated(.operand("ten more", "other") { try $0 + 10 }).output == [-1, -2, -3, -4])
    #expect(throws: MalformedComputation.self) { try negated(.ignoredOperand("input")) }
  }

  /// What sum along the rows' dimension with a mistake makes of ((1, 2), (3, 4)).
  private func summed(_ mistake: Mistake, dim: JSONValue) throws -> Tensor {
    let table = Mutant.of("functional/sum", "sum", mistake)[0].table
    return try table.run(
      "sum", inputs: ["input": Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])],
      arguments: ["dim": dim, "keepdim": .bool(true)]
    ).tensor("output")
  }

  @Test func argumentsAreChanged() throws {
    #expect(try summed(.ignored("keepdim"), dim: .int(0)).shape == [2])
    #expect(try summed(.ignored("other"), dim: .int(0)).shape == [1, 2])
    #expect(try summed(.always("dim", .int(1)), dim: .int(0)).data(as: Float.self) == [3, 7])
    #expect(try summed(.shifted("dim", by: 1), dim: .int(0)).data(as: Float.self) == [3, 7])
    #expect(try summed(.shifted("dim", by: -1), dim: .array([.int(1)])).data(as: Float.self) == [4, 6])
  }

  /// Two windows, (1, 5) and (5, 2), share their largest element.
  @Test func sharedElementGetsTheMeanOfItsGradients() throws {
    let id =
      "pooling/max_pool1d/max_pool1d/an-element-that-several-windows-share-gets-the-mean-of-their-gradients"
    let mutant = try #require(Mutant.all.first { $0.id == id })
    let input = Parameter(try Tensor([1, 5, 2] as [Float], shape: [1, 1, 3]))
    let output = try mutant.table.run(
      "max_pool1d", inputs: ["input": input], arguments: ["kernel_size": .int(2), "stride": .int(1)]
    ).tensor("output")
    try output.backward(Tensor([2, 4] as [Float], shape: [1, 1, 2]))
    #expect(try output.detach().data(as: Float.self) == [5, 5])
    #expect(try input.grad?.data(as: Float.self) == [0, 3, 0])
  }

  @Test func biasGetsTheGradientOfTheFirstPosition() throws {
    let id = "layer/conv1d/conv1d/the-gradient-of-bias-is-that-of-the-first-position-only"
    let mutant = try #require(Mutant.all.first { $0.id == id })
    let bias = Parameter(try Tensor([10] as [Float]))
    let output = try mutant.table.run(
      "conv1d",
      inputs: [
        "input": Tensor([1, 2, 3] as [Float], shape: [1, 1, 3]),
        "weight": Tensor([2] as [Float], shape: [1, 1, 1]), "bias": bias,
      ], arguments: [:]
    ).tensor("output")
    try output.backward(Tensor([7, 8, 9] as [Float], shape: [1, 1, 3]))
    #expect(try output.detach().data(as: Float.self) == [12, 14, 16])
    #expect(try bias.grad?.data(as: Float.self) == [7])
  }

  @Test func zerosFollowTheLastElement() throws {
    let id = "resampling/upsample1d/upsample1d/zeros-follow-the-last-element-too"
    let mutant = try #require(Mutant.all.first { $0.id == id })
    let output = try mutant.table.run(
      "upsample1d", inputs: ["input": Tensor([1, 2] as [Float], shape: [1, 1, 2])],
      arguments: ["factor": .int(3)]
    ).tensor("output")
    #expect(try output.data(as: Float.self) == [1, 0, 0, 2, 0, 0])
  }

  @Test func samePaddingIsOnTheOtherSide() throws {
    let id = "layer/conv1d/conv1d/\"same\"-pads-even-kernels-on-the-wrong-side"
    let mutant = try #require(Mutant.all.first { $0.id == id })
    let inputs = [
      "input": try Tensor([1, 2, 3] as [Float], shape: [1, 1, 3]),
      "weight": try Tensor([1, 10] as [Float], shape: [1, 1, 2]),
    ]
    let arguments: [String: JSONValue] = ["padding": .string("same")]
    let right = try OperationTable.standard.run("conv1d", inputs: inputs, arguments: arguments)
    let wrong = try mutant.table.run("conv1d", inputs: inputs, arguments: arguments)
    #expect(try right.tensor("output").data(as: Float.self) == [21, 32, 3])
    #expect(try wrong.tensor("output").data(as: Float.self) == [10, 21, 32])
  }
}
