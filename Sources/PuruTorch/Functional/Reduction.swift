// Sums, means, variances and maxima over no, one or several dimensions.

import CKernels

/// A tensor arranged for the reduction kernels as [outer, count, inner], the middle being reduced.
struct Reduction {
  let source: Tensor
  let outer: Int64
  let count: Int64
  let inner: Int64
  /// Whether the arrangement has the elements in the tensor's own order.
  let keepsOrder: Bool
  /// Whether a dimension that is reduced has no elements.
  let isEmpty: Bool
  /// The shape of the result.
  let outputSizes: Shape
  /// The shape of the result with a 1 for every reduced dimension.
  let keptSizes: Shape

  /// - Parameter dims: The dimensions to reduce; all of them when nil or empty.
  init(_ input: Tensor, _ dims: [Int]?, keepDims: Bool, _ operation: String) throws {
    let named = try input.sizes.dimensions(dims ?? [], operation: operation)
    let dims = named.isEmpty || input.ndim == 0 ? Array(0..<input.ndim) : named
    var kept = input.sizes
    for dim in dims { kept[dim] = 1 }
    keptSizes = kept
    let others = (0..<input.ndim).filter { !dims.contains($0) }
    outputSizes = keepDims ? kept : Shape(others.map { input.sizes[$0] })
    count = Int64(dims.reduce(1) { $0 * input.sizes[$1] })
    isEmpty = dims.contains { input.sizes[$0] == 0 }
    keepsOrder = dims.isEmpty || dims[dims.count - 1] - dims[0] + 1 == dims.count
    if keepsOrder {
      let (first, last) = (dims.first ?? 0, dims.last ?? -1)
      source = try input.packed()
      outer = Int64((0..<first).reduce(1) { $0 * input.sizes[$1] })
      inner = Int64(((last + 1)..<input.ndim).reduce(1) { $0 * input.sizes[$1] })
    } else {
      let order = others + dims
      source = try input.view(
        sizes: Shape(order.map { input.sizes[$0] }), strides: Shape(order.map { input.strides[$0] })
      ).packed()
      outer = Int64(others.reduce(1) { $0 * input.sizes[$1] })
      inner = 1
    }
  }

  func output(_ dtype: DType, _ operation: String) throws -> Tensor {
    try Tensor(uninitialized: outputSizes, dtype: dtype, operation: operation)
  }

  /// Refuses to look for a maximum among no elements.
  func requireElements(_ operation: String, _ input: Tensor) throws {
    guard !isEmpty else {
      throw TensorError.invalidInput(
        operation: operation, shape: input.shape, expected: "at least one element to choose from")
    }
  }
}

/// What every reduction's backward starts with: the gradient brought to the input's shape.
class ReductionNode: Node {
  let outer: Int64
  let count: Int64
  let inner: Int64
  let inputSizes: Shape
  private let keptSizes: Shape
  private let keepsOrder: Bool

  init(_ name: String, _ input: Tensor, _ reduction: Reduction) {
    (outer, count, inner) = (reduction.outer, reduction.count, reduction.inner)
    inputSizes = input.sizes
    keptSizes = reduction.keptSizes
    keepsOrder = reduction.keepsOrder
    super.init(name, input)
  }

  /// Whether the gradient can come from a kernel, which isn't recorded and reads elements in their own order.
  func usesKernel(_ gradient: Tensor) -> Bool { keepsOrder && !Autograd.records(gradient) }

  /// Memory for the input's gradient.
  func inputGradient(_ dtype: DType) throws -> Tensor {
    try Tensor(uninitialized: inputSizes, dtype: dtype, operation: name)
  }

  func spread(_ gradient: Tensor) throws -> Tensor {
    try gradient.reshaped(to: keptSizes).expanded(to: inputSizes)
  }

  func kept(_ output: Tensor) throws -> Tensor { try output.reshaped(to: keptSizes) }
}

// MARK: - Sum

extension Tensor {
  /// The sum of all elements. Integers and booleans give an `int64`.
  public func sum() throws -> Tensor { try sum(over: nil, keepDims: false) }

  /// The sum over a dimension, which stays with size 1 if `keepDims`.
  public func sum(dim: Int, keepDims: Bool = false) throws -> Tensor {
    try sum(over: [dim], keepDims: keepDims)
  }

  /// The sum over several dimensions; over all when the list is empty.
  public func sum(dim: [Int], keepDims: Bool = false) throws -> Tensor {
    try sum(over: dim, keepDims: keepDims)
  }

