// Sigmoid, tanh, ReLU and identity: gradients by finite differences, PyTorch's values at the edges, types.

import PuruTorch
import TestSupport
import Testing

@Suite struct ActivationTests {
  private static let edges = [
    -Double.infinity, -800, -20, -0.5, 0, 0.5, 20, 800, .infinity, .nan,
  ]

  /// Values that PyTorch 2.13 gives at the edges, and gradients for the upstream gradient 1, 2, …, 10.
  private func check(
    _ function: (Tensor) throws -> Tensor, _ values: [Double], _ gradients: [Double]
  ) throws {
    let x = try Tensor(Self.edges, dtype: .float64, requiresGrad: true)
    let y = try function(x)
    try y.backward(Tensor.arange(1, 11, dtype: .float64))
    #expect(try mismatch(y, shape: [10], values) == nil)
    #expect(try mismatch(#require(x.grad), shape: [10], gradients, units: 64) == nil)
  }

  @Test func sigmoidAtTheEdges() throws {
    try check(
      { try $0.sigmoid() },
      [
        0, 0, 2.0611536181902037e-09, 0.3775406687981454, 0.5, 0.6224593312018546, 0.9999999979388463, 1, 1,
        .nan,
      ],
      [
        0, 0, 6.183460841825548e-09, 0.940014848806378, 1.25, 1.4100222732095669, 1.4428075815435767e-08, 0,
        0,
        .nan,
      ])
  }

  @Test func tanhAtTheEdges() throws {
    try check(
      { try $0.tanh() },
      [-1, -1, -1, -0.46211715726000974, 0, 0.46211715726000974, 1, 1, 1, .nan],
      [0, 0, 0, 3.1457909318637096, 5, 4.718686397795564, 0, 0, 0, .nan])
  }

  @Test func reluAtTheEdges() throws {
    try check(
      { try $0.relu() }, [0, 0, 0, 0, 0, 0.5, 20, 800, .infinity, .nan], [0, 0, 0, 0, 0, 6, 7, 8, 9, 10])
  }

  @Test func gradients() throws {
    let x = try variedValues(shape: [3, 5], seed: 1) * 3
    let functions: [(Tensor) throws -> Tensor] = [{ try $0.sigmoid() }, { try $0.tanh() }, { try $0.relu() }]
    for function in functions {
      #expect(try gradientMismatch([x]) { try function($0[0]) } == nil)
      #expect(try gradientMismatch([x]) { try function($0[0].T) } == nil)
      #expect(try secondGradientMismatch([x]) { try function($0[0]) } == nil)
      #expect(
        try secondGradientMismatch([x]) {
          let y = try function($0[0])
          return try y * y
        } == nil)
    }
  }

  @Test func types() throws {
    let x = try Tensor([-1, 2])
    #expect(try mismatch(x.sigmoid(), shape: [2], [0.2689414213699951, 0.8807970779778823]) == nil)
    #expect(try x.tanh().dtype == .float32)
    #expect(try x.relu().data(as: Int64.self) == [0, 2])
    #expect(try Tensor([true]).tanh().dtype == .float32)
    #expect(
      errorText { try Tensor([true]).relu() } == "relu: a tensor of type bool, expected a type of numbers")
    #expect(try Tensor.zeros([0, 3]).sigmoid().shape == [0, 3])
    #expect(try Tensor(0.0).sigmoid().item() == 0.5)
  }

  @Test func modulesComputeTheFunctions() throws {
    let x = try variedValues(shape: [2, 3], seed: 2)
    #expect(try Identity()(x) === x)
    #expect(try mismatch(Sigmoid()(x), x.sigmoid()) == nil)
    #expect(try mismatch(Tanh()(x), x.tanh()) == nil)
    #expect(try mismatch(ReLU()(x), x.relu()) == nil)
    #expect(try mismatch(Softmax(dim: 0)(x), x.softmax(dim: 0)) == nil)
    #expect(try mismatch(LogSoftmax(dim: 1)(x), x.logSoftmax(dim: 1)) == nil)
  }
}
