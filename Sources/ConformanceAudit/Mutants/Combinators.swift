// The vocabulary of mistakes: what can be changed before, after and behind the right operation.

import Conformance
import PuruTorch
import PuruTorchAdapter

/// The identity with a gradient that is wrong.
private struct Wrong: Function {
  let rule: (Tensor) throws -> Tensor

  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> [Tensor] { inputs }

  func backward(_ gradients: [Tensor], _ context: FunctionContext) throws -> [Tensor?] {
    [try rule(gradients[0])]
  }
}

extension Tensor {
  /// The same values; what arrives as their gradient is changed.
  func withGradient(_ rule: @escaping (Tensor) throws -> Tensor) throws -> Tensor {
    try dtype.isFloatingPoint ? Wrong(rule: rule).apply(self) : self
  }

  /// The values rounded to the eleven digits of half precision.
  func roundedToHalf() throws -> Tensor {
    let high = try self * (dtype == .float32 ? 0x1p13 + 1 : 0x1p42 + 1)
    let rounded = try high - (high - self)
    return try Tensor.select(rounded.isEqual(to: rounded), rounded, self)
  }

  /// The elements in the order of the transposed tensor, in the shape of this one.
  func misread() throws -> Tensor { try transposed().reshaped(shape) }

  /// One where the position, counted from the end, is another one; zero there.
  fileprivate func allBut(_ position: Int) throws -> Tensor {
    guard count > 0 else { return self }
    let index = position < 0 ? count + position : position
    let positions = try Tensor.arange(count).reshaped(shape)
    return try positions.isNotEqual(to: Tensor.full([], index, dtype: .int64)).to(dtype)
  }

  /// Everything but one element, which is zero.
  func without(_ position: Int) throws -> Tensor { try self * allBut(position) }

  /// Zeros of the same shape.
  func zeroed() throws -> Tensor { try Tensor.zerosLike(self) }
}

extension Mistake {
  // MARK: - Behind the operation

  /// The gradient that an operand gets is changed.
  package static func gradient(
    _ operand: String, _ change: String, _ rule: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Mistake {
    Mistake(
      answering: "the gradient of \(operand) is \(change)",
      { call in
        var request = Request(call)
        request.inputs[operand] = try request.inputs[operand]?.withGradient(rule)
        return try request.answer()
      })
  }

  /// The gradient is zero.
  package static func zeroGradient(_ operand: String = "input") -> Mistake {
    gradient(operand, "zero") { try $0.zeroed() }
  }

  /// The gradient has the wrong sign.
  package static func wrongSign(_ operand: String = "input") -> Mistake {
    gradient(operand, "negated") { try -$0 }
  }

  /// The gradient is laid out as that of the transposed operand.
  package static func transposedGradient(_ operand: String = "input") -> Mistake {
    gradient(operand, "laid out transposed") { try $0.misread() }
  }

  /// The gradient passed through half precision.
  package static func halfGradient(_ operand: String = "input") -> Mistake {
    gradient(operand, "rounded to float16") { try $0.roundedToHalf() }
  }

  /// The gradient is added up twice.
  package static func doubledGradient(_ operand: String = "input") -> Mistake {
    gradient(operand, "counted twice") { try $0 * 2 }
  }

  /// The last element of the gradient is left out.
  package static func lastGradient(_ operand: String = "input") -> Mistake {
    gradient(operand, "missing its last element") { try $0.without(-1) }
  }

  /// The upstream gradient is taken for ones.
  package static let upstreamIgnored = output("the upstream gradient is taken for ones") {
    try $0.withGradient { try Tensor.onesLike($0) }
  }

  // MARK: - After the operation

  /// The result passes through half precision.
  package static let halfOutput = output("the result is rounded to float16") { try $0.roundedToHalf() }

  /// The graph is cut.
  package static let detached = output("the result is detached") { $0.detach() }

  /// The result is changed.
  package static func output(
    _ description: String, _ change: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        var results = try Request(call).answer()
        results.tensors["output"] = try change(results.tensor("output"))
        return results
      })
  }

  // MARK: - Before the operation

  /// Operands or arguments are changed before the right operation gets them.
  package static func request(
    _ description: String, _ change: @escaping @Sendable (inout Request) throws -> Void
  ) -> Mistake {
    Mistake(
      answering: description,
      { call in
        var request = Request(call)
        try change(&request)
        return try request.answer()
      })
  }

  /// Operands are changed where they are given.
  package static func operand(
    _ description: String, _ name: String, _ change: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Mistake {
    request(description) { $0.inputs[name] = try $0.inputs[name].map(change) }
  }

  /// An operand is not looked at.
  package static func ignoredOperand(_ name: String) -> Mistake {
    request("\(name) is ignored") { $0.inputs[name] = nil }
  }

  /// An argument has its default, whatever is asked for.
  package static func ignored(_ argument: String) -> Mistake {
    request("\(argument) is ignored") { $0.arguments[argument] = nil }
  }

  /// An argument is always the same.
  package static func always(_ argument: String, _ value: JSONValue) -> Mistake {
    request("\(argument) is always \(value.text)") { $0.arguments[argument] = value }
  }

  /// An integer argument is changed where it is given.
  package static func shifted(_ argument: String, by step: Int) -> Mistake {
    request("\(argument) is off by \(step)") { request in
      guard let values = request.integers(argument) else { return }
      let shifted = values.map { JSONValue.int($0 + step) }
      request.arguments[argument] = request.integer(argument) == nil ? .array(shifted) : shifted.first
    }
  }
}
