// Euler's theorem on the stored numbers.

import Conformance

extension Identity {
  /// Where f(λx) = λᵏ f(x), ⟨gradient, x⟩ = k ⟨cotangent, f⟩.
  static let homogeneity = Identity(name: "homogeneity", operations: Set(degrees.keys)) { sample, tally in
    guard let output = sample.output(), let cotangent = sample.cotangents["output"], !output.isEmpty else {
      return
    }
    let whole = product(cotangent, output)
    for (operands, degree) in degrees[sample.computation.operation] ?? [] {
      var (sum, scale) = (0.0, whole.scale)
      let given = operands.filter { sample.inputs[$0] != nil }
      guard given.contains(operands[0]), given.allSatisfy({ sample.gradient($0) != nil }) else { continue }
      for name in given {
        let part = product(sample.gradient(name) ?? [], sample.inputs[name]?.numbers ?? [])
        (sum, scale) = (sum + part.sum, scale + part.scale)
      }
      // With infinite numbers the sums say nothing; the definition says what they must be.
      guard scale.isFinite else { continue }
      let place = "\(sample.name) in \(operands.joined(separator: ", "))"
      tally.identity("homogeneity", place, sum, degree * whole.sum, scale: scale)
    }
  }

  /// The operands in which an operation is homogeneous together, the first always there, and the degree.
  private static let degrees: [String: [(operands: [String], degree: Double)]] = {
    let layer: [(operands: [String], degree: Double)] = [(["input", "bias"], 1), (["weight", "bias"], 1)]
    var table: [String: [(operands: [String], degree: Double)]] = [
      "add": [(["input", "other"], 1)], "sub": [(["input", "other"], 1)],
      "mul": [(["input"], 1), (["other"], 1)], "matmul": [(["input"], 1), (["other"], 1)],
      "div": [(["input"], 1), (["other"], -1)], "var": [(["input"], 2)],
      "mse_loss": [(["input", "target"], 2)],
      "batch_norm": [(["weight", "bias"], 1)], "scaled_dot_product_attention": [(["value"], 1)],
      "attention": [(["weight_value"], 1)], "model.cnn": [(["linear.weight", "linear.bias"], 1)],
      "model.rnn_classifier": [(["proj.weight", "proj.bias"], 1)],
      "model.gru_classifier": [(["proj.weight", "proj.bias"], 1)],
    ]
    for name in ["linear", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"] { table[name] = layer }
    for name in [
      "neg", "identity", "relu", "transpose", "permute", "reshape", "squeeze", "unsqueeze", "slice", "sum",
      "mean", "max", "amax", "upsample1d", "upsample2d", "downsample1d", "downsample2d", "max_pool1d",
      "max_pool2d", "avg_pool1d", "avg_pool2d", "dropout", "dropout1d", "dropout2d",
    ] { table[name] = [(["input"], 1)] }
    return table
  }()
}
