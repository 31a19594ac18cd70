// The affine map of a linear layer.

import CKernels

extension Functional {
  /// The affine map `input · weightᵀ + bias` of the input's last dimension.
  ///
  /// Every element is one chain of fused multiply-adds in ascending order of the input's features, starting from
  /// the bias or 0.
  ///
  /// - Parameters:
  ///   - input: (…, inFeatures), of at least one dimension.
  ///   - weight: (outFeatures, inFeatures); or (inFeatures), which gives a result of one dimension less and
  ///     allows no bias.
  ///   - bias: (outFeatures), or nil for none.
  /// - Returns: (…, outFeatures).
  /// - Throws: `TensorError.shapeMismatch` when the sizes don't fit, `TensorError.unsupportedDType` unless all are
  ///   of one floating-point type.
  public static func linear(_ input: Tensor, weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
    try requireOneType("linear", input, weight, bias)
    guard weight.ndim == 1 || weight.ndim == 2, input.ndim > 0,
      input.sizes[input.ndim - 1] == weight.sizes[weight.ndim - 1]
    else {
      throw TensorError.shapeMismatch(
        operation: "linear", input.shape, weight.shape,
        expected: "an input (…, inFeatures) and a weight (outFeatures, inFeatures)")
    }
    if let bias, weight.ndim == 1 || bias.shape != [weight.sizes[0]] {
      throw TensorError.shapeMismatch(
        operation: "linear", weight.shape, bias.shape,
        expected: "a weight (outFeatures, inFeatures) and a bias (outFeatures)")
    }
    if weight.ndim == 1 { return try input.matmul(weight) }
    let output = try affineMap(input, weight, bias)
    guard Autograd.records(input, weight, bias) else { return output }
    return output.attached(to: LinearNode(input, weight, bias))
  }

  private static func affineMap(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    let (inFeatures, outFeatures) = (weight.sizes[1], weight.sizes[0])
    let x = input.ndim == 2 ? input : try input.packed()
    let rows = x.ndim == 2 ? x.sizes[0] : x.sizes.dropLast().reduce(1, *)
    let rowStride = Int64(x.ndim == 2 ? x.strides[0] : inFeatures)
    let columnStride = Int64(x.ndim == 2 ? x.strides[1] : 1)
    var sizes = input.sizes
    sizes[sizes.count - 1] = outFeatures
    let output = try Tensor(uninitialized: sizes, dtype: input.dtype, operation: "linear")
    if let bias {
      output.copyElements(
        of: bias.view(sizes: sizes, strides: bias.sizes.broadcastStrides(bias.strides, to: sizes)))
    }
    let (m, n, k) = (Int64(rows), Int64(outFeatures), Int64(inFeatures))
    let (weightRow, weightColumn) = (Int64(weight.strides[1]), Int64(weight.strides[0]))
    if input.dtype == .float32 {
      pt_gemm_f32(
        m, n, k, x.pointer(), rowStride, columnStride, weight.pointer(), weightRow, weightColumn,
        output.pointer(), n, bias != nil)
    } else {
      pt_gemm_f64(
        m, n, k, x.pointer(), rowStride, columnStride, weight.pointer(), weightRow, weightColumn,
        output.pointer(), n, bias != nil)
    }
    return output
  }

  /// Refuses tensors that aren't all of one floating-point type.
  static func requireOneType(_ operation: String, _ first: Tensor, _ others: Tensor?...) throws {
    for tensor in [first] + others.compactMap({ $0 })
    where !tensor.dtype.isFloatingPoint || tensor.dtype != first.dtype {
      throw TensorError.unsupportedDType(
        operation: operation, dtype: tensor.dtype,
        expected: first.dtype.isFloatingPoint ? "\(first.dtype), as the others" : "a floating-point type")
    }
  }
}

private final class LinearNode: Node {
  init(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) {
    super.init("Linear", inputs: [input, weight, bias])
    save(input, weight)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (input, weight) = (try saved(0), try saved(1))
    let rows = input.sizes.dropLast().reduce(1, *)
    let gradientRows = try gradient.reshaped([rows, weight.sizes[0]])
    return Gradients(
      needsGradient(0) ? try gradient.matmul(weight) : nil,
      needsGradient(1)
        ? try gradientRows.transposed(0, 1).matmul(input.reshaped([rows, weight.sizes[1]])) : nil,
      needsGradient(2) ? try gradientRows.sum(dim: 0) : nil)
  }
}
