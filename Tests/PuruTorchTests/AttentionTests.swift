// Attention: PyTorch's values, masks, gradients, the layer's intermediates, refusals.

import PuruTorch
import TestSupport
import Testing

@Suite struct AttentionTests {
  private let query: Tensor
  private let key: Tensor
  private let value: Tensor

  init() throws {
    query = try variedValues(shape: [2, 3], seed: 1)
    key = try variedValues(shape: [4, 3], seed: 2)
    value = try variedValues(shape: [4, 2], seed: 3)
  }

  /// Values that PyTorch 2.13 gives.
  @Test func values() throws {
    func attend(_ mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil) throws -> Tensor {
      try Functional.scaledDotProductAttention(
        query, key, value, attnMask: mask, isCausal: isCausal, scale: scale)
    }
    #expect(
      try mismatch(
        attend(), shape: [2, 2],
        [-0.021292840290070426, -0.23325172070371303, -0.048818634263011196, -0.23097446479095213],
        units: 16) == nil)
    #expect(
      try mismatch(
        attend(isCausal: true), shape: [2, 2],
        [-0.773590087890625, -0.3503570556640625, -0.26762239970210183, -0.33298296102267333], units: 16)
        == nil)
    #expect(
      try mismatch(
        attend(scale: 2), shape: [2, 2],
        [-0.03757617456384829, -0.23529110370068382, -0.08772070617153699, -0.23309355842591475],
        units: 16) == nil)
    let mask = try Tensor([[true, false, true, false], [false, false, false, false]])
    #expect(
      try mismatch(
        attend(mask), shape: [2, 2], [-0.27818949125854986, -0.29650380486815864, 0, 0], units: 16) == nil)
    #expect(
      try mismatch(
        attend(variedValues(shape: [2, 4], seed: 4)), shape: [2, 2],
        [0.08619271678183021, -0.2530685337468174, 0.14405672287934276, -0.23371428832565055], units: 16)
        == nil)
  }

  @Test func gradients() throws {
    let inputs = [query, key, value]
    func attend(_ t: [Tensor], _ mask: Tensor? = nil, isCausal: Bool = false) throws -> Tensor {
      try Functional.scaledDotProductAttention(t[0], t[1], t[2], attnMask: mask, isCausal: isCausal)
    }
    #expect(try gradientMismatch(inputs) { try attend($0) } == nil)
    #expect(try gradientMismatch(inputs) { try attend($0, isCausal: true) } == nil)
    let mask = try Tensor([[true, false, true, false], [false, false, false, false]])
    #expect(try gradientMismatch(inputs) { try attend($0, mask) } == nil)
    #expect(
      try gradientMismatch(inputs + [variedValues(shape: [4], seed: 4)]) { try attend($0, $0[3]) } == nil)
    let batches = [
      try variedValues(shape: [2, 1, 3, 2], seed: 5), try variedValues(shape: [1, 2, 4, 2], seed: 6),
      try variedValues(shape: [4, 3], seed: 7),
    ]
    #expect(try attend(batches).shape == [2, 2, 3, 3])
    #expect(try gradientMismatch(batches) { try attend($0, isCausal: true) } == nil)
    #expect(try secondGradientMismatch(inputs) { try attend($0, isCausal: true) } == nil)
  }

  /// Output and gradients of the one operation and of the formula, to the bit, around the sizes at which it is cut.
  @Test(arguments: [[1, 1], [15, 15], [16, 17], [33, 16], [40, 64], [70, 20], [257, 259], [520, 530]])
  func theFormula(sizes: [Int]) throws {
    for dtype in [DType.float32, .float64] {
      let shapes = [[2, sizes[0], 5], [2, sizes[1], 5], [2, sizes[1], 35]]
      let values = try shapes.enumerated().map { try variedValues(shape: $1, seed: UInt64($0)).to(dtype) }
      let seen = try Tensor.arange(sizes[1]).isLessOrEqual(to: Tensor.arange(sizes[0]).unsqueezed(1))
      let numbers = try variedValues(shape: [2, 1, sizes[1]], seed: 4).to(dtype)
      let masks = [try seen.to(dtype).log(), try Tensor.zeros([1], dtype: dtype), numbers, numbers]
      for (index, mask) in masks.enumerated() {
        let ours = try leaves(values), theirs = try leaves(values)
        let output = try Functional.scaledDotProductAttention(
          ours[0], ours[1], ours[2],
          attnMask: index == 2 ? mask : index == 3 ? mask.expanded([2, sizes[0], sizes[1]]) : nil,
          isCausal: index == 0)
        let scores = try (theirs[0] * (1 / 5.0.squareRoot())).matmul(theirs[1].transposed(1, 2)) + mask
        let expected = try scores.softmax(dim: -1).matmul(theirs[2])
        #expect(try mismatch(output.detach(), expected.detach(), units: 0) == nil)
        let gradient = try variedWeights(shape: output.shape).to(dtype)
        try output.backward(gradient)
        try expected.backward(gradient)
        for (a, b) in zip(ours, theirs) {
          #expect(try mismatch(#require(a.grad), #require(b.grad), units: 0) == nil)
        }
      }
    }
  }

  private func leaves(_ values: [Tensor]) throws -> [Tensor] {
    try values.map { try $0.clone().setRequiresGrad() }
  }

  /// What lies ahead of a query doesn't reach it, whatever it is; nor do gradients of earlier queries reach a key.
  @Test func causality() throws {
    let values = try [1, 2, 3].map { try variedValues(shape: [20, 3], seed: $0) }
    func replacing(_ row: Int, of tensor: Tensor, with number: Double) throws -> Tensor {
      var numbers = try doubles(tensor)
      for column in 0..<3 { numbers[3 * row + column] = number }
      return try Tensor(numbers, shape: [20, 3])
    }
    let spoilt = try values.map { try replacing(19, of: $0, with: .nan) }
    func run(_ inputs: [Tensor], _ gradient: Tensor) throws -> [Tensor] {
      let inputs = try leaves(inputs)
      let output = try Functional.scaledDotProductAttention(inputs[0], inputs[1], inputs[2], isCausal: true)
      try output.backward(gradient)
      return try [output.detach()] + inputs.map { try #require($0.grad) }
    }
    let gradient = try variedWeights(shape: [20, 3])
    let late = try replacing(19, of: gradient, with: 0)
    #expect(try mismatch(run(spoilt, late)[0][0..<19], run(values, late)[0][0..<19]) == nil)
    #expect(try doubles(run(spoilt, late)[0][19]).allSatisfy { $0.isNaN })
    let early = try replacing(0, of: gradient, with: .infinity)
    let (found, expected) = (try run(values, early), try run(values, gradient))
    for index in 2...3 { #expect(try mismatch(found[index][1..<20], expected[index][1..<20]) == nil) }
  }

  @Test func views() throws {
    let x = try variedValues(shape: [2, 7, 3, 4], seed: 1)
    let heads = try x.transposed(1, 2)
    let output = try Functional.scaledDotProductAttention(
      heads, heads.transposed(2, 3).transposed(2, 3), heads)
    let packed = try heads.clone().contiguous()
    #expect(try mismatch(output, Functional.scaledDotProductAttention(packed, packed, packed)) == nil)
    let columns = try variedValues(shape: [4, 7], seed: 2).T
    #expect(
      try mismatch(
        Functional.scaledDotProductAttention(columns, columns, columns, isCausal: true),
        Functional.scaledDotProductAttention(
          columns.contiguous(), columns.contiguous(), columns.contiguous(), isCausal: true)) == nil)
    #expect(
      try gradientMismatch([x[0], x[1], x[0]]) {
        try Functional.scaledDotProductAttention(
          $0[0].transposed(0, 1), $0[1].transposed(0, 1), $0[2].transposed(0, 1), isCausal: true)
      } == nil)
  }

  @Test func queriesWithoutAKey() throws {
    let mask = try Tensor.full([2, 4], -Double.infinity, dtype: .float64)
    let x = try query.clone().setRequiresGrad()
    let output = try Functional.scaledDotProductAttention(x, key, value, attnMask: mask)
    try output.backward()
    #expect(try mismatch(output.detach(), Tensor.zeros([2, 2], dtype: .float64)) == nil)
    #expect(try mismatch(#require(x.grad), Tensor.zeros([2, 3], dtype: .float64)) == nil)
    #expect(
      try mismatch(
        Functional.scaledDotProductAttention(.zeros([3, 4]), .zeros([0, 4]), .zeros([0, 2])), .zeros([3, 2]))
        == nil)
    let broken = try Functional.scaledDotProductAttention(
      Tensor([[Double.nan, 0, 0]], dtype: .float64), key, value)
    #expect(try doubles(broken).allSatisfy { $0.isNaN })
  }

  @Test func theLayer() throws {
    let weights = try (1...3).map { try variedValues(shape: [5, $0 < 3 ? 6 : 4], seed: UInt64($0)) }
    let layer = Attention(
      keyWeight: weights[0], queryWeight: weights[1], valueWeight: weights[2], isCausal: true)
    #expect(try layer.stateDict().names == ["weight_key", "weight_query", "weight_value"])
    let x = try variedValues(shape: [2, 3, 5], seed: 4)
    let output = try layer(x)
    try output.backward(variedWeights(shape: [2, 3, 4]))
    let (query, key) = (try x.matmul(weights[1]), try x.matmul(weights[0]))
    let causal = try Tensor([[true, false, false], [true, true, false], [true, true, true]])
    let scores =
      try query.matmul(key.transposed(1, 2)) / Tensor(6.0, dtype: .float64).sqrt() + causal.to(.float64).log()
    let expected = try scores.softmax(dim: 2)
    #expect(try mismatch(#require(layer.weights).detach(), expected, units: 16) == nil)
    #expect(try mismatch(output.detach(), expected.matmul(x.matmul(weights[2])), units: 16) == nil)
    #expect(try mismatch(#require(layer.query).detach(), query) == nil)
    #expect(try mismatch(#require(layer.key).detach(), key) == nil)
    // The gradient of a weight matrix is the input's transpose times the gradient of its product.
    for (product, parameter) in [
      (layer.query, layer.weightQuery), (layer.key, layer.weightKey), (layer.value, layer.weightValue),
    ] {
      let gradient = try #require(product?.grad)
      let fromProduct = try x.reshaped(6, 5).T.matmul(gradient.reshaped([6, -1]))
      #expect(try mismatch(#require(parameter.grad), fromProduct, units: 64) == nil)
    }
    #expect(layer.weights?.grad?.shape == [2, 3, 3])
    #expect(try gradientMismatch([x]) { try layer($0[0]) } == nil)
    let quiet = try noGrad { try layer(x) }
    #expect(!quiet.requiresGrad && layer.query?.requiresGrad == false)
  }

  @Test func refusals() throws {
    func attend(
      _ query: [Int] = [2, 3, 4], _ key: [Int] = [2, 5, 4], _ value: [Int] = [2, 5, 6], mask: Tensor? = nil,
      isCausal: Bool = false
    ) -> String? {
      errorText {
        try Functional.scaledDotProductAttention(
          .zeros(query), .zeros(key), .zeros(value), attnMask: mask, isCausal: isCausal)
      }
    }
    #expect(attend() == nil)
    #expect(attend([4]) != nil)
    #expect(
      attend([2, 3, 4], [2, 5, 3])
        == "scaledDotProductAttention: shapes [2, 3, 4] and [2, 5, 3], expected queries (…, L, E) and keys "
        + "(…, S, E)")
    #expect(attend([2, 3, 4], [2, 5, 4], [2, 6, 6]) != nil)
    #expect(attend([2, 3, 4], [3, 5, 4]) != nil)
    #expect(attend(mask: try .zeros([3, 4])) != nil)
    #expect(attend(mask: try .zeros([3, 2, 3, 5])) != nil)
    #expect(attend(mask: try .zeros([3, 5])) == nil)
    #expect(attend(mask: try .zeros([3, 5], dtype: .int64)) != nil)
    #expect(attend(mask: try .zeros([3, 5], dtype: .float64)) != nil)
    #expect(attend(mask: try .zeros([3, 5]), isCausal: true)?.contains("true with a mask") == true)
  }
}
