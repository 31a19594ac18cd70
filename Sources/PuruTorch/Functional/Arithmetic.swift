// Addition, subtraction, multiplication, division, powers and negation, with their operators.

import CKernels

precedencegroup ExponentiationPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

infix operator ** : ExponentiationPrecedence

// MARK: - Add

/// The elementwise sum `a + b`, broadcast. Booleans give their disjunction.
///
/// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together.
public func + (a: Tensor, b: Tensor) throws -> Tensor {
  let dtype = DType.promote(a, b)
  let output = try Elementwise.binary(PT_ADD, a, b, as: dtype, "add")
  return Autograd.records(a, b) ? output.attached(to: AddNode(a, b)) : output
}

private final class AddNode: Node {
  private let a: Operand
  private let b: Operand

  init(_ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Operand(a), Operand(b))
    super.init("Add", a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(
      needsGradient(0) ? try a.collect(gradient) : nil,
      needsGradient(1) ? try b.collect(gradient) : nil)
  }
}

// MARK: - Sub

/// The elementwise difference `a - b`, broadcast.
///
/// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together,
///   `TensorError.unsupportedDType` for booleans.
public func - (a: Tensor, b: Tensor) throws -> Tensor {
  let dtype = DType.promote(a, b)
  guard a.dtype != .bool && b.dtype != .bool else {
    throw TensorError.unsupportedDType(operation: "sub", dtype: .bool, expected: "numbers")
  }
  let output = try Elementwise.binary(PT_SUB, a, b, as: dtype, "sub")
  return Autograd.records(a, b) ? output.attached(to: SubNode(a, b)) : output
}

private final class SubNode: Node {
  private let a: Operand
  private let b: Operand

  init(_ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Operand(a), Operand(b))
    super.init("Sub", a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(
      needsGradient(0) ? try a.collect(gradient) : nil,
      needsGradient(1) ? try b.collect(-gradient) : nil)
  }
}

// MARK: - Mul

/// The elementwise product `a * b`, broadcast. Booleans give their conjunction.
///
/// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together.
public func * (a: Tensor, b: Tensor) throws -> Tensor {
  let dtype = DType.promote(a, b)
  let output = try Elementwise.binary(PT_MUL, a, b, as: dtype, "mul")
  return Autograd.records(a, b) ? output.attached(to: MulNode(a, b)) : output
}

private final class MulNode: Node {
  private let a: Operand
  private let b: Operand

  init(_ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Operand(a), Operand(b))
    super.init("Mul", a, b)
    save(a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(
      needsGradient(0) ? try a.collect(gradient * saved(1)) : nil,
      needsGradient(1) ? try b.collect(gradient * saved(0)) : nil)
  }
}

// MARK: - Div

/// The elementwise quotient `a / b`, broadcast. Integers and booleans are divided as `float32`.
///
/// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together.
public func / (a: Tensor, b: Tensor) throws -> Tensor {
  var dtype = DType.promote(a, b)
  if !dtype.isFloatingPoint { dtype = .float32 }
  let output = try Elementwise.binary(PT_DIV, a, b, as: dtype, "div")
  return Autograd.records(a, b) ? output.attached(to: DivNode(a, b)) : output
}

private final class DivNode: Node {
  private let a: Operand
  private let b: Operand

  init(_ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Operand(a), Operand(b))
    super.init("Div", a, b)
    save(a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let divisor = try saved(1)
    return Gradients(
      needsGradient(0) ? try a.collect(gradient / divisor) : nil,
      needsGradient(1) ? try b.collect(-gradient * ((saved(0) / divisor) / divisor)) : nil)
  }
}

// MARK: - Pow

/// `base` raised to `exponent`, elementwise and broadcast, with the special cases of C's `pow`.
///
/// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together,
///   `TensorError.unsupportedDType` for two booleans.
public func ** (base: Tensor, exponent: Tensor) throws -> Tensor {
  let dtype = DType.promote(base, exponent)
  guard dtype != .bool else {
    throw TensorError.unsupportedDType(operation: "pow", dtype: .bool, expected: "numbers")
  }
  let output = try Elementwise.binary(PT_POW, base, exponent, as: dtype, "pow")
  return Autograd.records(base, exponent) ? output.attached(to: PowNode(base, exponent)) : output
}

private final class PowNode: Node {
  private let base: Operand
  private let exponent: Operand

  init(_ base: Tensor, _ exponent: Tensor) {
    (self.base, self.exponent) = (Operand(base), Operand(exponent))
    super.init("Pow", base, exponent)
    save(base, exponent)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (base, exponent) = (try saved(0), try saved(1))
    return Gradients(
      needsGradient(0) ? try self.base.collect(gradient * slope(byBase: base, exponent)) : nil,
      needsGradient(1) ? try self.exponent.collect(gradient * slope(byExponent: base, exponent)) : nil)
  }

  /// `exponent * base ** (exponent - 1)`, and 0 where the exponent is 0.
  private func slope(byBase base: Tensor, _ exponent: Tensor) throws -> Tensor {
    if Autograd.records(base, exponent) { return try exponent * base ** (exponent - 1) }
    return try kernel(PT_POW_GRAD_BASE, base, exponent)
  }

