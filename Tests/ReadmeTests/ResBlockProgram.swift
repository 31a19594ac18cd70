// The second program of the README, to the letter between the marks.

// README: begin
import PuruTorch

/// A convolution followed by batch normalisation.
final class ConvBn2D: Module {
  let conv: Conv2D
  let bn: BatchNorm2D

  init(inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 1) throws {
    conv = try Conv2D(
      inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride,
      padding: padding)
    bn = try BatchNorm2D(numFeatures: outChannels)
  }

  override func forward(_ x: Tensor) throws -> Tensor { try bn(conv(x)) }
}

/// Two convolutions with a shortcut around them.
final class ResBlock: Module {
  let cbn1: ConvBn2D
  let cbn2: ConvBn2D
  let residual: Module
  let act = ReLU()

  init(inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 3, padding: Int = 1) throws {
    cbn1 = try ConvBn2D(
      inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride,
      padding: padding)
    cbn2 = try ConvBn2D(
      inChannels: outChannels, outChannels: outChannels, kernelSize: kernelSize, padding: padding)
    if stride != 1 || inChannels != outChannels || kernelSize != 1 || padding != 0 {
      residual = try ConvBn2D(
        inChannels: inChannels, outChannels: outChannels, kernelSize: 1, stride: stride, padding: 1)
    } else {
      residual = Identity()
    }
  }

  override func forward(_ x: Tensor) throws -> Tensor {
    let out = try cbn2(act(cbn1(x)))
    return try act(residual(x) + out)
  }
}

// README: end

func resBlockProgram() throws -> Tensor {
  // README: begin
  // An input, and a target of probabilities over the three channels
  let x = try Tensor.normal([10, 24, 128, 128], requiresGrad: true)
  let y = try Tensor.normal([10, 3, 26, 26]).softmax(dim: 1)

  let model = try ResBlock(inChannels: 24, outChannels: 3, kernelSize: 5, stride: 5, padding: 2)
  let criterion = CrossEntropyLoss(reduction: .mean)
  let optimizer = try AdamW(model.parameters(), lr: 0.001, betas: (0.9, 0.99), weightDecay: 0.01)

  // One training step
  let loss = try criterion(model(x), y)
  try loss.backward()
  try optimizer.step()
  optimizer.zeroGrad()

  // What was computed, breadth first
  loss.printGraph()
  // README: end
  return loss
}
