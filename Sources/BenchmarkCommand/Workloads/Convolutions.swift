// Workloads of convolutions and transposed convolutions.

import PuruTorch

extension Workload {
  static var convolutions: [Workload] {
    Mode.allCases.flatMap { mode in
      [
        convolution(
          "conv2d.N32C64_32x32_K3O64p1", [32, 64, 32, 32], outChannels: 64, kernel: 3, padding: 1, mode),
        convolution(
          "conv2d.N16C3_64x64_K3O32p1", [16, 3, 64, 64], outChannels: 32, kernel: 3, padding: 1, mode),
        convolution(
          "conv2d.resblock_N10C24_128x128_K5O3s5p2", [10, 24, 128, 128], outChannels: 3, kernel: 5, stride: 5,
          padding: 2, mode),
        convolution("conv2d.1x1_N32C64_32x32_O64", [32, 64, 32, 32], outChannels: 64, kernel: 1, mode),
        convolution(
          "conv1d.N32C64L1024_K5O64p2", [32, 64, 1024], outChannels: 64, kernel: 5, padding: 2, mode),
      ]
    } + [residualBlock]
  }

  static var transposedConvolutions: [Workload] {
    Mode.both.flatMap { mode in
      [
        transposedConvolution("convT2d.N16C64_32x32_K4s2p1_O32", [16, 64, 32, 32], mode),
        transposedConvolution("convT1d.N16C64_L512_K4s2p1_O32", [16, 64, 512], mode),
      ]
    }
  }

  private static func convolution(
    _ name: String, _ shape: [Int], outChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    _ mode: Mode
  ) -> Workload {
    Workload("\(name).\(mode.rawValue)") {
      let dimensions = shape.count - 2
      let (x, w, b) = try operands(
        shape, [outChannels, shape[1]] + Array(repeating: kernel, count: dimensions), outChannels, mode)
      return try call(mode, x, w, b) {
        if dimensions == 1 {
          try Functional.conv1D(x, weight: w, bias: b, stride: stride, padding: padding)
        } else {
          try Functional.conv2D(x, weight: w, bias: b, stride: stride, padding: padding)
        }
      }
    }
  }

  private static func transposedConvolution(_ name: String, _ shape: [Int], _ mode: Mode) -> Workload {
    Workload("\(name).\(mode.rawValue)") {
      let dimensions = shape.count - 2
      let (x, w, b) = try operands(shape, [shape[1], 32] + Array(repeating: 4, count: dimensions), 32, mode)
      return try call(mode, x, w, b) {
        if dimensions == 1 {
          try Functional.convTranspose1D(x, weight: w, bias: b, stride: 2, padding: 1)
        } else {
          try Functional.convTranspose2D(x, weight: w, bias: b, stride: 2, padding: 1)
        }
      }
    }
  }

  private static func operands(
    _ input: [Int], _ weight: [Int], _ channels: Int, _ mode: Mode
  ) throws -> (input: Tensor, weight: Tensor, bias: Tensor) {
    (
      try .normal(input, requiresGrad: mode == .forwardBackward),
      try .normal(weight, requiresGrad: mode != .forward),
      try .normal([channels], requiresGrad: mode != .forward)
    )
  }

  private static func call(
    _ mode: Mode, _ x: Tensor, _ w: Tensor, _ b: Tensor, body: @escaping () throws -> Tensor
  ) throws -> () throws -> Void {
    mode == .forward ? forward(body) : try forwardBackward(x, w, b, body: body)
  }
}
