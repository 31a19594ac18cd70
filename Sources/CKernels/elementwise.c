// Public elementwise functions: find the kernel for this CPU and run it over the operands.
#include "variant.h"

#include "elementwise_rows.h"
#include "elementwise_walk.h"

#define PT_IMPL "elementwise_impl.h"
#include "each_variant.h"

static PT_DISPATCH(pt_row, pt_binary_row_f32, (enum pt_binary_op op), (op))
static PT_DISPATCH(pt_row, pt_binary_row_f64, (enum pt_binary_op op), (op))
static PT_DISPATCH(pt_row, pt_binary_row_i64, (enum pt_binary_op op), (op))
static PT_DISPATCH(pt_row, pt_binary_row_u8, (enum pt_binary_op op), (op))
static PT_DISPATCH(pt_row, pt_compare_row_f32, (enum pt_compare_op op), (op))
static PT_DISPATCH(pt_row, pt_compare_row_f64, (enum pt_compare_op op), (op))
static PT_DISPATCH(pt_row, pt_compare_row_i64, (enum pt_compare_op op), (op))
static PT_DISPATCH(pt_row, pt_compare_row_u8, (enum pt_compare_op op), (op))
static PT_DISPATCH(pt_row, pt_unary_row_f32, (enum pt_unary_op op), (op))
static PT_DISPATCH(pt_row, pt_unary_row_f64, (enum pt_unary_op op), (op))
static PT_DISPATCH(pt_row, pt_unary_row_i64, (enum pt_unary_op op), (op))
static PT_DISPATCH(pt_row, pt_backward_row_f32, (enum pt_unary_op op), (op))
static PT_DISPATCH(pt_row, pt_backward_row_f64, (enum pt_unary_op op), (op))

static int64_t binary_grain(enum pt_binary_op op) {
  return op == PT_POW || op >= PT_POW_GRAD_BASE ? PT_GRAIN_COSTLY : PT_GRAIN_CHEAP;
}

static int64_t unary_grain(enum pt_unary_op op) {
  return op == PT_EXP || op == PT_LOG || op == PT_SIGMOID || op == PT_TANH ? PT_GRAIN_COSTLY : PT_GRAIN_CHEAP;
}

static void run_strided(pt_row row, int64_t grain, int ndim, const int64_t *shape, void *out,
                        int64_t out_size, const void *a, const int64_t *a_strides, const void *b,
                        const int64_t *b_strides, int64_t size) {
  struct pt_walk walk = {.row = row,
                         .operands = 3,
                         .bases = {out, (void *)a, (void *)b},
                         .sizes = {out_size, size, size},
                         .ndim = ndim};
  int64_t contiguous = 1;
  for (int d = ndim - 1; d >= 0; d--) {
    walk.shape[d] = shape[d];
    walk.strides[0][d] = contiguous;
    walk.strides[1][d] = a_strides[d];
    walk.strides[2][d] = b_strides[d];
    contiguous *= shape[d];
  }
  pt_walk_run(&walk, grain);
}

/// `repeated` is the index of the operand that is a scalar: 1 for `a`, 2 for `b`, -1 for neither.
static void run_contiguous(pt_row row, int64_t grain, int64_t n, void *out, const void *a, const void *b,
                           int64_t size, int repeated) {
  void *const bases[] = {out, (void *)a, (void *)b};
  const int64_t sizes[] = {size, size, size};
  pt_walk_contiguous(row, grain, n, 3, bases, sizes, repeated);
}

static void run_unary(pt_row row, int64_t grain, int64_t n, void *out, const void *x, int64_t size) {
  void *const bases[] = {out, (void *)x};
  const int64_t sizes[] = {size, size};
  pt_walk_contiguous(row, grain, n, 2, bases, sizes, -1);
}

#define PT_BINARY(T, suffix)                                                                                 \
  void pt_binary_##suffix(enum pt_binary_op op, int ndim, const int64_t *shape, T *out, const T *a,          \
                          const int64_t *a_strides, const T *b, const int64_t *b_strides) {                  \
    run_strided(pt_binary_row_##suffix(op), binary_grain(op), ndim, shape, out, sizeof(T), a, a_strides, b,  \
                b_strides, sizeof(T));                                                                       \
  }                                                                                                          \
  void pt_binary_contiguous_##suffix(enum pt_binary_op op, int64_t n, T *out, const T *a, const T *b) {      \
    run_contiguous(pt_binary_row_##suffix(op), binary_grain(op), n, out, a, b, sizeof(T), -1);               \
  }

PT_BINARY(float, f32)
PT_BINARY(double, f64)
PT_BINARY(int64_t, i64)
PT_BINARY(uint8_t, u8)

#define PT_SCALAR_BINARY(T, suffix)                                                                          \
  void pt_binary_scalar_##suffix(enum pt_binary_op op, int64_t n, T *out, const T *a, T b) {                 \
    if (op == PT_POW && b == 2) {                                                                            \
      pt_binary_contiguous_##suffix(PT_MUL, n, out, a, a);                                                   \
      return;                                                                                                \
    }                                                                                                        \
    if (op == PT_POW_GRAD_BASE && b == 2) op = PT_MUL;                                                       \
    run_contiguous(pt_binary_row_##suffix(op), binary_grain(op), n, out, a, &b, sizeof(T), 2);               \
  }                                                                                                          \
  void pt_scalar_binary_##suffix(enum pt_binary_op op, int64_t n, T *out, T a, const T *b) {                 \
    run_contiguous(pt_binary_row_##suffix(op), binary_grain(op), n, out, &a, b, sizeof(T), 1);               \
  }

PT_SCALAR_BINARY(float, f32)
PT_SCALAR_BINARY(double, f64)
PT_SCALAR_BINARY(int64_t, i64)

#define PT_COMPARE(T, suffix)                                                                                \
  void pt_compare_##suffix(enum pt_compare_op op, int ndim, const int64_t *shape, uint8_t *out, const T *a,  \
                           const int64_t *a_strides, const T *b, const int64_t *b_strides) {                 \
    run_strided(pt_compare_row_##suffix(op), PT_GRAIN_CHEAP, ndim, shape, out, 1, a, a_strides, b, b_strides,\
                sizeof(T));                                                                                  \
  }

PT_COMPARE(float, f32)
PT_COMPARE(double, f64)
PT_COMPARE(int64_t, i64)
PT_COMPARE(uint8_t, u8)

#define PT_UNARY(T, suffix)                                                                                  \
  void pt_unary_##suffix(enum pt_unary_op op, int64_t n, T *out, const T *x) {                               \
    run_unary(pt_unary_row_##suffix(op), unary_grain(op), n, out, x, sizeof(T));                             \
  }

PT_UNARY(float, f32)
PT_UNARY(double, f64)
PT_UNARY(int64_t, i64)

#define PT_UNARY_BACKWARD(T, suffix)                                                                         \
  void pt_unary_backward_##suffix(enum pt_unary_op op, int64_t n, T *grad_input, const T *grad_output,       \
                                  const T *saved) {                                                          \
    run_contiguous(pt_backward_row_##suffix(op), PT_GRAIN_CHEAP, n, grad_input, grad_output, saved,          \
                   sizeof(T), -1);                                                                           \
  }

PT_UNARY_BACKWARD(float, f32)
PT_UNARY_BACKWARD(double, f64)
