// Makes one-dimensional kernels (see elementwise_walk.h) from expressions in x and y.
#ifndef PT_ELEMENTWISE_ROWS_H
#define PT_ELEMENTWISE_ROWS_H

#include "independent.h"

/// The kernel `name` with elements `R` from elements `T`: contiguous, with either operand repeated, strided.
/// `PT_LOOP` is what precedes its loops.
#define PT_BINARY_ROW(name, R, T, expression)                                     \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides) { \
    R *out = operands[0];                                                         \
    const T *a = operands[1], *b = operands[2];                                   \
    const int64_t a_stride = strides[1], b_stride = strides[2];                   \
    if (a_stride == 1 && b_stride == 1) {                                         \
      PT_LOOP for (int64_t i = 0; i < n; i++) {                                   \
        T x = a[i], y = b[i];                                                     \
        out[i] = (R)(expression);                                                 \
      }                                                                           \
    } else if (a_stride == 1 && b_stride == 0) {                                  \
      const T y = *b;                                                             \
      PT_LOOP for (int64_t i = 0; i < n; i++) {                                   \
        T x = a[i];                                                               \
        out[i] = (R)(expression);                                                 \
      }                                                                           \
    } else if (a_stride == 0 && b_stride == 1) {                                  \
      const T x = *a;                                                             \
      PT_LOOP for (int64_t i = 0; i < n; i++) {                                   \
        T y = b[i];                                                               \
        out[i] = (R)(expression);                                                 \
      }                                                                           \
    } else {                                                                      \
      for (int64_t i = 0; i < n; i++) {                                           \
        T x = a[i * a_stride], y = b[i * b_stride];                               \
        out[i] = (R)(expression);                                                 \
      }                                                                           \
    }                                                                             \
  }

/// The kernel `name` of one contiguous operand x; `loop` precedes its loop.
#define PT_UNARY_ROW(name, loop, T, expression)                                   \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides) { \
    (void)strides;                                                                \
    T *out = operands[0];                                                         \
    const T *a = operands[1];                                                     \
    loop for (int64_t i = 0; i < n; i++) {                                        \
      T x = a[i];                                                                 \
      out[i] = (T)(expression);                                                   \
    }                                                                             \
  }

/// The kernel `name` of one contiguous operand that the function `array` of (n, out, x) computes.
#define PT_ARRAY_ROW(name, array)                                                 \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides) { \
    (void)strides;                                                                \
    array(n, operands[0], operands[1]);                                           \
  }

/// The six comparisons of elements `T`, and the function that finds one.
#define PT_COMPARE_ROWS(T)                                                        \
  PT_BINARY_ROW(PT_TYPED(pt_eq_row), uint8_t, T, x == y)                          \
  PT_BINARY_ROW(PT_TYPED(pt_ne_row), uint8_t, T, x != y)                          \
  PT_BINARY_ROW(PT_TYPED(pt_lt_row), uint8_t, T, x < y)                           \
  PT_BINARY_ROW(PT_TYPED(pt_le_row), uint8_t, T, x <= y)                          \
  PT_BINARY_ROW(PT_TYPED(pt_gt_row), uint8_t, T, x > y)                           \
  PT_BINARY_ROW(PT_TYPED(pt_ge_row), uint8_t, T, x >= y)                          \
  PT_KERNEL pt_row PT_TYPED(pt_compare_row)(enum pt_compare_op op) {              \
    switch (op) {                                                                 \
      case PT_EQ: return PT_TYPED(pt_eq_row);                                     \
      case PT_NE: return PT_TYPED(pt_ne_row);                                     \
      case PT_LT: return PT_TYPED(pt_lt_row);                                     \
      case PT_LE: return PT_TYPED(pt_le_row);                                     \
      case PT_GT: return PT_TYPED(pt_gt_row);                                     \
      case PT_GE: return PT_TYPED(pt_ge_row);                                     \
    }                                                                             \
    __builtin_trap();                                                             \
  }

#endif