  private func sum(over dims: [Int]?, keepDims: Bool) throws -> Tensor {
    let input = dtype == .bool ? try converted(to: .int64) : self
    let r = try Reduction(input, dims, keepDims: keepDims, "sum")
    let output = try r.output(input.dtype, "sum")
    switch input.dtype {
    case .float32: pt_sum_f32(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    case .float64: pt_sum_f64(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    case .int64, .bool: pt_sum_i64(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    }
    return Autograd.records(self) ? output.attached(to: SumNode("Sum", self, r)) : output
  }
}

private final class SumNode: ReductionNode {
  override func backward(_ gradient: Tensor) throws -> Gradients { Gradients(try spread(gradient)) }
}

// MARK: - Mean

extension Tensor {
  /// The mean of all elements.
  ///
  /// - Throws: `TensorError.unsupportedDType` for integers and booleans.
  public func mean() throws -> Tensor { try mean(over: nil, keepDims: false) }

  /// The mean over a dimension, which stays with size 1 if `keepDims`.
  public func mean(dim: Int, keepDims: Bool = false) throws -> Tensor {
    try mean(over: [dim], keepDims: keepDims)
  }

  /// The mean over several dimensions; over all when the list is empty.
  public func mean(dim: [Int], keepDims: Bool = false) throws -> Tensor {
    try mean(over: dim, keepDims: keepDims)
  }

  private func mean(over dims: [Int]?, keepDims: Bool) throws -> Tensor {
    let input = try requiringFloatingPoint("mean")
    let r = try Reduction(input, dims, keepDims: keepDims, "mean")
    let output = try r.output(dtype, "mean")
    if dtype == .float32 {
      pt_mean_f32(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    } else {
      pt_mean_f64(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    }
    return Autograd.records(self) ? output.attached(to: MeanNode(self, r)) : output
  }
}

private final class MeanNode: ReductionNode {
  private let divisor: Double

  init(_ input: Tensor, _ reduction: Reduction) {
    divisor = Double(reduction.count)
    super.init("Mean", input, reduction)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    Gradients(try spread(gradient / divisor))
  }
}

// MARK: - Variance

extension Tensor {
  /// The variance of all elements, `Σ (x − mean)² / (N − correction)`.
  ///
  /// - Parameter correction: 1, the default, for the unbiased estimate; 0 for the population's variance.
  /// - Throws: `TensorError.unsupportedDType` for integers and booleans.
  public func variance(correction: Double = 1) throws -> Tensor {
    try variance(over: nil, correction: correction, keepDims: false)
  }

  /// The variance over a dimension, which stays with size 1 if `keepDims`.
  public func variance(dim: Int, correction: Double = 1, keepDims: Bool = false) throws -> Tensor {
    try variance(over: [dim], correction: correction, keepDims: keepDims)
  }

  /// The variance over several dimensions; over all when the list is empty.
  public func variance(dim: [Int], correction: Double = 1, keepDims: Bool = false) throws -> Tensor {
    try variance(over: dim, correction: correction, keepDims: keepDims)
  }

  private func variance(over dims: [Int]?, correction: Double, keepDims: Bool) throws -> Tensor {
    let input = try requiringFloatingPoint("var")
    let r = try Reduction(input, dims, keepDims: keepDims, "var")
    let output = try r.output(dtype, "var")
    if dtype == .float32 {
      pt_var_f32(r.outer, r.count, r.inner, correction, r.source.pointer(), output.pointer())
    } else {
      pt_var_f64(r.outer, r.count, r.inner, correction, r.source.pointer(), output.pointer())
    }
    guard Autograd.records(self) else { return output }
    return output.attached(to: VarianceNode(self, r, dims: dims, correction))
  }
}

private final class VarianceNode: ReductionNode {
  private let dims: [Int]
  private let correction: Double
  /// PyTorch has a gradient of its own for the variance of a whole tensor of too few elements.
  private let isWholeWithoutFreedom: Bool

  init(_ input: Tensor, _ r: Reduction, dims: [Int]?, _ correction: Double) {
    self.dims = dims ?? []
    self.correction = correction
    isWholeWithoutFreedom = (dims == nil || input.ndim == 0) && correction >= Double(r.count)
    super.init("Var", input, r)
    save(input)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let input = try saved(0)
    if isWholeWithoutFreedom {
      let isMean = try input.isEqual(to: input.mean()).to(input.dtype)
      return Gradients(try spread(gradient) * ((1 - isMean) * Double.infinity))
    }
    guard usesKernel(gradient) && usesKernel(input) else {
      let deviation = try input - input.mean(dim: dims, keepDims: true)
      return Gradients(try spread(gradient * (2 / (Double(count) - correction))) * deviation)
    }
    let (x, upstream) = (try input.packed(), try gradient.packed())
    let output = try inputGradient(input.dtype)
    if input.dtype == .float32 {
      pt_var_backward_f32(
        outer, count, inner, correction, x.pointer(), upstream.pointer(), output.pointer())
    } else {
      pt_var_backward_f64(
        outer, count, inner, correction, x.pointer(), upstream.pointer(), output.pointer())
    }
    return Gradients(output)
  }
}

// MARK: - Maximum

extension Tensor {
  /// The largest element, NaN if there is one. Tied maxima share the gradient evenly.
  ///
  /// - Throws: `TensorError.invalidInput` for a tensor without elements.
  public func max() throws -> Tensor { try amax(over: nil, keepDims: false, "max") }

  /// The largest elements over a dimension and where they are.
  ///
  /// Of tied maxima the first is chosen and takes the whole gradient.
  ///
  /// - Throws: `TensorError.invalidInput` when the dimension is empty.
  public func max(dim: Int, keepDims: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(operation: "max", dtype: dtype, expected: "a type of numbers")
    }
    let r = try Reduction(self, [dim], keepDims: keepDims, "max")
    try r.requireElements("max", self)
    let (values, indices) = (try r.output(dtype, "max"), try r.output(.int64, "max"))
    switch dtype {
    case .float32:
      pt_max_index_f32(r.outer, r.count, r.inner, r.source.pointer(), values.pointer(), indices.pointer())
    case .float64:
      pt_max_index_f64(r.outer, r.count, r.inner, r.source.pointer(), values.pointer(), indices.pointer())
    case .int64, .bool:
      pt_max_index_i64(r.outer, r.count, r.inner, r.source.pointer(), values.pointer(), indices.pointer())
    }
    guard Autograd.records(self) else { return (values, indices) }
    return (values.attached(to: MaxNode(self, r, indices)), indices)
  }

  /// The largest element, as `max()`.
  public func amax() throws -> Tensor { try amax(over: nil, keepDims: false, "amax") }

  /// The largest elements over a dimension. Tied maxima share the gradient evenly.
  public func amax(dim: Int, keepDims: Bool = false) throws -> Tensor {
    try amax(over: [dim], keepDims: keepDims, "amax")
  }

  /// The largest elements over several dimensions; over all when the list is empty.
  public func amax(dim: [Int], keepDims: Bool = false) throws -> Tensor {
    try amax(over: dim, keepDims: keepDims, "amax")
  }

  private func amax(over dims: [Int]?, keepDims: Bool, _ operation: String) throws -> Tensor {
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(operation: operation, dtype: dtype, expected: "a type of numbers")
    }
    let r = try Reduction(self, dims, keepDims: keepDims, operation)
    try r.requireElements(operation, self)
    let output = try r.output(dtype, operation)
    switch dtype {
    case .float32: pt_amax_f32(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    case .float64: pt_amax_f64(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    case .int64, .bool: pt_amax_i64(r.outer, r.count, r.inner, r.source.pointer(), output.pointer())
    }
    guard Autograd.records(self) else { return output }
    return output.attached(to: AmaxNode(operation, self, r, output, dims: dims ?? []))
  }
}

private final class MaxNode: ReductionNode {
  init(_ input: Tensor, _ r: Reduction, _ indices: Tensor) {
    super.init("Max", input, r)
    save(indices)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    if Autograd.records(gradient) {
      return Gradients(try spread(gradient) * scatter(Tensor.onesLike(gradient)))
    }
    return Gradients(try scatter(gradient.packed()))
  }

  /// The values put where the maxima are, zero elsewhere.
  private func scatter(_ values: Tensor) throws -> Tensor {
    let indices = try saved(0)
    let output = try inputGradient(values.dtype)
    if values.dtype == .float32 {
      pt_scatter_index_f32(outer, count, inner, values.pointer(), indices.pointer(), output.pointer())
    } else {
      pt_scatter_index_f64(outer, count, inner, values.pointer(), indices.pointer(), output.pointer())
    }
    return output
  }
}

private final class AmaxNode: ReductionNode {
  private let dims: [Int]
  /// `torch.max` lets NaN elements share the gradient of a NaN maximum, `torch.amax` makes it NaN.
  private let sharesAmongNaN: Bool

  init(_ operation: String, _ input: Tensor, _ r: Reduction, _ output: Tensor, dims: [Int]) {
    self.dims = dims
    sharesAmongNaN = operation == "max"
    super.init(sharesAmongNaN ? "Max" : "Amax", input, r)
    save(input)
    saveOutput(output)
  }

  override func backward(_ gradient: Tensor) throws -> Gradients {
    let (input, maximum) = (try saved(0), try saved(1))
    if usesKernel(gradient) {
      return Gradients(try evenShares(input.packed(), maximum, gradient.packed()))
    }
    let keptMaximum = try kept(maximum)
    var chosen = try input.isEqual(to: keptMaximum)
    if sharesAmongNaN { try chosen += input.isNotEqual(to: input) * keptMaximum.isNotEqual(to: keptMaximum) }
    let isMaximum = try chosen.to(gradient.dtype)
    return Gradients(try spread(kept(gradient) / isMaximum.sum(dim: dims, keepDims: true)) * isMaximum)
  }

  /// The gradient in one pass; `max()` is always over the whole tensor.
  private func evenShares(_ input: Tensor, _ maximum: Tensor, _ gradient: Tensor) throws -> Tensor {
    let output = try inputGradient(input.dtype)
    switch (input.dtype, sharesAmongNaN) {
    case (.float32, false):
      pt_amax_backward_f32(
        outer, count, inner, input.pointer(), maximum.pointer(), gradient.pointer(), output.pointer())
    case (_, false):
      pt_amax_backward_f64(
        outer, count, inner, input.pointer(), maximum.pointer(), gradient.pointer(), output.pointer())
    case (.float32, true):
      pt_max_backward_f32(
        count, input.pointer(), maximum.pointer().pointee, gradient.pointer().pointee, output.pointer())
    case (_, true):
      pt_max_backward_f64(
        count, input.pointer(), maximum.pointer().pointee, gradient.pointer().pointee, output.pointer())
    }
    return output
  }
}
