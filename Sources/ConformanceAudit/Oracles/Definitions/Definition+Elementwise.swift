// Definitions: functions of one or two numbers, and resampling, entry by entry.

extension Definition {
  static let elementwise: [String: Body] = [
    "add": pairwise("other") { $0 + $1 }, "sub": pairwise("other") { $0 - $1 },
    "mul": pairwise("other") { $0 * $1 }, "div": pairwise("other") { $0 / $1 },
    "pow": pairwise("exponent") { $0.power($1) },
  ].merging(functions.mapValues { function in output { try $0().map(function) } }) { $1 }

  /// Functions of one number, also a model's activations.
  static let functions: [String: @Sendable (Number) -> Number] = [
    "identity": { $0 }, "neg": { -$0 }, "exp": { $0.exponential }, "log": { $0.logarithm },
    "sigmoid": { $0.logistic }, "tanh": { $0.tangent }, "relu": { $0.rectified },
  ]

  private static func pairwise(
    _ name: String, _ function: @escaping @Sendable (Number, Number) -> Number
  ) -> Body {
    output { call in
      let (one, other) = (try call(), try call(name))
      return try Cells(Cells.broadcast(one.shape, other.shape)) { index in
        function(one.broadcast(index), other.broadcast(index))
      }
    }
  }

  static let resampling: [String: Body] = [
    "upsample1d": spread(1), "upsample2d": spread(2), "downsample1d": thinned(1), "downsample2d": thinned(2),
  ]

  /// Zeros between the entries of the last dimensions.
  private static func spread(_ rank: Int) -> Body {
    output { call in
      let (input, factor) = (try call(), try call.sizes("factor", 1, 1, least: 1)[0])
      let outer = input.shape.dropLast(rank)
      let inner = input.shape.suffix(rank)
      return try Cells(outer + inner.map { max(0, ($0 - 1) * factor + 1) }) { index in
        guard index.suffix(rank).allSatisfy({ $0 % factor == 0 }) else { return Number(0) }
        return input[index.prefix(outer.count) + index.suffix(rank).map { $0 / factor }]
      }
    }
  }

  /// Every so-manieth entry of the last dimensions.
  private static func thinned(_ rank: Int) -> Body {
    output { call in
      let (input, factor) = (try call(), try call.sizes("factor", 1, 1, least: 1)[0])
      let outer = input.shape.dropLast(rank)
      return try Cells(outer + input.shape.suffix(rank).map { ($0 + factor - 1) / factor }) { index in
        input[index.prefix(outer.count) + index.suffix(rank).map { $0 * factor }]
      }
    }
  }
}
