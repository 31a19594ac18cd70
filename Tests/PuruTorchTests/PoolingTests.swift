// Max and mean pooling against loops over their definition; ties, NaN, padding; gradients; refusals.

import PuruTorch
import TestSupport
import Testing

/// A pooling's settings, images throughout.
private struct Case: Sendable, CustomTestStringConvertible {
  var size = (7, 6)
  var kernel = IntPair(3, 2)
  var stride: IntPair?
  var padding = IntPair(0, 0)
  var dilation = IntPair(1, 1)
  var ceilMode = false
  /// The result's size, as PyTorch gives it.
  var result: (Int, Int)

  static let all = [
    Case(result: (2, 3)), Case(stride: IntPair(1, 1), result: (5, 5)),
    Case(stride: IntPair(2, 4), result: (3, 2)), Case(padding: IntPair(1, 1), result: (3, 4)),
    Case(ceilMode: true, result: (3, 3)), Case(dilation: IntPair(3, 2), result: (1, 2)),
    Case(
      size: (8, 10), kernel: IntPair(5, 4), stride: IntPair(3, 3), padding: IntPair(2, 1), ceilMode: true,
      result: (4, 4)),
    Case(
      size: (6, 6), kernel: IntPair(2, 2), stride: IntPair(5, 5), padding: IntPair(1, 1), ceilMode: true,
      result: (2, 2)),
    Case(size: (1, 1), kernel: IntPair(1, 1), result: (1, 1)),
    Case(size: (3, 3), kernel: IntPair(4, 4), ceilMode: true, result: (1, 1)),
    // Rows that are taken sixteen places at a time.
    Case(size: (4, 70), kernel: IntPair(2, 2), result: (2, 35)),
    Case(
      size: (3, 40), kernel: IntPair(3, 3), stride: IntPair(1, 1), padding: IntPair(1, 1), result: (3, 40)),
    Case(
      size: (5, 75), kernel: IntPair(3, 3), stride: IntPair(2, 2), padding: IntPair(1, 1), result: (3, 38)),
    Case(
      size: (2, 81), kernel: IntPair(2, 5), stride: IntPair(2, 2), padding: IntPair(0, 2), ceilMode: true,
      result: (1, 41)),
    Case(size: (1, 50), kernel: IntPair(1, 6), stride: IntPair(1, 1), result: (1, 45)),
    Case(size: (3, 66), kernel: IntPair(1, 1), stride: IntPair(2, 2), result: (2, 33)),
    Case(size: (2, 70), kernel: IntPair(1, 3), stride: IntPair(1, 3), result: (2, 23)),
  ]

  var testDescription: String {
    "\(size) kernel \(kernel) stride \(stride.map { "\($0)" } ?? "nil") padding \(padding) dilation \(dilation) "
      + "ceil \(ceilMode)"
  }

  /// The places in a plane of each window, and how many there would be with the padding.
  var windows: [(inside: [(Int, Int)], padded: Int)] {
    let stride = stride ?? kernel
    return (0..<result.0 * result.1).map { index in
      let (top, left) = (
        index / result.1 * stride.height - padding.height, index % result.1 * stride.width - padding.width
      )
      var (inside, padded) = ([(Int, Int)](), 0)
      for i in 0..<kernel.height {
        for j in 0..<kernel.width {
          let (y, x) = (top + i * dilation.height, left + j * dilation.width)
          if y < size.0 + padding.height && x < size.1 + padding.width { padded += 1 }
          if y >= 0 && y < size.0 && x >= 0 && x < size.1 { inside.append((y, x)) }
        }
      }
      return (inside, padded)
    }
  }

  func expected(_ x: Tensor, _ reduce: ([Double], Int) -> Double) throws -> [Double] {
    let (values, plane) = (try doubles(x), size.0 * size.1)
    return (0..<values.count / plane).flatMap { index in
      windows.map { window in
        reduce(window.inside.map { values[index * plane + $0.0 * size.1 + $0.1] }, window.padded)
      }
    }
  }

