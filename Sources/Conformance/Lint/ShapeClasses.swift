// Edge classes that the shapes of an operation's operands make.

/// Whether operands broadcast against each other, and whether an input lacks its batch axis.
enum ShapeClasses {
  /// Operand and rank of an input that has no batch axis, of operations that take it with one and without.
  private static let unbatched: [String: (operand: String, rank: Int)] = [
    "linear": ("input", 1), "rnn_cell": ("input", 1), "gru_cell": ("input", 1), "cross_entropy": ("input", 1),
    "conv1d": ("input", 2), "conv_transpose1d": ("input", 2), "max_pool1d": ("input", 2),
    "avg_pool1d": ("input", 2), "dropout1d": ("input", 2), "upsample1d": ("input", 2),
    "downsample1d": ("input", 2), "ctc_loss": ("log_probs", 2), "scaled_dot_product_attention": ("query", 2),
    "conv2d": ("input", 3), "conv_transpose2d": ("input", 3), "max_pool2d": ("input", 3),
    "avg_pool2d": ("input", 3), "upsample2d": ("input", 3),
    "downsample2d": ("input", 3), "model.mlp": ("input", 1),
  ]
  /// The operands that broadcast against each other, element by element. (The bias of a layer is no edge: it is always
  /// added to every row.)
  private static let elementwise: [String: [String]] = [
    "add": ["input", "other"], "sub": ["input", "other"], "mul": ["input", "other"],
    "div": ["input", "other"], "pow": ["input", "exponent"], "mse_loss": ["input", "target"],
  ]

  /// The classes of one use of an operation, by the shapes of its operands that are known.
  static func classes(of operation: String, _ shapes: [String: [Int]]) -> Set<String> {
    var classes: Set<String> = []
    if let (operand, rank) = unbatched[operation], shapes[operand]?.count == rank {
      classes.insert("unbatched")
    }
    if broadcasts(operation, shapes) { classes.insert("broadcast") }
    return classes
  }

  private static func broadcasts(_ operation: String, _ shapes: [String: [Int]]) -> Bool {
    func differ(_ one: [Int]?, _ other: [Int]?) -> Bool {
      guard let one, let other else { return false }
      return one != other
        && zip(one.reversed(), other.reversed()).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 }
    }
    func batch(_ operand: String) -> [Int]? { shapes[operand].map { Array($0.dropLast(2)) } }
    switch operation {
    case "matmul": return differ(batch("input"), batch("other"))
    case "scaled_dot_product_attention":
      let length = shapes["key"].flatMap { $0.dropLast().last }
      let scores = length.flatMap { length in shapes["query"].map { Array($0.dropLast()) + [length] } }
      return differ(batch("query"), batch("key")) || differ(batch("key"), batch("value"))
        || differ(scores, shapes["attn_mask"])
    default:
      guard let operands = elementwise[operation] else { return false }
      return differ(shapes[operands[0]], shapes[operands[1]])
    }
  }
}
