// Definitions: batch normalisation and dropout.

extension Definition {
  static let normalization: [String: Body] = [
    "batch_norm": { call in
      try batchNorm(
        call(), statistics: (call.operands["running_mean"], call.operands["running_var"]),
        weight: call.operands["weight"], bias: call.operands["bias"], isTraining: call.flag("training"),
        momentum: call.number("momentum", 0.1), epsilon: call.number("eps", 1e-5))
    },
    "dropout": dropout, "dropout1d": dropout, "dropout2d": dropout,
  ]

  /// (x − mean) / √(variance + ε) · w + b by channels. In training, mean and variance are those of the batch, and the
  /// running ones move towards them, to the variance with Bessel's correction.
  static func batchNorm(
    _ input: Cells, statistics: (mean: Cells?, variance: Cells?), weight: Cells?, bias: Cells?,
    isTraining: Bool,
    momentum: Double, epsilon: Double
  ) throws -> Results {
    let channels = try input.size(1)
    let usesBatch = isTraining || statistics.mean == nil || statistics.variance == nil
    var groups = Array(repeating: [Number](), count: channels)
    for (index, number) in zip(try Cells.indices(of: input.shape), input.entries) {
      groups[index[1]].append(number)
    }
    let means = groups.indices.map { usesBatch ? mean(groups[$0]) : statistics.mean?[[$0]] ?? .nan }
    let squares = groups.indices.map { channel in
      Number.sum(groups[channel].map { ($0 - means[channel]) * ($0 - means[channel]) })
    }
    let roots = groups.indices.map { channel in
      let variance =
        usesBatch
        ? squares[channel] / Number(Double(groups[channel].count)) : statistics.variance?[[channel]] ?? .nan
      return (variance + Number(epsilon)).root
    }
    var results = Results()
    results.cells["output"] = try Cells(input.shape) { index in
      let normal = (input[index] - means[index[1]]) / roots[index[1]]
      return normal * (weight?[[index[1]]] ?? Number(1)) + (bias?[[index[1]]] ?? Number(0))
    }
    func moved(_ old: Cells?, to new: (Int) -> Double) throws -> Cells? {
      guard let old, isTraining else { return old }
      return try Cells(old.shape) { index in
        Number((1 - momentum) * old[index].value + momentum * (index.first.map(new) ?? .nan))
      }
    }
    results.cells["running_mean"] = try moved(statistics.mean) {
      groups.indices ~= $0 ? means[$0].value : .nan
    }
    results.cells["running_var"] = try moved(statistics.variance) { channel in
      guard groups.indices ~= channel else { return .nan }
      return squares[channel].value / Double(groups[channel].count - 1)
    }
    return results
  }

  /// What the mask keeps over 1 − p; in evaluation everything, as it is.
  private static let dropout: Body = output { call in
    let (input, p) = (try call(), call.number("p", 0.5))
    guard call.flag("training", true) else { return input }
    let mask = try call("mask")
    return try Cells(input.shape) { index in
      input[index] * Number(mask[index].value == 0 || p == 1 ? 0 : 1 / (1 - p))
    }
  }
}
