// The linear map by its definition, every shape that it takes, gradients, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test(arguments: [[4, 5], [5], [2, 3, 5], [2, 1, 3, 5], [0, 5], [1, 5]])
  func itsDefinition(shape: [Int]) throws {
    let (x, weight, bias) = (
      try variedValues(shape: shape, seed: 1), try variedValues(shape: [3, 5], seed: 2),
      try variedValues(shape: [3], seed: 3)
    )
    let (input, matrix, offset) = (try doubles(x), try doubles(weight), try doubles(bias))
    var expected: [Double] = []
    for row in 0..<input.count / 5 {
      for column in 0..<3 {
        var sum = offset[column]
        for k in 0..<5 { sum += input[row * 5 + k] * matrix[column * 5 + k] }
        expected.append(sum)
      }
    }
    let outputShape = shape.dropLast() + [3]
    let found = try Functional.linear(x, weight: weight, bias: bias)
    #expect(try mismatch(found, shape: Array(outputShape), expected) == nil)
    let single = try Functional.linear(x.to(.float32), weight: weight.to(.float32), bias: bias.to(.float32))
    #expect(try mismatch(single, shape: Array(outputShape), expected) == nil)
    let withoutBias = try Functional.linear(x, weight: weight)
    #expect(try mismatch(withoutBias + bias, found, units: 8) == nil)
    #expect(
      try gradientMismatch([x, weight, bias]) { try Functional.linear($0[0], weight: $0[1], bias: $0[2]) }
        == nil)
    #expect(try gradientMismatch([weight]) { try Functional.linear(x, weight: $0[0]) } == nil)
  }

  @Test func viewsAndSecondGradients() throws {
    let (x, weight) = (try variedValues(shape: [5, 4], seed: 1), try variedValues(shape: [5, 3], seed: 2))
    #expect(try mismatch(Functional.linear(x.T, weight: weight.T), x.T.matmul(weight)) == nil)
    let batches = try variedValues(shape: [5, 2, 3], seed: 3)
    #expect(
      try mismatch(Functional.linear(batches.T, weight: weight.T), batches.T.clone().matmul(weight)) == nil)
    #expect(
      try gradientMismatch([batches, weight]) { try Functional.linear($0[0].T, weight: $0[1].T) } == nil)
    #expect(
      try secondGradientMismatch([x, weight, variedValues(shape: [3], seed: 4)]) {
        try Functional.linear($0[0].T, weight: $0[1].T, bias: $0[2])
      } == nil)
  }

  @Test func aVectorAsWeight() throws {
    let (x, weight) = (try variedValues(shape: [4, 5], seed: 1), try variedValues(shape: [5], seed: 2))
    #expect(try mismatch(Functional.linear(x, weight: weight), x.matmul(weight)) == nil)
    #expect(try Functional.linear(x[0], weight: weight).shape == [])
    #expect(throws: TensorError.self) { try Functional.linear(x, weight: weight, bias: Tensor(1.0)) }
  }

  @Test func emptyDimensions() throws {
    let bias = try Tensor([1.0, 2.0])
    #expect(
      try mismatch(
        Functional.linear(.zeros([3, 0]), weight: .zeros([2, 0]), bias: bias), shape: [3, 2],
        [1, 2, 1, 2, 1, 2]) == nil)
    #expect(try Functional.linear(.zeros([2, 3]), weight: .zeros([0, 3])).shape == [2, 0])
  }

  @Test func refusals() throws {
    func linear(_ x: [Int], _ weight: [Int], bias: [Int]? = nil) -> String? {
      errorText {
        try Functional.linear(.zeros(x), weight: .zeros(weight), bias: bias.map { try .zeros($0) })
      }
    }
    #expect(
      linear([4, 5], [3, 4])
        == "linear: shapes [4, 5] and [3, 4], expected an input (…, inFeatures) and a weight "
        + "(outFeatures, inFeatures)")
    #expect(linear([4, 5], [5, 3]) != nil)
    #expect(linear([], [5, 3]) != nil)
    #expect(linear([4, 5], [2, 3, 5]) != nil)
    #expect(linear([4, 5], [3, 5], bias: [2]) != nil)
    #expect(throws: TensorError.self) { try Functional.linear(Tensor([1]), weight: Tensor([[1]])) }
    #expect(throws: TensorError.self) {
      try Functional.linear(.zeros([2]), weight: .zeros([2, 2], dtype: .float64))
    }
  }

  @Test func theLayersWeights() throws {
    let layer = try Linear(inFeatures: 16, outFeatures: 500, generator: Generator(seed: 1))
    #expect(layer.weight.shape == [500, 16] && layer.bias?.shape == [500])
    for parameter in try layer.parameters() {
      let values = try doubles(parameter)
      #expect(parameter.requiresGrad)
      #expect(values.allSatisfy { abs($0) <= 0.25 })
      #expect(values.contains { $0 > 0.2 } && values.contains { $0 < -0.2 })
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      #expect(abs(square - 0.0625 / 3) < 0.003)
    }
    let again = try Linear(inFeatures: 16, outFeatures: 500, generator: Generator(seed: 1))
    #expect(try mismatch(again.weight, layer.weight, units: 0) == nil)
    let double = try Linear(inFeatures: 2, outFeatures: 3, bias: false, dtype: .float64)
    #expect(double.weight.dtype == .float64 && double.bias == nil)
    #expect(try double.stateDict().names == ["weight"])
    #expect(throws: TensorError.self) { try Linear(inFeatures: -1, outFeatures: 2) }
  }
}
