// Definitions: functions of one or two numbers, and resampling, entry by entry.

extension Definition {
  static let elementwise: [String: Body] = [
    "add": pairwise("other", whole: { $0 &+ $1 }) { $0 + $1 },
    "sub": pairwise("other", whole: { $0 &- $1 }) { $0 - $1 },
    "mul": pairwise("other", whole: { $0 &* $1 }) { $0 * $1 }, "div": pairwise("other") { $0 / $1 },
    "pow": pairwise("exponent") { $0.power($1) },
  ].merging(functions.mapValues { function in output { try $0().map(function) } }) { $1 }

  /// Functions of one number, also a model's activations.
  static let functions: [String: @Sendable (Number) -> Number] = [
    "identity": { $0 }, "neg": { -$0 }, "exp": { $0.exponential }, "log": { $0.logarithm },
    "sigmoid": { $0.logistic }, "tanh": { $0.tangent }, "relu": { $0.rectified },
  ]

  /// A function of two arrays that are broadcast; of integers, which wrap around, where both are.
  private static func pairwise(
    _ name: String, whole: (@Sendable (Int64, Int64) -> Int64)? = nil,
    _ function: @escaping @Sendable (Number, Number) -> Number
  ) -> Body {
    output { call in
      let (one, other) = (try call(), try call(name))
      let shape = try Cells.broadcast(one.shape, other.shape)
      var result = try Cells(shape) { function(one.broadcast($0), other.broadcast($0)) }
      if let whole, let left = one.integers, let right = other.integers {
        result.integers = try Cells.indices(of: shape).map { index in
          whole(left[one.position(broadcasting: index) ?? 0], right[other.position(broadcasting: index) ?? 0])
        }
      }
      return result
    }
  }

  static let resampling: [String: Body] = [
    "upsample1d": spread(1), "upsample2d": spread(2), "downsample1d": thinned(1), "downsample2d": thinned(2),
  ]

  /// The entries of the last dimensions with zeros between them.
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

  /// Of the last dimensions the entries whose indices the factor divides.
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
