// Single-head self-attention.

/// Self-attention with one head: each element of a sequence becomes an average of all elements' values, weighted
/// by how well its query fits their keys.
///
/// `output = softmax(query · keyᵀ / √d_k) · value`, where query, key and value are the input's products with three
/// weight matrices. After `forward` they and the softmax's result can be read, and, after `backward`, their gradients:
///
/// ```swift
/// let attention = Attention(
///   keyWeight: try .normal([5, 6]), queryWeight: try .normal([5, 6]), valueWeight: try .normal([5, 8]),
///   isCausal: true)
/// let output = try attention(Tensor.normal([1, 10, 5]))
/// try output.backward()
/// print(attention.query!.grad!.shape)  // [1, 10, 6]
/// ```
public final class Attention: Module {
  /// (D, d_k).
  public let weightKey: Parameter
  /// (D, d_k).
  public let weightQuery: Parameter
  /// (D, d_v).
  public let weightValue: Parameter
  /// Whether an element sees only itself and those before it.
  public let isCausal: Bool

  /// The queries of the last `forward`, (…, T, d_k).
  public private(set) var query: Tensor?
  /// The keys of the last `forward`, (…, T, d_k).
  public private(set) var key: Tensor?
  /// The values of the last `forward`, (…, T, d_v).
  public private(set) var value: Tensor?
  /// The softmax's result of the last `forward`, (…, T, T).
  public private(set) var weights: Tensor?

  /// A layer that learns from the given weights: matrices (D, d_k), (D, d_k) and (D, d_v).
  ///
  /// The parameters share the weights' memory; a `Parameter` is used as it is.
  public init(keyWeight: Tensor, queryWeight: Tensor, valueWeight: Tensor, isCausal: Bool = false) {
    func parameter(_ weight: Tensor) -> Parameter { weight as? Parameter ?? Parameter(weight) }
    weightKey = parameter(keyWeight)
    weightQuery = parameter(queryWeight)
    weightValue = parameter(valueWeight)
    self.isCausal = isCausal
  }

  /// The attention's result for an input (…, T, D), of shape (…, T, d_v).
  ///
  /// - Throws: `TensorError` when shapes or types don't fit together.
  override public func forward(_ input: Tensor) throws -> Tensor {
    let query = try input.matmul(weightQuery)
    let key = try input.matmul(weightKey)
    let value = try input.matmul(weightValue)
    let (output, weights) = try Functional.attention(
      query, key, value, attnMask: nil, isCausal: isCausal, scale: nil)
    for tensor in [query, key, value, weights] where tensor.requiresGrad { try tensor.retainGrad() }
    (self.query, self.key, self.value, self.weights) = (query, key, value, weights)
    return output
  }
}
