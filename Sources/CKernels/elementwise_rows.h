// Makes one-dimensional kernels (see elementwise_walk.h) from expressions in x and y.
#ifndef PT_ELEMENTWISE_ROWS_H
#define PT_ELEMENTWISE_ROWS_H

#include "independent.h"

/// A loop over i < n, preceded by `PT_LOOP`. Where `ahead` isn't 0, memory is asked for on the way, by a `PT_ASK`
/// for each operand: the hardware looks ahead only within a page of 4 KiB.
#define PT_EACH(ask, ...)                                                         \
  int64_t done = 0;                                                               \
  if (ahead > 0) {                                                                \
    for (; done + PT_ASKED <= n; done += PT_ASKED) {                              \
      ask PT_LOOP for (int step = 0; step < PT_ASKED; step++) {                   \
        const int64_t i = done + step;                                            \
        __VA_ARGS__                                                               \
      }                                                                           \
    }                                                                             \
  }                                                                               \
  PT_LOOP for (int64_t i = done; i < n; i++) { __VA_ARGS__ }

/// Asks for the memory of the elements that `pointer` comes to after `ahead` others. There need not be any.
#define PT_ASK(pointer)                                                           \
  for (size_t byte = 0; byte < PT_ASKED * sizeof *(pointer); byte += 64) {        \
    __builtin_prefetch((const char *)((pointer) + done + ahead) + byte);          \
  }

/// How many elements are asked for at a time.
enum { PT_ASKED = 32 };

/// The kernel `name` with elements `R` from elements `T`: contiguous, with either operand repeated, strided.
#define PT_BINARY_ROW(name, R, T, expression)                                     \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides,   \
                      int64_t ahead) {                                            \
    R *out = operands[0];                                                         \
    const T *a = operands[1], *b = operands[2];                                   \
    const int64_t a_stride = strides[1], b_stride = strides[2];                   \
    if (a_stride == 1 && b_stride == 1) {                                         \
      PT_EACH(PT_ASK(a) PT_ASK(b) PT_ASK(out), T x = a[i], y = b[i];              \
              out[i] = (R)(expression);)                                          \
    } else if (a_stride == 1 && b_stride == 0) {                                  \
      const T y = *b;                                                             \
      PT_EACH(PT_ASK(a) PT_ASK(out), T x = a[i]; out[i] = (R)(expression);)       \
    } else if (a_stride == 0 && b_stride == 1) {                                  \
      const T x = *a;                                                             \
      PT_EACH(PT_ASK(b) PT_ASK(out), T y = b[i]; out[i] = (R)(expression);)       \
    } else {                                                                      \
      for (int64_t i = 0; i < n; i++) {                                           \
        T x = a[i * a_stride], y = b[i * b_stride];                               \
        out[i] = (R)(expression);                                                 \
      }                                                                           \
    }                                                                             \
  }

/// The kernel `name` of one contiguous operand x; `loop` precedes its loop.
#define PT_UNARY_ROW(name, loop, T, expression)                                   \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides,   \
                      int64_t ahead) {                                            \
    (void)strides, (void)ahead;                                                   \
    T *out = operands[0];                                                         \
    const T *a = operands[1];                                                     \
    loop for (int64_t i = 0; i < n; i++) {                                        \
      T x = a[i];                                                                 \
      out[i] = (T)(expression);                                                   \
    }                                                                             \
  }

/// The same by the function `array` of (n, out, x, ahead).
#define PT_ARRAY_ROW(name, array)                                                 \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides,   \
                      int64_t ahead) {                                            \
    (void)strides;                                                                \
    array(n, operands[0], operands[1], ahead);                                    \
  }

/// The kernel `name` with elements `R` from elements `T` of one contiguous operand, where the function costs less than
/// the memory it touches.
#define PT_CHEAP_ROW(name, R, T, expression)                                      \
  PT_KERNEL void name(int64_t n, void *const *operands, const int64_t *strides,   \
                      int64_t ahead) {                                            \
    (void)strides;                                                                \
    R *out = operands[0];                                                         \
    const T *a = operands[1];                                                     \
    PT_EACH(PT_ASK(a) PT_ASK(out), T x = a[i]; out[i] = (R)(expression);)         \
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
