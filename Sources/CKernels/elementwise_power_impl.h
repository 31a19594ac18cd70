// Powers and their derivatives for the type of elementwise_real_impl.h, whose macros it uses.
//
// Blocks of ordinary operands (0 < a < infinity, b finite) skip the special cases, which cost as much as the
// power itself and would not change them.

/// The derivative of pow(a, b) by a. In float32 the exponent and the power are rounded, as in PyTorch, so
/// that both have the same signs and overflow alike.
PT_MATH PT_T PT_TYPED(pt_pow_grad_base)(PT_T a, PT_T b, bool ordinary) {
  PT_T power = PT_TYPED(pt_pow_known)(a, b - 1, ordinary);
  return b == 0 ? 0 : b * power;
}

/// The derivative of pow(a, b) by b.
PT_MATH PT_T PT_TYPED(pt_pow_grad_exponent)(PT_T a, PT_T b, bool ordinary) {
  PT_T product = PT_TYPED(pt_pow_known)(a, b, ordinary) * PT_TYPED(pt_log)(a);
  return a == 0 && b >= 0 ? 0 : product;
}

/// `n` contiguous elements with the values of `x`: its own, or `buffer` filled from it.
PT_KERNEL const PT_T *PT_TYPED(pt_gather)(int64_t n, const PT_T *x, int64_t stride, PT_T *buffer) {
  if (stride == 1) return x;
  for (int64_t i = 0; i < n; i++) buffer[i] = x[i * stride];
  return buffer;
}

/// Whether 0 < a < infinity and b is finite throughout.
PT_KERNEL bool PT_TYPED(pt_all_ordinary)(int64_t n, const PT_T *a, const PT_T *b) {
  const PT_T infinity = (PT_T)__builtin_inf();
  int outside = 0;
  for (int64_t i = 0; i < n; i++) {
    outside |= !((a[i] > 0) & (a[i] < infinity) & (b[i] > -infinity) & (b[i] < infinity));
  }
  return outside == 0;
}

/// The kernel `name` of a function of a, b and whether they are ordinary.
#define PT_POWER_ROW(name, function)                                                                \
  PT_KERNEL void PT_TYPED(name)(int64_t n, void *const *operands, const int64_t *strides,           \
                                int64_t ahead) {                                                    \
    (void)ahead;                                                                                    \
    enum { block = 512 };                                                                           \
    PT_T a_buffer[block], b_buffer[block];                                                          \
    PT_T *out = operands[0];                                                                        \
    const PT_T *all_a = operands[1], *all_b = operands[2];                                          \
    for (int64_t start = 0; start < n; start += block) {                                            \
      const int64_t count = n - start < block ? n - start : block;                                  \
      const PT_T *a = PT_TYPED(pt_gather)(count, all_a + start * strides[1], strides[1], a_buffer); \
      const PT_T *b = PT_TYPED(pt_gather)(count, all_b + start * strides[2], strides[2], b_buffer); \
      if (PT_TYPED(pt_all_ordinary)(count, a, b)) {                                                 \
        PT_INDEPENDENT_TIMES(4) for (int64_t i = 0; i < count; i++) {                               \
          out[start + i] = PT_TYPED(function)(a[i], b[i], true);                                    \
        }                                                                                           \
      } else {                                                                                      \
        PT_INDEPENDENT for (int64_t i = 0; i < count; i++) {                                        \
          out[start + i] = PT_TYPED(function)(a[i], b[i], false);                                   \
        }                                                                                           \
      }                                                                                             \
    }                                                                                               \
  }