  /// `base ** exponent * log(base)`, and 0 where the base is 0 and the exponent isn't negative.
  private func slope(byExponent base: Tensor, _ exponent: Tensor) throws -> Tensor {
    if Autograd.records(base, exponent) { return try base ** exponent * base.log() }
    return try kernel(PT_POW_GRAD_EXPONENT, base, exponent)
  }

  private func kernel(_ op: pt_binary_op, _ base: Tensor, _ exponent: Tensor) throws -> Tensor {
    try Elementwise.binary(op, base, exponent, as: DType.promote(base, exponent), "pow")
  }
}

// MARK: - Neg

/// The elementwise negative.
///
/// - Throws: `TensorError.unsupportedDType` for booleans.
public prefix func - (x: Tensor) throws -> Tensor {
  let output = try Elementwise.unary(PT_NEG, x, "neg")
  return Autograd.records(x) ? output.attached(to: NegNode("Neg", x)) : output
}

private final class NegNode: Node {
  override func backward(_ gradient: Tensor) throws -> Gradients { Gradients(try -gradient) }
}

// MARK: - Numbers as operands

/// The sum with a number, which never widens the tensor's type within its category.
public func + (a: Tensor, b: some TensorScalar) throws -> Tensor { try a + a.operand(b.scalar) }
/// The sum with a number, which never widens the tensor's type within its category.
public func + (a: some TensorScalar, b: Tensor) throws -> Tensor { try b.operand(a.scalar) + b }
/// The difference with a number, which never widens the tensor's type within its category.
public func - (a: Tensor, b: some TensorScalar) throws -> Tensor { try a - a.operand(b.scalar) }
/// The difference with a number, which never widens the tensor's type within its category.
public func - (a: some TensorScalar, b: Tensor) throws -> Tensor { try b.operand(a.scalar) - b }
/// The product with a number, which never widens the tensor's type within its category.
public func * (a: Tensor, b: some TensorScalar) throws -> Tensor { try a * a.operand(b.scalar) }
/// The product with a number, which never widens the tensor's type within its category.
public func * (a: some TensorScalar, b: Tensor) throws -> Tensor { try b.operand(a.scalar) * b }
/// The quotient with a number, which never widens the tensor's type within its category.
public func / (a: Tensor, b: some TensorScalar) throws -> Tensor { try a / a.operand(b.scalar) }
/// The quotient with a number, which never widens the tensor's type within its category.
public func / (a: some TensorScalar, b: Tensor) throws -> Tensor { try b.operand(a.scalar) / b }

/// The power with a number as exponent.
///
/// - Throws: `TensorError.invalidArgument` for an integer tensor and a negative integer.
public func ** (base: Tensor, exponent: some TensorScalar) throws -> Tensor {
  if !base.dtype.isFloatingPoint, case .int(let value) = exponent.scalar, value < 0 {
    throw TensorError.invalidArgument(
      operation: "pow", argument: "exponent", value: "\(value)",
      expected: "at least 0 for integers, or a floating-point tensor")
  }
  return try base ** base.operand(exponent.scalar)
}

/// The power with a number as base.
public func ** (base: some TensorScalar, exponent: Tensor) throws -> Tensor {
  try exponent.operand(base.scalar) ** exponent
}

/// Makes `a` the tensor `a + b`; what `a` was before is unchanged.
public func += (a: inout Tensor, b: Tensor) throws { a = try a + b }
/// Makes `a` the tensor `a - b`; what `a` was before is unchanged.
public func -= (a: inout Tensor, b: Tensor) throws { a = try a - b }
/// Makes `a` the tensor `a * b`; what `a` was before is unchanged.
public func *= (a: inout Tensor, b: Tensor) throws { a = try a * b }
/// Makes `a` the tensor `a / b`; what `a` was before is unchanged.
public func /= (a: inout Tensor, b: Tensor) throws { a = try a / b }
/// Makes `a` the tensor `a + b`; what `a` was before is unchanged.
public func += (a: inout Tensor, b: some TensorScalar) throws { a = try a + b }
/// Makes `a` the tensor `a - b`; what `a` was before is unchanged.
public func -= (a: inout Tensor, b: some TensorScalar) throws { a = try a - b }
/// Makes `a` the tensor `a * b`; what `a` was before is unchanged.
public func *= (a: inout Tensor, b: some TensorScalar) throws { a = try a * b }
/// Makes `a` the tensor `a / b`; what `a` was before is unchanged.
public func /= (a: inout Tensor, b: some TensorScalar) throws { a = try a / b }

// MARK: - Broadcast operands

/// The shape and type of an operand, to which its gradient is brought back.
struct Operand {
  private let sizes: Shape
  private let dtype: DType

  init(_ tensor: Tensor) { (sizes, dtype) = (tensor.sizes, tensor.dtype) }

  /// The gradient of the operand from that of its broadcast, converted form.
  func collect(_ gradient: consuming Tensor) throws -> Tensor {
    if gradient.sizes == sizes && gradient.dtype == dtype { return gradient }
    return try gradient.summed(to: sizes).to(dtype)
  }
}