  func maxPool(_ x: Tensor) throws -> Tensor {
    try Functional.maxPool2D(
      x, kernelSize: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
  }

  func meanPool(_ x: Tensor, countIncludePad: Bool) throws -> Tensor {
    try Functional.meanPool2D(
      x, kernelSize: kernel, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }
}

@Suite struct PoolingTests {
  @Test(arguments: Case.all)
  private func maxPooling(_ c: Case) throws {
    let x = try variedValues(shape: [2, 3, c.size.0, c.size.1], seed: 1)
    let shape = [2, 3, c.result.0, c.result.1]
    let expected = try c.expected(x) { values, _ in values.max() ?? -.infinity }
    #expect(try mismatch(c.maxPool(x), shape: shape, expected, units: 0) == nil)
    #expect(try mismatch(c.maxPool(x.to(.float32)), shape: shape, expected, units: 1) == nil)
    #expect(try gradientMismatch([x]) { try c.maxPool($0[0]) } == nil)
    #expect(try mismatch(c.maxPool(x[1]), c.maxPool(x)[1], units: 0) == nil)
  }

  @Test(arguments: Case.all.filter { $0.dilation == IntPair(1, 1) }, [true, false])
  private func meanPooling(_ c: Case, countIncludePad: Bool) throws {
    let x = try variedValues(shape: [2, 3, c.size.0, c.size.1], seed: 1)
    let shape = [2, 3, c.result.0, c.result.1]
    let expected = try c.expected(x) { values, padded in
      values.reduce(0, +) / Double(countIncludePad ? padded : values.count)
    }
    func pool(_ x: Tensor) throws -> Tensor { try c.meanPool(x, countIncludePad: countIncludePad) }
    #expect(try mismatch(pool(x), shape: shape, expected) == nil)
    #expect(try mismatch(pool(x.to(.float32)), shape: shape, expected) == nil)
    #expect(try gradientMismatch([x]) { try pool($0[0]) } == nil)
    #expect(try gradientMismatch([x[0].transposed(1, 2)]) { try pool($0[0].transposed(1, 2)) } == nil)
  }

  @Test func gradientsOfGradients() throws {
    let x = try variedValues(shape: [1, 2, 5, 4], seed: 2)
    #expect(
      try secondGradientMismatch([x]) {
        let y = try Functional.maxPool2D($0[0], kernelSize: 2, stride: 1, padding: 1)
        return try y * y
      } == nil)
    #expect(
      try secondGradientMismatch([x]) {
        let y = try Functional.meanPool2D($0[0], kernelSize: IntPair(2, 3), stride: 1, padding: 1)
        return try y * y
      } == nil)
  }

  /// What PyTorch 2.13 does.
  @Test func tiesAndNaN() throws {
    func gradient(_ values: [Double], kernelSize: Int, stride: Int = 1) throws -> [Float] {
      let x = try Tensor([values], dtype: .float32, requiresGrad: true)
      try Functional.maxPool1D(x, kernelSize: kernelSize, stride: stride).backward()
      return try #require(x.grad).data()
    }
    #expect(try gradient([1, 3, 3, 0], kernelSize: 4) == [0, 1, 0, 0])
    #expect(try gradient([1, .nan, 3, .nan], kernelSize: 4) == [0, 0, 0, 1])
    #expect(try gradient([-.infinity, -.infinity], kernelSize: 2) == [1, 0])
    #expect(try gradient([1, 2, 1], kernelSize: 2) == [0, 2, 0])
    let y = try Functional.maxPool1D(Tensor([[1, .nan, 3, 4]]), kernelSize: 2)
    #expect(try mismatch(y, shape: [1, 2], [.nan, 4]) == nil)
  }

