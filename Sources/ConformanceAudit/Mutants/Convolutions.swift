// Mistakes in linear layers and convolutions.

import Conformance
import PuruTorch

extension Mutant {
  static let convolutions: [Mutant] =
    linearMistakes
    + convolution("layer/conv1d", "conv1d") + convolution("layer/conv2d", "conv2d")
    + transposed("layer/conv_transpose1d", "conv_transpose1d")
    + transposed("layer/conv_transpose2d", "conv_transpose2d")

  private static let linearMistakes = of(
    "layer/linear", "linear", .zeroGradient(), .wrongSign("weight"), .zeroGradient("bias"),
    .transposedGradient("weight"), .halfOutput, .ignoredOperand("bias"), .doubledGradient("bias"),
    .halfGradient("weight"),
    Mistake("a square weight is not transposed") { request in
      let weight = try request["weight"]
      guard weight.ndim == 2, weight.shape[0] == weight.shape[1] else { return try request.output() }
      return try request.with("weight", weight.transposed())
    },
    Mistake("the bias's gradient is the mean over the batch") { request in
      guard let bias = request.inputs["bias"] else { return try request.output() }
      let rows = try request["input"].count / Swift.max(1, request["input"].shape.last ?? 1)
      return try request.with("bias", bias.withGradient { try $0 / Swift.max(rows, 1) })
    })

  private static func convolution(_ row: String, _ operation: String) -> [Mutant] {
    common(row, operation)
      + of(
        row, operation,
        Mistake("\"same\" pads even kernels on the wrong side") { request in
          let dims = try request["weight"].ndim - 2
          let isEven = try request["weight"].shape.dropFirst(2).contains { $0 % 2 == 0 }
          guard request.arguments["padding"] == .string("same"), isEven else { return try request.output() }
          var mirrored = request
          mirrored.inputs["input"] = try request["input"].flipped(from: request["input"].ndim - dims)
          mirrored.inputs["weight"] = try request["weight"].flipped(from: 2)
          let output = try mirrored.output()
          return try output.flipped(from: output.ndim - dims)
        })
  }

  private static func transposed(_ row: String, _ operation: String) -> [Mutant] {
    common(row, operation) + of(row, operation, .ignored("output_padding"))
  }

  private static func common(_ row: String, _ operation: String) -> [Mutant] {
    of(
      row, operation, .zeroGradient(), .zeroGradient("weight"), .wrongSign("weight"), .zeroGradient("bias"),
      .transposedGradient("weight"), .halfOutput, .halfGradient("weight"), .ignored("stride"),
      .ignored("padding"),
      .ignored("dilation"), .ignored("groups"), .ignoredOperand("bias"), .lastGradient(),
      .operand("the kernel is flipped: convolution instead of correlation", "weight") {
        try $0.flipped(from: 2)
      },
      .gradient("weight", "flipped") { try $0.flipped(from: 2) },
      .gradient("input", "flipped") { try $0.flipped(from: $0.ndim - 1) },
      .operand("the kernel's last column is left out", "weight") { weight in
        guard let width = weight.shape.last, width > 1 else { return weight }
        return try weight * Tensor.arange(width).isNotEqual(to: Tensor(width - 1)).to(weight.dtype)
      },
      Mistake("the gradient of bias is that of the first position only") { request in
        guard let bias = request.inputs["bias"] else { return try request.output() }
        let output = try request.with("bias", bias.detach())
        let positions = output.shape.suffix(try request["weight"].ndim - 2)
        let isFirst = try Tensor.arange(positions.reduce(1, *)).reshaped(Array(positions))
          .isEqual(to: Tensor(0)).to(output.dtype)
        let spread = try bias.reshaped([bias.count] + positions.map { _ in 1 })
        return try output + (spread - spread.detach()) * isFirst
      })
  }
}

extension Tensor {
  /// The elements in reverse order along all dimensions from one on.
  func flipped(from first: Int) throws -> Tensor {
    guard first < ndim else { return self }
    return try (Swift.max(0, first)..<ndim).reduce(self) { tensor, dim in
      let size = tensor.shape[dim]
      let exchange = try (Tensor.arange(size).reshaped(-1, 1) + Tensor.arange(size))
        .isEqual(to: Tensor(size - 1)).to(tensor.dtype)
      return try size < 2 ? tensor : tensor.transposed(dim, -1).matmul(exchange).transposed(dim, -1)
    }
  }
}
