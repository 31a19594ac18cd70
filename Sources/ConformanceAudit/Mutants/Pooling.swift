// Mistakes in pooling.

import Conformance
import PuruTorch

extension Mutant {
  static let pooling =
    maximum("pooling/max_pool1d", "max_pool1d") + maximum("pooling/max_pool2d", "max_pool2d")
    + average("pooling/mean_pool1d", "avg_pool1d") + average("pooling/mean_pool2d", "avg_pool2d")

  private static func maximum(_ row: String, _ operation: String) -> [Mutant] {
    common(row, operation)
      + of(
        row, operation, .ignored("dilation"),
        Mistake("with padding, results below zero become zero") { request in
          let output = try request.output()
          let isPadded = (request.integers("padding") ?? [0]).contains { $0 > 0 }
          return try isPadded ? output.maximum(Tensor(0, dtype: output.dtype)) : output
        },
        Mistake("the smallest element is taken") { request in
          try -request.with("input", -request["input"])
        },
        Mistake("an element that several windows share gets the mean of their gradients") { request in
          let input = try request["input"]
          let copy = Parameter(try input.detach().clone())
          try request.with("input", copy).sum().backward()
          guard let windows = copy.grad else { return try request.output() }
          return try request.with(
            "input", input.withGradient { try $0 / windows.maximum(Tensor.onesLike(windows)) })
        })
  }

  private static func average(_ row: String, _ operation: String) -> [Mutant] {
    common(row, operation)
      + of(
        row, operation, .always("count_include_pad", .bool(true)), .always("count_include_pad", .bool(false)),
        Mistake("the window's size is left out of the gradient") { request in
          let kernel = request.integers("kernel_size") ?? [1]
          let isSquare = operation.hasSuffix("2d") && kernel.count == 1
          let size = kernel.reduce(1, *) * (isSquare ? kernel[0] : 1)
          return try request.with("input", request["input"].withGradient { try $0 * size })
        },
        Mistake("it is the sum of the window") { request in
          let kernel = request.integers("kernel_size") ?? [1]
          let isSquare = operation.hasSuffix("2d") && kernel.count == 1
          return try request.output() * (kernel.reduce(1, *) * (isSquare ? kernel[0] : 1))
        })
  }

  private static func common(_ row: String, _ operation: String) -> [Mutant] {
    of(
      row, operation, .zeroGradient(), .wrongSign(), .transposedGradient(), .halfOutput, .ignored("padding"),
      .ignored("ceil_mode"), .ignored("stride"), .always("stride", .int(1)), .shifted("kernel_size", by: 1),
      .output("the last window is left out") { output in
        guard let width = output.shape.last, width > 1 else { return output }
        return try output.sliced([.ellipsis, .stride(from: 0, to: width - 1)])
      },
      .operand("windows begin one element too late", "input") { input in
        guard let width = input.shape.last, width > 1 else { return input }
        let later = try input[.ellipsis, IndexItem.stride(from: 1)]
        let last = try input[.ellipsis, IndexItem.stride(from: width - 1)]
        return try later.joined(last)
      })
  }
}

extension Tensor {
  /// This tensor and one column after it.
  fileprivate func joined(_ column: Tensor) throws -> Tensor {
    let width = shape.last ?? 0
    let places = try Tensor.arange(width + 1)
    let identity = try places.reshaped(1, -1).isEqual(to: Tensor.arange(width).reshaped(-1, 1)).to(dtype)
    let end = try places.reshaped(1, -1).isEqual(to: Tensor(width)).to(dtype)
    return try matmul(identity) + column.matmul(end)
  }
}
