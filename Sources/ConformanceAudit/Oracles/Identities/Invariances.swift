// Linearity, permutations and split batches: the library on other inputs must give what is stored.

import Conformance
import PuruTorchAdapter

extension Identity {
  /// f(x) = f(x + y) − f(y) + f(0), where f is affine in its input; the right side is the library's.
  static let additivity = Identity(
    name: "additivity",
    operations: [
      "neg", "identity", "transpose", "permute", "reshape", "squeeze", "unsqueeze", "slice", "sum", "mean",
      "matmul", "mul", "div", "upsample1d", "upsample2d", "downsample1d", "downsample2d", "avg_pool1d",
      "avg_pool2d", "linear", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "dropout",
      "dropout1d", "dropout2d",
    ]
  ) { sample, tally in
    guard let input = sample.inputs["input"], case .float64(let numbers) = input.elements,
      sample.inputs.values.allSatisfy({ $0.numbers?.allSatisfy(\.isFinite) ?? false }),
      sample.output()?.allSatisfy(\.isFinite) == true
    else { return }
    var draws = Draws()
    let other = numbers.map { draws.next() * abs($0) }
    func answer(_ numbers: [Double]) throws -> [Double] {
      let value = Value(shape: input.shape, .float64(numbers))
      return try sample.answer(replacing: ["input": value]).outputs["output"]?.numbers ?? []
    }
    let (sum, part) = (try answer(zip(numbers, other).map { $0 + $1 }), try answer(other))
    let nothing = try answer(numbers.map { _ in 0 })
    guard sum.count == part.count, sum.count == nothing.count else {
      throw OracleError("the library's outputs differ in size")
    }
    tally.compare(
      "additivity", sample, "outputs/output", sum.indices.map { sum[$0] - part[$0] + nothing[$0] })
  }

  /// The library on the items of a batch in another order gives the same in that order.
  static let permutation = Identity(name: "permutation", operations: Batch.operations) { sample, tally in
    guard let batch = Batch(sample), batch.count > 1 else { return }
    let order = (0..<batch.count).map { ($0 + 1) % batch.count }
    let back = (0..<batch.count).map { ($0 + batch.count - 1) % batch.count }
    for (key, value) in try batch.answers(sample, order).sorted(by: { $0.key < $1.key }) {
      tally.compare(
        "permutation", sample, key, batch.axis(of: key).map { value.taking(back, along: $0) } ?? value)
    }
  }

  /// The library on two parts of a batch gives two parts of the result; gradients of what both share add up.
  static let split = Identity(name: "split", operations: Batch.splittable) { sample, tally in
    guard let batch = Batch(sample), batch.count > 1, batch.isAdditive else { return }
    let (first, second) = (Array(0..<batch.count / 2), Array(batch.count / 2..<batch.count))
    let (one, other) = (try batch.answers(sample, first), try batch.answers(sample, second))
    for (key, value) in one.sorted(by: { $0.key < $1.key }) {
      guard let rest = other[key], let left = value.numbers, let right = rest.numbers else { continue }
      if let axis = batch.axis(of: key) {
        tally.compare("split", sample, key, Value.joined(value, rest, along: axis))
      } else if key.hasPrefix("gradients/"), left.count == right.count {
        tally.compare("split", sample, key, zip(left, right).map { $0 + $1 })
      }
    }
  }
}

extension OracleSample {
  /// What the library makes of the sample with some values replaced.
  fileprivate func answer(
    replacing values: [String: Value], cotangents: [String: Value] = [:]
  ) throws -> Evaluation {
    let operands = computation.inputs.map { operand in
      Operand(
        name: operand.name, value: values[operand.name] ?? operand.value,
        requiresGradient: operand.requiresGradient && !cotangents.isEmpty, role: operand.role)
    }
    return try PuruTorchImplementation().evaluate(
      Computation(
        operation: computation.operation, arguments: computation.arguments, precision: .float64,
        inputs: operands, cotangents: cotangents, retained: cotangents.isEmpty ? [] : computation.retained))
  }
}

/// Which axes of a sample's values count the items of a batch.
private struct Batch {
  private var axes: [String: Int] = [:]
  let count: Int
  /// Whether every output that is differentiated is itself a batch, so that nothing mixes the items.
  private(set) var isAdditive: Bool

  func axis(of key: String) -> Int? { axes[String(key.drop { $0 != "/" }.dropFirst())] }

  /// What the library makes of some items of the batch, by the quantities' names.
  func answers(_ sample: OracleSample, _ places: [Int]) throws -> [String: Value] {
    func taken(_ name: String, _ value: Value) -> Value {
      axes[name].map { value.taking(places, along: $0) } ?? value
    }
    let inputs = Dictionary(sample.inputs.map { ($0, taken($0, $1)) }) { $1 }
    let cotangents = Dictionary(sample.computation.cotangents.map { ($0, taken($0, $1)) }) { $1 }
    let found = try sample.answer(replacing: inputs, cotangents: cotangents)
    return Dictionary(found.outputs.map { ("outputs/\($0)", $1) }) { $1 }
      .merging(found.gradients.map { ("gradients/\($0)", $1) }) { $1 }
  }
}

