// Scaled dot-product attention.

import CKernels

extension Functional {
  /// The values averaged with weights that say how well their keys fit each query,
  /// `softmax(query · keyᵀ · scale + mask) · value`, as `torch.nn.functional.scaled_dot_product_attention`.
  ///
  /// A query to which the mask leaves no key gives zeros.
  ///
  /// - Parameters:
  ///   - query: (…, L, E); the dimensions in front of the last two broadcast.
  ///   - key: (…, S, E).
  ///   - value: (…, S, Ev).
  ///   - attnMask: What broadcasts to the weights' shape (…, L, S): booleans, true where a key counts, or numbers
  ///     of the query's type that are added. Not together with `isCausal`.
  ///   - isCausal: Whether query i sees keys 0 through i only.
  ///   - scale: By default `1 / √E`.
  /// - Returns: (…, L, Ev).
  /// - Throws: `TensorError` when shapes, types or settings don't fit together.
  public static func scaledDotProductAttention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, attnMask: Tensor? = nil, isCausal: Bool = false,
    scale: Double? = nil
  ) throws -> Tensor {
    try attention(query, key, value, attnMask: attnMask, isCausal: isCausal, scale: scale).output
  }

  /// Scaled dot-product attention together with its weights, the softmax's result.
  static func attention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, attnMask: Tensor?, isCausal: Bool, scale: Double?
  ) throws -> (output: Tensor, weights: Tensor) {
    let operation = "scaledDotProductAttention"
    try requireOneType(operation, query, key, value)
    guard query.ndim >= 2, key.ndim >= 2, query.sizes[query.ndim - 1] == key.sizes[key.ndim - 1] else {
      throw TensorError.shapeMismatch(
        operation: operation, query.shape, key.shape, expected: "queries (…, L, E) and keys (…, S, E)")
    }
    guard value.ndim >= 2, key.sizes[key.ndim - 2] == value.sizes[value.ndim - 2] else {
      throw TensorError.shapeMismatch(
        operation: operation, key.shape, value.shape, expected: "keys (…, S, E) and values (…, S, Ev)")
    }
    if isCausal && attnMask != nil {
      throw TensorError.invalidArgument(
        operation: operation, argument: "isCausal", value: "true with a mask", expected: "one or the other")
    }
    let features = query.sizes[query.ndim - 1]
    let factor = scale ?? 1 / Double(features).squareRoot()
    var scores = try (query * factor).matmul(key.transposed(-2, -1))
    if let mask = try isCausal ? causalMask(scores) : attnMask {
      guard mask.dtype == .bool || mask.dtype == query.dtype else {
        throw TensorError.unsupportedDType(
          operation: operation, dtype: mask.dtype, expected: "a mask of type bool or \(query.dtype)")
      }
      guard try Shape.broadcast(scores.sizes, mask.sizes, operation: operation) == scores.sizes else {
        throw TensorError.shapeMismatch(
          operation: operation, scores.shape, mask.shape, expected: "a mask that broadcasts to the weights")
      }
      try scores += mask.dtype == .bool ? additive(mask, query.dtype) : mask
    }
    let weights = try maskedSoftmax(scores)
    return (try weights.matmul(value), weights)
  }

  /// The mask that lets query i see keys 0 through i.
  private static func causalMask(_ scores: Tensor) throws -> Tensor {
    let (queries, keys) = (scores.sizes[scores.ndim - 2], scores.sizes[scores.ndim - 1])
    return try Tensor.arange(keys).isLessOrEqual(to: Tensor.arange(queries).unsqueezed(1))
  }

  /// 0 where a boolean mask is true, −∞ elsewhere.
  private static func additive(_ mask: Tensor, _ dtype: DType) throws -> Tensor {
    try mask.to(dtype).log()
  }

  /// The softmax over the last dimension, zeros where all of it is −∞.
  private static func maskedSoftmax(_ scores: Tensor) throws -> Tensor {
    let x = try scores.packed()
    let output = try Tensor(uninitialized: x.sizes, dtype: x.dtype, operation: "softmax")
    if x.dtype == .float32 {
      fillMaskedSoftmax(x, output, pt_softmax_f32)
    } else {
      fillMaskedSoftmax(x, output, pt_softmax_f64)
    }
    return Autograd.records(scores) ? output.attached(to: MaskedSoftmaxNode(scores, output)) : output
  }

  private static func fillMaskedSoftmax<Element: TensorElement & BinaryFloatingPoint>(
    _ x: Tensor, _ output: Tensor,
    _ softmax: (Int64, Int64, Int64, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?) -> Void
  ) {
    let keys = x.sizes[x.ndim - 1]
    let rows = x.sizes.dropLast().reduce(1, *)
    let (scores, weights) = (
      x.pointer() as UnsafeMutablePointer<Element>, output.pointer() as UnsafeMutablePointer<Element>
    )
    softmax(Int64(rows), Int64(keys), 1, scores, weights)
    // A row of −∞ alone became NaN; looking at its first weight tells most rows apart.
    for row in 0..<rows where keys > 0 && weights[row * keys].isNaN {
      let range = row * keys..<(row + 1) * keys
      guard range.allSatisfy({ scores[$0] == -.infinity }) else { continue }
      for index in range { weights[index] = 0 }
    }
  }
}

private final class MaskedSoftmaxNode: Node {
  init(_ scores: Tensor, _ output: Tensor) {
    super.init("Softmax", scores)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let y = try saved(0)
    if Autograd.isEnabled {
      return Gradients(try y * (gradient - (y * gradient).sum(dim: -1, keepDims: true)))
    }
    let upstream = try gradient.packed()
    let output = try Tensor(uninitialized: y.sizes, dtype: y.dtype, operation: name)
    let (rows, keys) = (Int64(y.sizes.dropLast().reduce(1, *)), Int64(y.sizes[y.ndim - 1]))
    if y.dtype == .float32 {
      pt_softmax_backward_f32(rows, keys, 1, y.pointer(), upstream.pointer(), output.pointer())
    } else {
      pt_softmax_backward_f64(rows, keys, 1, y.pointer(), upstream.pointer(), output.pointer())
    }
    return Gradients(output)
  }
}
