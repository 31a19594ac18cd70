// The first program of the README, to the letter between the marks.

// README: begin
import PuruTorch

// README: end

// swift-format-ignore: NeverForceUnwrap
func firstProgram() throws {
  // README: begin
  // Three tensors
  let x = try Tensor.uniform([5, 6], low: 0, high: 1, requiresGrad: true)
  let y = try Tensor.uniform([6, 5], low: 0, high: 1, requiresGrad: true)
  let z = try Tensor.uniform([5], low: 0, high: 1, requiresGrad: true)

  // A calculation
  var out = try matmul(x, y)
  try out += z

  // Backward: an upstream gradient of ones, unless one is given
  try out.backward()

  // The gradients
  print(x.grad!)
  print(y.grad!)
  print(z.grad!)
  // README: end
}
