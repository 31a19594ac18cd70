// How elementwise operations reach their kernels: promotion, broadcasting, and the fast paths.

import CKernels

/// Elementwise kernels over whole tensors, without recording.
enum Elementwise {
  /// `op(a, b)` of two tensors, converted to a type and broadcast to a common shape.
  @inline(__always)
  static func binary(
    _ op: pt_binary_op, _ a: Tensor, _ b: Tensor, as dtype: DType, _ operation: String
  ) throws -> Tensor {
    if a.isContiguous && b.isContiguous && a.dtype == dtype && b.dtype == dtype && a.sizes == b.sizes {
      return try contiguous(op, a, b, operation)
    }
    return try mixed(op, a.converted(to: dtype), b.converted(to: dtype), operation)
  }

  /// `op(a, b)` of two tensors of one type, broadcast to a common shape.
  private static func mixed(
    _ op: pt_binary_op, _ a: Tensor, _ b: Tensor, _ operation: String
  ) throws -> Tensor {
    if a.isContiguous && b.isContiguous && a.sizes == b.sizes { return try contiguous(op, a, b, operation) }
    if b.count == 1 && b.ndim <= a.ndim && a.isContiguous && a.dtype != .bool {
      return try withNumber(op, a, b, operation)
    }
    if a.count == 1 && a.ndim <= b.ndim && b.isContiguous && b.dtype != .bool {
      return try ofNumber(op, a, b, operation)
    }
    let sizes = try Shape.broadcast(a.sizes, b.sizes, operation: operation)
    let output = try Tensor(uninitialized: sizes, dtype: a.dtype, operation: operation)
    let ndim = Int32(sizes.count)
    sizes.withPointer { sizes in
      a.sizes.broadcastStrides(a.strides, to: output.sizes).withPointer { x in
        b.sizes.broadcastStrides(b.strides, to: output.sizes).withPointer { y in
          switch a.dtype {
          case .float32: pt_binary_f32(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          case .float64: pt_binary_f64(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          case .int64: pt_binary_i64(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          case .bool: pt_binary_u8(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          }
        }
      }
    }
    return output
  }

  private static func contiguous(
    _ op: pt_binary_op, _ a: Tensor, _ b: Tensor, _ operation: String
  ) throws -> Tensor {
    let output = try Tensor(uninitializedLike: a, operation: operation)
    let count = Int64(a.count)
    switch a.dtype {
    case .float32: pt_binary_contiguous_f32(op, count, output.pointer(), a.pointer(), b.pointer())
    case .float64: pt_binary_contiguous_f64(op, count, output.pointer(), a.pointer(), b.pointer())
    case .int64: pt_binary_contiguous_i64(op, count, output.pointer(), a.pointer(), b.pointer())
    case .bool: pt_binary_contiguous_u8(op, count, output.pointer(), a.pointer(), b.pointer())
    }
    return output
  }

  /// `op(a, b)` where `b` is a single element.
  private static func withNumber(
    _ op: pt_binary_op, _ a: Tensor, _ b: Tensor, _ operation: String
  ) throws -> Tensor {
    let output = try Tensor(uninitializedLike: a, operation: operation)
    let count = Int64(a.count)
    switch a.dtype {
    case .float32: pt_binary_scalar_f32(op, count, output.pointer(), a.pointer(), b.pointer().pointee)
    case .float64: pt_binary_scalar_f64(op, count, output.pointer(), a.pointer(), b.pointer().pointee)
    default: pt_binary_scalar_i64(op, count, output.pointer(), a.pointer(), b.pointer().pointee)
    }
    return output
  }

  /// `op(a, b)` where `a` is a single element.
  private static func ofNumber(
    _ op: pt_binary_op, _ a: Tensor, _ b: Tensor, _ operation: String
  ) throws -> Tensor {
    let output = try Tensor(uninitializedLike: b, operation: operation)
    let count = Int64(b.count)
    switch b.dtype {
    case .float32: pt_scalar_binary_f32(op, count, output.pointer(), a.pointer().pointee, b.pointer())
    case .float64: pt_scalar_binary_f64(op, count, output.pointer(), a.pointer().pointee, b.pointer())
    default: pt_scalar_binary_i64(op, count, output.pointer(), a.pointer().pointee, b.pointer())
    }
    return output
  }

  /// `op(x)`; booleans are refused.
  static func unary(_ op: pt_unary_op, _ x: Tensor, _ operation: String) throws -> Tensor {
    let input = try x.packed()
    let output = try Tensor(uninitializedLike: input, operation: operation)
    let count = Int64(x.count)
    switch x.dtype {
    case .float32: pt_unary_f32(op, count, output.pointer(), input.pointer())
    case .float64: pt_unary_f64(op, count, output.pointer(), input.pointer())
    case .int64: pt_unary_i64(op, count, output.pointer(), input.pointer())
    case .bool:
      throw TensorError.unsupportedDType(operation: operation, dtype: .bool, expected: "a type of numbers")
    }
    return output
  }

  /// The gradient of `op` in one pass, from the upstream gradient and what the kernel wants saved.
  static func unaryBackward(_ op: pt_unary_op, _ gradient: Tensor, saved: Tensor) throws -> Tensor {
    let (gradient, saved) = (try gradient.packed(), try saved.packed())
    let output = try Tensor(uninitializedLike: saved, operation: "backward")
    let count = Int64(saved.count)
    if saved.dtype == .float32 {
      pt_unary_backward_f32(op, count, output.pointer(), gradient.pointer(), saved.pointer())
    } else {
      pt_unary_backward_f64(op, count, output.pointer(), gradient.pointer(), saved.pointer())
    }
    return output
  }
}

extension Tensor {
  /// The tensor itself, or an integer or boolean one converted to `float32`, as PyTorch does for functions
  /// whose results aren't integers.
  func asFloatingPoint() throws -> Tensor { dtype.isFloatingPoint ? self : try to(.float32) }

  /// The tensor itself, refused when it isn't of a floating-point type.
  func requiringFloatingPoint(_ operation: String) throws -> Tensor {
    guard dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: operation, dtype: dtype, expected: "a floating-point type")
    }
    return self
  }

  /// A number as a tensor of no dimensions, of the type that it takes beside this tensor.
  func operand(_ scalar: Scalar) throws -> Tensor {
    try Tensor.filled(Shape(), scalar, dtype: DType.promote(self, scalar))
  }

  /// A gradient summed over the dimensions along which an operand of the given shape was repeated.
  func summed(to sizes: Shape) throws -> Tensor {
    if self.sizes == sizes { return self }
    let added = ndim - sizes.count
    let dims = (0..<ndim).filter { $0 < added || (sizes[$0 - added] == 1 && self.sizes[$0] != 1) }
    let reduced = dims.isEmpty ? self : try sum(dim: dims, keepDims: true)
    return try reduced.reshaped(to: sizes)
  }
}
