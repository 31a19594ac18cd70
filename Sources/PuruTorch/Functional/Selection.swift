// Choosing between elements: maximum, minimum, absolute value, selection by a condition.

import CKernels

extension Tensor {
  /// The larger of two elements each, broadcast; NaN if either is. Equal elements share the gradient evenly.
  ///
  /// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together.
  public func maximum(_ other: Tensor) throws -> Tensor { try extremum(PT_MAXIMUM, other, "Maximum") }

  /// The smaller of two elements each, broadcast; NaN if either is. Equal elements share the gradient evenly.
  ///
  /// - Throws: `TensorError.shapeMismatch` when the shapes don't broadcast together.
  public func minimum(_ other: Tensor) throws -> Tensor { try extremum(PT_MINIMUM, other, "Minimum") }

  private func extremum(_ op: pt_binary_op, _ other: Tensor, _ name: String) throws -> Tensor {
    let dtype = DType.promote(self, other)
    let output = try Elementwise.binary(
      op, self, other, as: dtype, name.lowercased())
    guard Autograd.records(self, other) else { return output }
    return output.attached(to: ExtremumNode(name, self, other))
  }

  /// The absolute value of each element; its gradient at 0 is 0.
  ///
  /// - Throws: `TensorError.unsupportedDType` for booleans.
  public func abs() throws -> Tensor {
    let output = try Elementwise.unary(PT_ABS, self, "abs")
    return Autograd.records(self) ? output.attached(to: AbsNode(self)) : output
  }

  /// −1, 0 or 1 after the sign of each element; 0 for NaN. It has no gradient.
  ///
  /// - Throws: `TensorError.unsupportedDType` for booleans.
  public func sign() throws -> Tensor { try Elementwise.unary(PT_SIGN, self, "sign") }

  /// The elements of `first` where a condition holds, those of `second` elsewhere, all three broadcast.
  ///
  /// ```swift
  /// let clipped = try Tensor.select(x.isGreater(than: limit), limit, x)
  /// ```
  ///
  /// - Throws: `TensorError.unsupportedDType` when the condition isn't boolean, `TensorError.shapeMismatch` when the
  ///   shapes don't broadcast together.
  public static func select(_ condition: Tensor, _ first: Tensor, _ second: Tensor) throws -> Tensor {
    guard condition.dtype == .bool else {
      throw TensorError.unsupportedDType(operation: "select", dtype: condition.dtype, expected: "bool")
    }
    let dtype = DType.promote(first, second)
    let operands = try Shape.broadcast(first.sizes, second.sizes, operation: "select")
    let sizes = try Shape.broadcast(condition.sizes, operands, operation: "select")
    let mask = try condition.detach().expanded(to: sizes).packed()
    let a = try first.detach().expanded(to: sizes).converted(to: dtype).packed()
    let b = try second.detach().expanded(to: sizes).converted(to: dtype).packed()
    let output = try Tensor(uninitialized: sizes, dtype: dtype, operation: "select")
    pt_where(
      Int64(dtype.itemSize), Int64(output.count), mask.pointer(), a.rawData, b.rawData, output.rawData)
    guard Autograd.records(first, second) else { return output }
    return output.attached(to: SelectNode(mask, first, second))
  }
}

private final class ExtremumNode: Node {
  private let a: Operand
  private let b: Operand
  private let isMaximum: Bool

  override init(_ name: String, _ a: Tensor, _ b: Tensor) {
    (self.a, self.b) = (Operand(a), Operand(b))
    isMaximum = name == "Maximum"
    super.init(name, a, b)
    save(a, b)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (first, second) = (try saved(0), try saved(1))
    let half = try gradient * (first.isEqual(to: second).to(gradient.dtype) * 0.5)
    let isFirst = try isMaximum ? first.isGreater(than: second) : first.isLess(than: second)
    let isSecond = try isMaximum ? second.isGreater(than: first) : second.isLess(than: first)
    return Gradients(
      needsGradient(0) ? try a.collect(gradient * isFirst.to(gradient.dtype) + half) : nil,
      needsGradient(1) ? try b.collect(gradient * isSecond.to(gradient.dtype) + half) : nil)
  }
}

private final class AbsNode: Node {
  init(_ input: Tensor) {
    super.init("Abs", input)
    save(input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let input = try saved(0)
    if Autograd.records(gradient) { return Gradients(try gradient * input.sign()) }
    return Gradients(try Elementwise.unaryBackward(PT_ABS, gradient, saved: input))
  }
}

private final class SelectNode: Node {
  private let first: Operand
  private let second: Operand

  init(_ mask: Tensor, _ first: Tensor, _ second: Tensor) {
    (self.first, self.second) = (Operand(first), Operand(second))
    super.init("Select", first, second)
    save(mask)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let mask = try saved(0)
    let zero = try Tensor.filled(Shape(), .int(0), dtype: gradient.dtype)
    return Gradients(
      needsGradient(0) ? try first.collect(Tensor.select(mask, gradient, zero)) : nil,
      needsGradient(1) ? try second.collect(Tensor.select(mask, zero, gradient)) : nil)
  }
}