  @Test func signals() throws {
    let x = try variedValues(shape: [2, 3, 11], seed: 3)
    let image = try x.unsqueezed(2)
    #expect(
      try mismatch(
        Functional.maxPool1D(x, kernelSize: 3, stride: 2, padding: 1, dilation: 2, ceilMode: true),
        Functional.maxPool2D(
          image, kernelSize: IntPair(1, 3), stride: IntPair(1, 2), padding: IntPair(0, 1),
          dilation: IntPair(1, 2), ceilMode: true
        ).squeezed(2), units: 0) == nil)
    #expect(
      try mismatch(
        Functional.meanPool1D(
          x, kernelSize: 3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false),
        Functional.meanPool2D(
          image, kernelSize: IntPair(1, 3), stride: IntPair(1, 2), padding: IntPair(0, 1), ceilMode: true,
          countIncludePad: false
        ).squeezed(2), units: 0) == nil)
    #expect(try Functional.maxPool1D(.zeros([3, 9]), kernelSize: 3, stride: 2).shape == [3, 4])
  }

  @Test func layers() throws {
    let (x, signal) = (
      try variedValues(shape: [2, 7, 8], seed: 4), try variedValues(shape: [2, 8], seed: 4)
    )
    #expect(
      try mismatch(
        MaxPool2D(kernelSize: IntPair(3, 2), padding: 1, dilation: 2, ceilMode: true)(x),
        Functional.maxPool2D(x, kernelSize: IntPair(3, 2), padding: 1, dilation: 2, ceilMode: true)) == nil)
    #expect(
      try mismatch(
        MeanPool2D(kernelSize: 3, stride: IntPair(1, 2), padding: 1, ceilMode: true, countIncludePad: false)(
          x),
        Functional.meanPool2D(
          x, kernelSize: 3, stride: IntPair(1, 2), padding: 1, ceilMode: true, countIncludePad: false)) == nil
    )
    #expect(
      try mismatch(
        MaxPool1D(kernelSize: 3, stride: 2, padding: 1, dilation: 2, ceilMode: true)(signal),
        Functional.maxPool1D(signal, kernelSize: 3, stride: 2, padding: 1, dilation: 2, ceilMode: true))
        == nil)
    #expect(
      try mismatch(
        MeanPool1D(kernelSize: 3, padding: 1, ceilMode: true, countIncludePad: false)(signal),
        Functional.meanPool1D(signal, kernelSize: 3, padding: 1, ceilMode: true, countIncludePad: false))
        == nil)
    #expect(MaxPool1D(kernelSize: 3).stride == 3)
  }

  @Test func refusals() throws {
    func pool(
      _ shape: [Int] = [2, 3, 6, 6], kernelSize: any IntOrPair = 2, stride: (any IntOrPair)? = nil,
      padding: any IntOrPair = 0, dilation: any IntOrPair = 1
    ) -> String? {
      let x = try? Tensor.zeros(shape)
      let text = errorText {
        try Functional.maxPool2D(
          #require(x), kernelSize: kernelSize, stride: stride, padding: padding, dilation: dilation)
      }
      if dilation.pair == IntPair(1, 1) {
        let mean = errorText {
          try Functional.meanPool2D(#require(x), kernelSize: kernelSize, stride: stride, padding: padding)
        }
        #expect((mean == nil) == (text == nil))
      }
      return text
    }
    #expect(pool() == nil)
    #expect(pool([0, 3, 6, 6]) == nil)
    #expect(
      pool([2, 0, 6, 6])
        == "maxPool2D: a tensor of shape [2, 0, 6, 6], expected 3 dimensions, or 4 with a batch, "
        + "which alone may be empty")
    #expect(pool([0, 6, 6]) != nil)
    #expect(pool([2, 3, 0, 6]) != nil)
    #expect(pool([6, 6]) != nil)
    #expect(pool([1, 2, 3, 6, 6]) != nil)
    #expect(pool(kernelSize: 0) == "maxPool2D: kernelSize is (0, 0), expected at least 1")
    #expect(pool(stride: 0) != nil)
    #expect(pool(padding: -1) != nil)
    #expect(pool(padding: 2) == "maxPool2D: padding is (2, 2), expected 0 to half the kernel size (2, 2)")
    #expect(pool(kernelSize: 3, padding: 2) != nil)
    #expect(pool(kernelSize: 7) != nil)
    #expect(pool(dilation: 0) != nil)
    #expect(pool(dilation: 6) != nil)
    #expect(pool([0, 1, 1 << 20, 1 << 20]) != nil)
    #expect(
      errorText { try Functional.maxPool1D(.zeros([1, 2, 3]), kernelSize: 0) }
        == "maxPool1D: kernelSize is 0, expected at least 1")
    #expect(
      errorText { try Functional.maxPool1D(.zeros([1, 2, 3]), kernelSize: 1, stride: 1 << 40) }
        == "maxPool1D: stride is 1099511627776, expected at most 2147483647")
    #expect(
      errorText { try GRUCell(inputSize: 3, hiddenSize: 0) }
        == "GRUCell: hiddenSize is 0, expected at least 1")
    #expect(throws: TensorError.self) { try Functional.meanPool1D(.zeros([3]), kernelSize: 1) }
    #expect(throws: TensorError.self) { try Functional.maxPool1D(Tensor([[1, 2]]), kernelSize: 2) }
  }
}
