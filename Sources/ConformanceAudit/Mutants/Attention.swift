// Mistakes in attention.

import Conformance
import PuruTorch
import PuruTorchAdapter

extension Mutant {
  static let attention: [Mutant] =
    attentionMistakes
    + scaledDotProductAttentionMistakes

  private static let attentionMistakes = of(
    "attention/attention", "attention", .halfOutput, .ignored("is_causal"), .always("is_causal", .bool(true)),
    layer("the gradient of weight_key is zero") { $0.keyGradient = 0 },
    layer("the gradient of weight_query is negated") { $0.queryGradient = -1 },
    layer("the scores are not scaled") { $0.scale = 1 },
    layer("the scores are scaled by the width instead of its root") { $0.scale *= $0.scale },
    layer("softmax runs over the queries") { $0.softmaxDim = -2 },
    layer("the mask hides the step itself too") { $0.firstHidden = 0 },
    layer("the mask lets the next step through") { $0.firstHidden = 2 },
    layer("keys and queries are exchanged") { $0.isExchanged = true },
    layer("the output is the values, not their weighted sum") { $0.isAttending = false })

  private static let scaledDotProductAttentionMistakes = of(
    "attention/attention", "scaled_dot_product_attention", .zeroGradient("key"), .wrongSign("query"),
    .zeroGradient("value"), .ignored("scale"), .ignored("is_causal"), .ignoredOperand("attn_mask"),
    .operand("a mask of booleans tells what is hidden", "attn_mask") {
      $0.dtype == .bool ? try $0.isEqual(to: Tensor(false)) : $0
    })

  /// The attention layer written out, without a mistake.
  static let rightAttention = of("attention/attention", "attention", layer(rightly) { _ in })

  private static func layer(
    _ description: String, _ change: @escaping @Sendable (inout Layer) -> Void
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        let request = Request(call)
        _ = try request.answer()
        var layer = Layer(
          scale: 1 / Double(try request["weight_key"].shape[1]).squareRoot(),
          isCausal: request.flag("is_causal"))
        change(&layer)
        return try layer.results(request)
      })
  }
}

/// The attention layer with what can be wrong about it.
private struct Layer {
  var scale: Double
  var isCausal: Bool
  var softmaxDim = -1
  /// How many steps ahead of a query the first hidden key is.
  var firstHidden = 1
  var isExchanged = false
  var isAttending = true
  /// What the gradient of the query's weight is multiplied by.
  var queryGradient = 1.0
  /// What the gradient of the key's weight is multiplied by.
  var keyGradient = 1.0

  func results(_ request: Request) throws -> Results {
    let input = try request["input"]
    let query = try input.matmul(
      request["weight_query"].withGradient { [queryGradient] in try $0 * queryGradient })
    let key = try input.matmul(request["weight_key"].withGradient { [keyGradient] in try $0 * keyGradient })
    let value = try input.matmul(request["weight_value"])
    let (left, right) = isExchanged ? (key, query) : (query, key)
    var scores = try left.matmul(right.transposed(-1, -2)) * scale
    if isCausal {
      let steps = try Tensor.arange(input.shape[1])
      let hidden = try (steps - steps.reshaped(-1, 1)).isGreaterOrEqual(to: Tensor(firstHidden))
      scores = try Tensor.select(hidden, Tensor(-Double.infinity, dtype: scores.dtype), scores)
    }
    let weights = try scores.softmax(dim: softmaxDim)
    let output = try isAttending ? weights.matmul(value) : value + weights.sum() * 0
    return Results(tensors: [
      "output": output, "query": query, "key": key, "value": value, "weights": weights,
    ])
  }
}
