// Products of matrices, vectors and batches of matrices.

import CKernels

extension Tensor {
  /// The matrix product with another tensor, by the rules of `torch.matmul`.
  ///
  /// Two vectors give their inner product, a matrix and a vector a vector, two matrices a matrix. Tensors of
  /// more dimensions are batches of matrices over the last two; the batch dimensions broadcast. Every element is
  /// one chain of fused multiply-adds in ascending order of the summed index, starting from 0.
  ///
  /// - Throws: `TensorError.shapeMismatch` when the inner sizes differ or the batches don't broadcast,
  ///   `TensorError.unsupportedDType` unless both are of one floating-point type.
  public func matmul(_ other: Tensor) throws -> Tensor {
    guard dtype.isFloatingPoint, dtype == other.dtype else {
      throw TensorError.unsupportedDType(
        operation: "matmul", dtype: dtype.isFloatingPoint ? other.dtype : dtype,
        expected: "two tensors of one floating-point type")
    }
    guard ndim > 0 && other.ndim > 0, sizes[ndim - 1] == other.sizes[Swift.max(other.ndim - 2, 0)] else {
      throw TensorError.shapeMismatch(
        operation: "matmul", shape, other.shape,
        expected: "the first's last size to be the second's last but one")
    }
    if ndim == 1 { return try unsqueezed(0).matmul(other).squeezed(other.ndim == 1 ? 0 : -2) }
    if other.ndim == 1 { return try matmul(other.unsqueezed(1)).squeezed(-1) }
    if ndim > 2 && other.ndim == 2 {
      let rows = try reshaped([count == 0 ? shape.dropLast().reduce(1, *) : -1, sizes[ndim - 1]])
      return try rows.matmul(other).reshaped(shape.dropLast() + [other.sizes[1]])
    }
    let output = try Matmul.product(self, other)
    return Autograd.records(self, other) ? output.attached(to: MatmulNode(self, other)) : output
  }
}

/// The matrix product `a.matmul(b)`.
public func matmul(_ a: Tensor, _ b: Tensor) throws -> Tensor { try a.matmul(b) }

private final class MatmulNode: Node {
  private let a: Operand
  private let b: Operand

  init(_ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Operand(a), Operand(b))
    super.init("Matmul", a, b)
    save(a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(
      needsGradient(0) ? try a.collect(gradient.matmul(saved(1).transposed(-2, -1))) : nil,
      needsGradient(1) ? try b.collect(saved(0).transposed(-2, -1).matmul(gradient)) : nil)
  }
}

/// Products of tensors of two or more dimensions, without recording.
enum Matmul {
  static func product(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let (m, k, n) = (a.sizes[a.ndim - 2], a.sizes[a.ndim - 1], b.sizes[b.ndim - 1])
    let isSingle = a.ndim == 2 && b.ndim == 2
    let batchSizes =
      isSingle
      ? Shape()
      : try Shape.broadcast(a.sizes.prefix(a.ndim - 2), b.sizes.prefix(b.ndim - 2), operation: "matmul")
    var sizes = batchSizes
    sizes.append(m)
    sizes.append(n)
    let output = try Tensor(uninitialized: sizes, dtype: a.dtype, operation: "matmul")
    let batch = batchSizes.elementCount
    let (x, xStep) = try batched(a, batchSizes)
    let (y, yStep) = try batched(b, batchSizes)
    if a.dtype == .float32 {
      pt_gemm_batched_f32(
        Int64(batch), Int64(m), Int64(n), Int64(k),
        x.pointer(), xStep, Int64(x.strides[x.ndim - 2]), Int64(x.strides[x.ndim - 1]),
        y.pointer(), yStep, Int64(y.strides[y.ndim - 2]), Int64(y.strides[y.ndim - 1]),
        output.pointer(), Int64(m * n), Int64(n), false)
    } else {
      pt_gemm_batched_f64(
        Int64(batch), Int64(m), Int64(n), Int64(k),
        x.pointer(), xStep, Int64(x.strides[x.ndim - 2]), Int64(x.strides[x.ndim - 1]),
        y.pointer(), yStep, Int64(y.strides[y.ndim - 2]), Int64(y.strides[y.ndim - 1]),
        output.pointer(), Int64(m * n), Int64(n), false)
    }
    return output
  }

  /// The operand with its batch at one step from matrix to matrix: itself where its strides allow it.
  static func batched(_ tensor: Tensor, _ batchSizes: Shape) throws -> (Tensor, step: Int64) {
    let dims = tensor.ndim - 2
    if dims == 0 { return (tensor, 0) }
    if (0..<dims).allSatisfy({ tensor.sizes[$0] == 1 }) { return (tensor, 0) }
    if dims == batchSizes.count, let step = uniformStep(tensor, dims),
      tensor.sizes.prefix(dims) == batchSizes
    {
      return (tensor, Int64(step))
    }
    var sizes = batchSizes
    sizes.append(tensor.sizes[dims])
    sizes.append(tensor.sizes[dims + 1])
    let strides = tensor.sizes.broadcastStrides(tensor.strides, to: sizes)
    return (
      try tensor.view(sizes: sizes, strides: strides).packed(),
      Int64(sizes[sizes.count - 2] * sizes[sizes.count - 1])
    )
  }

  /// The step from matrix to matrix when walking the batch in row-major order, if it is always the same.
  private static func uniformStep(_ tensor: Tensor, _ dims: Int) -> Int? {
    var step: Int?
    var run = 1
    for dim in stride(from: dims - 1, through: 0, by: -1) where tensor.sizes[dim] != 1 {
      if let step, tensor.strides[dim] != step * run { return nil }
      step = step ?? tensor.strides[dim]
      run *= tensor.sizes[dim]
    }
    return step
  }
}