extension Batch {
  private static let images: Set<String> = [
    "conv1d", "conv_transpose1d", "max_pool1d", "avg_pool1d", "conv2d", "conv_transpose2d", "max_pool2d",
    "avg_pool2d",
  ]
  private static let rows: Set<String> = [
    "linear", "softmax", "log_softmax", "exp", "log", "neg", "identity", "sigmoid", "tanh", "relu", "dropout",
    "dropout1d", "dropout2d", "rnn_cell", "gru_cell", "scaled_dot_product_attention", "attention", "mse_loss",
    "cross_entropy", "ctc_loss", "model.mlp", "model.cnn", "model.rnn_classifier", "model.gru_classifier",
  ]

  /// The operations whose items don't see each other.
  static let splittable = images.union(rows)
  /// The operations that don't mind the order of their items.
  static let operations = splittable.union(["batch_norm", "model.res_block"])

  /// Nil for a sample that isn't a batch.
  init?(_ sample: OracleSample) {
    let operation = sample.computation.operation
    let shapes = sample.inputs.mapValues(\.shape)
    let first = shapes["input"] ?? shapes["query"] ?? shapes["log_probs"] ?? []
    let isUnbatched =
      Self.images.contains(operation) ? first.count != (operation.hasSuffix("2d") ? 4 : 3) : first.count < 2
    guard !isUnbatched else { return nil }
    switch operation {
    case "scaled_dot_product_attention":
      guard first.count > 2 else { return nil }
      axes = ["query": 0, "key": 0, "value": 0]
      if let mask = shapes["attn_mask"], mask.count == first.count, mask[0] == first[0] {
        axes["attn_mask"] = 0
      }
    case "ctc_loss":
      guard first.count == 3, shapes["targets"]?.count == 2 else { return nil }
      axes = ["log_probs": 1, "targets": 0, "input_lengths": 0, "target_lengths": 0]
    case "softmax", "log_softmax":
      let dimension = sample.computation.arguments["dim"]?.intValue ?? 0
      guard dimension != 0, dimension != -first.count else { return nil }
      axes = ["input": 0]
    case "model.rnn_classifier", "model.gru_classifier": axes = ["input": 0, "h_0": 1]
    case "mse_loss" where shapes["target"]?.count != first.count: return nil
    case "mse_loss", "cross_entropy": axes = ["input": 0, "target": 0]
    default: axes = ["input": 0, "hx": 0, "mask": 0]
    }
    let axes = self.axes
    let sizes = Set(
      shapes.compactMap { name, shape in
        axes[name].map { shape.indices.contains($0) ? shape[$0] : -1 }
      })
    guard let count = sizes.first, sizes.count == 1 else { return nil }
    self.count = count
    let isReduced = operation.hasSuffix("_loss") || operation == "cross_entropy"
    let isWhole = !isReduced || sample.computation.arguments["reduction"]?.stringValue == "none"
    if isWhole {
      for name in ["output", "query", "key", "value", "weights"] where self.axes[name] == nil {
        self.axes[name] = 0
      }
    }
    isAdditive = isWhole
  }
}

extension Value {
  /// The places of an axis in another order, or some of them.
  fileprivate func taking(_ places: [Int], along axis: Int) -> Value {
    guard shape.indices.contains(axis), places.allSatisfy({ 0..<shape[axis] ~= $0 }) else { return self }
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    func taken<Element>(_ elements: [Element]) -> [Element] {
      (0..<outer).flatMap { block in
        places.flatMap { place in
          let start = (block * shape[axis] + place) * inner
          return elements[start..<(start + inner)]
        }
      }
    }
    var result = shape
    result[axis] = places.count
    let elements: Elements =
      switch self.elements {
      case .float32(let values): .float32(taken(values))
      case .float64(let values): .float64(taken(values))
      case .int64(let values): .int64(taken(values))
      case .bool(let values): .bool(taken(values))
      case .string(let values): .string(taken(values))
      }
    return Value(shape: result, elements)
  }

  /// Two arrays of numbers, one after the other along an axis.
  fileprivate static func joined(_ one: Value, _ other: Value, along axis: Int) -> Value {
    guard let left = one.numbers, let right = other.numbers, one.shape.indices.contains(axis),
      one.shape.count == other.shape.count, one.shape[..<axis] == other.shape[..<axis]
    else { return one }
    var shape = one.shape
    shape[axis] += other.shape[axis]
    let (here, there) = (one.shape[axis...].reduce(1, *), other.shape[axis...].reduce(1, *))
    var numbers: [Double] = []
    for block in 0..<shape[..<axis].reduce(1, *) {
      numbers += left[(block * here)..<((block + 1) * here)]
      numbers += right[(block * there)..<((block + 1) * there)]
    }
    return Value(shape: shape, .float64(numbers))
  }
}
