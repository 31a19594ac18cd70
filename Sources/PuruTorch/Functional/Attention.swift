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
    let sizes = try AttentionSizes(query, key, value, attnMask: attnMask, isCausal: isCausal, scale: scale)
    guard sizes.isOneBatch, attnMask.map({ Autograd.records($0) }) != true else {
      return try attention(query, key, value, attnMask: attnMask, isCausal: isCausal, scale: scale).output
    }
    let mask = try attnMask.map { try $0.dtype == .bool ? additive($0, query.dtype) : $0 }
    let isRecorded = Autograd.records(query, key, value)
    let kernels = try AttentionKernels(sizes, query, key, value, mask)
    let (output, weights) = try kernels.attend(keepsWeights: isRecorded)
    guard let weights, isRecorded else { return output }
    return output.attached(to: AttentionNode(sizes, query, key, value, mask, weights))
  }

  /// Scaled dot-product attention together with its weights, the softmax's result.
  static func attention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, attnMask: Tensor?, isCausal: Bool, scale: Double?
  ) throws -> (output: Tensor, weights: Tensor) {
    let sizes = try AttentionSizes(query, key, value, attnMask: attnMask, isCausal: isCausal, scale: scale)
    let weights = try weights(sizes, query * sizes.scale, key, attnMask)
    return (try weights.matmul(value), weights)
  }

  /// The softmax's result for queries that are scaled.
  fileprivate static func weights(
    _ sizes: AttentionSizes, _ query: Tensor, _ key: Tensor, _ attnMask: Tensor?
  )
    throws -> Tensor
  {
    var scores = try query.matmul(key.transposed(-2, -1))
    if let mask = try sizes.isCausal ? causalMask(scores) : attnMask {
      try scores += mask.dtype == .bool ? additive(mask, query.dtype) : mask
    }
    return try maskedSoftmax(scores)
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

/// What an attention is made of, checked.
private struct AttentionSizes {
  /// The dimensions in front of the last two of query and key, broadcast.
  let batch: Shape
  let queries, keys, features, valueFeatures: Int
  let isCausal: Bool
  let scale: Double
  /// Whether nothing has to broadcast but the mask.
  let isOneBatch: Bool

  init(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, attnMask: Tensor?, isCausal: Bool, scale: Double?
  ) throws {
    let operation = "scaledDotProductAttention"
    try Functional.requireOneType(operation, query, key, value)
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
    let batches = [query, key, value].map { Shape($0.shape.dropLast(2)) }
    batch = try Shape.broadcast(batches[0], batches[1], operation: operation)
    isOneBatch = batches.allSatisfy { $0 == batches[0] }
    (queries, features) = (query.sizes[query.ndim - 2], query.sizes[query.ndim - 1])
    (keys, valueFeatures) = (key.sizes[key.ndim - 2], value.sizes[value.ndim - 1])
    self.isCausal = isCausal
    self.scale = scale ?? 1 / Double(features).squareRoot()
    guard let attnMask else { return }
    guard attnMask.dtype == .bool || attnMask.dtype == query.dtype else {
      throw TensorError.unsupportedDType(
        operation: operation, dtype: attnMask.dtype, expected: "a mask of type bool or \(query.dtype)")
    }
    let scores = matrices(queries, keys)
    guard try Shape.broadcast(scores, attnMask.sizes, operation: operation) == scores else {
      throw TensorError.shapeMismatch(
        operation: operation, [Int](scores), attnMask.shape, expected: "a mask that broadcasts to the weights"
      )
    }
  }

  /// The shape of a batch of matrices.
  func matrices(_ rows: Int, _ columns: Int) -> Shape {
    var sizes = batch
    sizes.append(rows)
    sizes.append(columns)
    return sizes
  }
}

/// The kernels of attention for operands of one batch, without recording.
private struct AttentionKernels {
  private let sizes: AttentionSizes
  private let query, key, value: Tensor
  private let mask: Tensor?
  private var shape: pt_attention

  init(_ sizes: AttentionSizes, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?) throws {
    self.sizes = sizes
    shape = pt_attention()
    shape.batch = Int64(sizes.batch.elementCount)
    (shape.queries, shape.keys) = (Int64(sizes.queries), Int64(sizes.keys))
    (shape.features, shape.value_features) = (Int64(sizes.features), Int64(sizes.valueFeatures))
    (shape.is_causal, shape.scale) = (sizes.isCausal, sizes.scale)
    (self.query, shape.query_steps) = try Self.lines(query, sizes.batch)
    (self.key, shape.key_steps) = try Self.lines(key, sizes.batch)
    (self.value, shape.value_steps) = try Self.lines(value, sizes.batch)
    guard let mask else {
      self.mask = nil
      return
    }
    let target = sizes.matrices(sizes.queries, sizes.keys)
    let wide = mask.view(sizes: target, strides: mask.sizes.broadcastStrides(mask.strides, to: target))
    let (lines, step) = try Matmul.batched(wide, sizes.batch)
    self.mask = lines
    shape.mask_steps = (step, Int64(lines.strides[lines.ndim - 2]), Int64(lines.strides[lines.ndim - 1]))
  }

  /// The operand with contiguous rows, and its steps from matrix to matrix and from row to row.
  private static func lines(_ tensor: Tensor, _ batch: Shape) throws -> (Tensor, (Int64, Int64)) {
    let rows = tensor.strides[tensor.ndim - 1] == 1 ? tensor : try tensor.packed()
    let (lines, step) = try Matmul.batched(rows, batch)
    return (lines, (step, Int64(lines.strides[lines.ndim - 2])))
  }

  private func matrices(_ rows: Int, _ columns: Int) throws -> Tensor {
    try Tensor(
      uninitialized: sizes.matrices(rows, columns), dtype: query.dtype, operation: "scaledDotProductAttention"
    )
  }

  /// The weights have no content where a query doesn't see a key.
  func attend(keepsWeights: Bool) throws -> (output: Tensor, weights: Tensor?) {
    let output = try matrices(sizes.queries, sizes.valueFeatures)
    let weights = keepsWeights ? try matrices(sizes.queries, sizes.keys) : nil
    var shape = shape
    if query.dtype == .float32 {
      pt_attention_f32(
        &shape, query.pointer(), key.pointer(), value.pointer(), mask?.pointer(), weights?.pointer(),
        output.pointer())
    } else {
      pt_attention_f64(
        &shape, query.pointer(), key.pointer(), value.pointer(), mask?.pointer(), weights?.pointer(),
        output.pointer())
    }
    return (output, weights)
  }

  /// The gradients of value, key and query, as far as they are wanted.
  func backward(_ weights: Tensor, _ gradient: Tensor, wants: (value: Bool, key: Bool, query: Bool)) throws
    -> Gradients
  {
    let upstream = try gradient.packed()
    let gradients = Gradients(
      wants.value ? try matrices(sizes.keys, sizes.valueFeatures) : nil,
      wants.key ? try matrices(sizes.keys, sizes.features) : nil,
      wants.query ? try matrices(sizes.queries, sizes.features) : nil)
    var shape = shape
    if query.dtype == .float32 {
      pt_attention_backward_f32(
        &shape, query.pointer(), key.pointer(), value.pointer(), weights.pointer(), upstream.pointer(),
        gradients[2]?.pointer(), gradients[1]?.pointer(), gradients[0]?.pointer())
    } else {
      pt_attention_backward_f64(
        &shape, query.pointer(), key.pointer(), value.pointer(), weights.pointer(), upstream.pointer(),
        gradients[2]?.pointer(), gradients[1]?.pointer(), gradients[0]?.pointer())
    }
    return gradients
  }
}

private final class AttentionNode: Node {
  private let sizes: AttentionSizes
  private let hasMask: Bool

  init(
    _ sizes: AttentionSizes, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?,
    _ weights: Tensor
  ) {
    (self.sizes, hasMask) = (sizes, mask != nil)
    // Gradients arrive in this order where the operands are one tensor: that in which the formula's would.
    super.init("ScaledDotProductAttention", inputs: [value, key, query])
    save(query, key, value)
    save(weights)
    if let mask { save(mask) }
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (query, key, value) = (try saved(0), try saved(1), try saved(2))
    let wants = (value: needsGradient(0), key: needsGradient(1), query: needsGradient(2))
    guard Autograd.isEnabled else {
      return try AttentionKernels(sizes, query, key, value, nil).backward(saved(3), gradient, wants: wants)
    }
    let small = try query * sizes.scale
    let weights = try Functional.weights(sizes, small, key, hasMask ? saved(4) : nil)
    let slopes = try gradient.matmul(value.transposed(-2, -1))
    let scores = try weights * (slopes - (weights * slopes).sum(dim: -1, keepDims: true))
    return Gradients(
      wants.value ? try weights.transposed(-2, -1).matmul(gradient) : nil,
      wants.key ? try scores.transposed(-2, -1).matmul(small) : nil,
      wants.query ? try scores.matmul(key) * sizes.scale : nil)
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
