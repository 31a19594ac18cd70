// Elementwise comparisons, which give booleans and no gradients.

import CKernels

extension Tensor {
  /// Where the elements equal those of another tensor.
  public func isEqual(to other: Tensor) throws -> Tensor { try compare(PT_EQ, other, "eq") }
  /// Where the elements differ from those of another tensor.
  public func isNotEqual(to other: Tensor) throws -> Tensor { try compare(PT_NE, other, "ne") }
  /// Where the elements are less than those of another tensor.
  public func isLess(than other: Tensor) throws -> Tensor { try compare(PT_LT, other, "lt") }
  /// Where the elements are at most those of another tensor.
  public func isLessOrEqual(to other: Tensor) throws -> Tensor { try compare(PT_LE, other, "le") }
  /// Where the elements are greater than those of another tensor.
  public func isGreater(than other: Tensor) throws -> Tensor { try compare(PT_GT, other, "gt") }
  /// Where the elements are at least those of another tensor.
  public func isGreaterOrEqual(to other: Tensor) throws -> Tensor { try compare(PT_GE, other, "ge") }

  private func compare(_ op: pt_compare_op, _ other: Tensor, _ operation: String) throws -> Tensor {
    let dtype = DType.promote(self, other)
    let (a, b) = (try converted(to: dtype), try other.converted(to: dtype))
    let sizes = try Shape.broadcast(a.sizes, b.sizes, operation: operation)
    let output = try Tensor(uninitialized: sizes, dtype: .bool, operation: operation)
    let ndim = Int32(sizes.count)
    sizes.withPointer { sizes in
      a.sizes.broadcastStrides(a.strides, to: output.sizes).withPointer { x in
        b.sizes.broadcastStrides(b.strides, to: output.sizes).withPointer { y in
          switch dtype {
          case .float32: pt_compare_f32(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          case .float64: pt_compare_f64(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          case .int64: pt_compare_i64(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          case .bool: pt_compare_u8(op, ndim, sizes, output.pointer(), a.pointer(), x, b.pointer(), y)
          }
        }
      }
    }
    return output
  }
}
