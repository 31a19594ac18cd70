// Elementwise arithmetic, comparison and transcendental functions, forward and backward.
//
// Every function computes each element by itself, with a fixed sequence of IEEE operations and without libm,
// so an element's bits depend on its operands alone: not on the CPU, its place in the tensor, or the number
// of threads (which share the work from about 64k elements on). Sizes of zero are legal. An output may be the
// very same array as an input of its element type that is read contiguously; other overlaps are not allowed.
#ifndef PT_ELEMENTWISE_H
#define PT_ELEMENTWISE_H

#include <stdint.h>

/// The most dimensions that a kernel with strides takes.
enum { PT_MAX_DIMENSIONS = 8 };

/// A function of two elements `a` and `b`.
///
/// float32 and float64 have all of them. int64 has `PT_ADD`, `PT_SUB`, `PT_MUL`, `PT_POW`, `PT_MAXIMUM` and
/// `PT_MINIMUM` and wraps around; bool has `PT_ADD` (or), `PT_MUL` (and), `PT_MAXIMUM` and `PT_MINIMUM`.
enum pt_binary_op {
  PT_ADD,                ///< `a + b`
  PT_SUB,                ///< `a - b`
  PT_MUL,                ///< `a * b`
  PT_DIV,                ///< `a / b`
  PT_POW,                ///< `a` to the power of `b`, with the special cases of C's `pow`
  PT_MAXIMUM,            ///< the larger one; NaN if either is
  PT_MINIMUM,            ///< the smaller one; NaN if either is
  PT_POW_GRAD_BASE,      ///< derivative of `pow(a, b)` by `a`: `b * pow(a, b - 1)`; 0 where `b` is 0
  PT_POW_GRAD_EXPONENT,  ///< by `b`: `pow(a, b) * log(a)`; 0 where `a` is 0 and `b >= 0`
};

/// A comparison of two elements; with NaN all but `PT_NE` are false.
enum pt_compare_op { PT_EQ, PT_NE, PT_LT, PT_LE, PT_GT, PT_GE };

/// A function of one element. int64 has `PT_NEG`, `PT_ABS`, `PT_RELU` and `PT_SIGN`.
enum pt_unary_op {
  PT_NEG,         ///< `-x`
  PT_ABS,         ///< `|x|`
  PT_EXP,         ///< e to the power of `x`
  PT_LOG,         ///< the natural logarithm
  PT_SQRT,        ///< the square root, correctly rounded
  PT_SIGMOID,     ///< `1 / (1 + exp(-x))`
  PT_TANH,        ///< the hyperbolic tangent
  PT_RELU,        ///< `x` where it is positive or NaN, else 0
  PT_SIGN,        ///< -1, 0 or 1; 0 for NaN
};

/// `out = op(a, b)` with broadcasting.
///
/// `shape` has `ndim` sizes (0 to 8) and is that of `out`, which is contiguous; `a_strides` and `b_strides`
/// count elements, 0 along a broadcast dimension, and may be negative.
void pt_binary_f32(enum pt_binary_op op, int ndim, const int64_t *shape, float *out, const float *a,
                   const int64_t *a_strides, const float *b, const int64_t *b_strides);
/// As `pt_binary_f32`, float64.
void pt_binary_f64(enum pt_binary_op op, int ndim, const int64_t *shape, double *out, const double *a,
                   const int64_t *a_strides, const double *b, const int64_t *b_strides);
/// As `pt_binary_f32`, int64. A negative exponent gives 0 unless the base is 1 or -1.
void pt_binary_i64(enum pt_binary_op op, int ndim, const int64_t *shape, int64_t *out, const int64_t *a,
                   const int64_t *a_strides, const int64_t *b, const int64_t *b_strides);
/// As `pt_binary_f32`, bool (0 or 1).
void pt_binary_u8(enum pt_binary_op op, int ndim, const int64_t *shape, uint8_t *out, const uint8_t *a,
                  const int64_t *a_strides, const uint8_t *b, const int64_t *b_strides);

/// `out[i] = op(a[i], b[i])` for `n` elements.
void pt_binary_contiguous_f32(enum pt_binary_op op, int64_t n, float *out, const float *a, const float *b);
/// As `pt_binary_contiguous_f32`, float64.
void pt_binary_contiguous_f64(enum pt_binary_op op, int64_t n, double *out, const double *a, const double *b);
/// As `pt_binary_contiguous_f32`, int64.
void pt_binary_contiguous_i64(enum pt_binary_op op, int64_t n, int64_t *out, const int64_t *a,
                              const int64_t *b);
/// As `pt_binary_contiguous_f32`, bool (0 or 1).
void pt_binary_contiguous_u8(enum pt_binary_op op, int64_t n, uint8_t *out, const uint8_t *a,
                             const uint8_t *b);

/// `out[i] = op(a[i], b)` for `n` elements. `PT_POW` and `PT_POW_GRAD_BASE` with `b = 2` are `a * a` and
/// `a * 2`.
void pt_binary_scalar_f32(enum pt_binary_op op, int64_t n, float *out, const float *a, float b);
/// As `pt_binary_scalar_f32`, float64.
void pt_binary_scalar_f64(enum pt_binary_op op, int64_t n, double *out, const double *a, double b);
/// As `pt_binary_scalar_f32`, int64.
void pt_binary_scalar_i64(enum pt_binary_op op, int64_t n, int64_t *out, const int64_t *a, int64_t b);

/// `out[i] = op(a, b[i])` for `n` elements.
void pt_scalar_binary_f32(enum pt_binary_op op, int64_t n, float *out, float a, const float *b);
/// As `pt_scalar_binary_f32`, float64.
void pt_scalar_binary_f64(enum pt_binary_op op, int64_t n, double *out, double a, const double *b);
/// As `pt_scalar_binary_f32`, int64.
void pt_scalar_binary_i64(enum pt_binary_op op, int64_t n, int64_t *out, int64_t a, const int64_t *b);

/// `out = op(a, b)` as 0 or 1 with broadcasting; shapes and strides as in `pt_binary_f32`.
void pt_compare_f32(enum pt_compare_op op, int ndim, const int64_t *shape, uint8_t *out, const float *a,
                    const int64_t *a_strides, const float *b, const int64_t *b_strides);
/// As `pt_compare_f32`, float64.
void pt_compare_f64(enum pt_compare_op op, int ndim, const int64_t *shape, uint8_t *out, const double *a,
                    const int64_t *a_strides, const double *b, const int64_t *b_strides);
/// As `pt_compare_f32`, int64.
void pt_compare_i64(enum pt_compare_op op, int ndim, const int64_t *shape, uint8_t *out, const int64_t *a,
                    const int64_t *a_strides, const int64_t *b, const int64_t *b_strides);
/// As `pt_compare_f32`, bool (0 or 1).
void pt_compare_u8(enum pt_compare_op op, int ndim, const int64_t *shape, uint8_t *out, const uint8_t *a,
                   const int64_t *a_strides, const uint8_t *b, const int64_t *b_strides);

/// `out[i] = op(x[i])` for `n` elements.
///
/// `PT_EXP`, `PT_LOG` and `PT_TANH` are computed in double, which leaves them correctly rounded nearly
/// everywhere; `PT_SIGMOID` is within one unit in the last place.
void pt_unary_f32(enum pt_unary_op op, int64_t n, float *out, const float *x);
/// As `pt_unary_f32`, float64; the transcendental functions are within one unit in the last place.
void pt_unary_f64(enum pt_unary_op op, int64_t n, double *out, const double *x);
/// As `pt_unary_f32`, int64, which has `PT_NEG`, `PT_ABS`, `PT_RELU` and `PT_SIGN`.
void pt_unary_i64(enum pt_unary_op op, int64_t n, int64_t *out, const int64_t *x);

/// The gradient of `pt_unary_f32` in one pass, from the upstream gradient `g` and a saved tensor.
///
/// `saved` is the result `y` for `PT_SIGMOID` (`g * ((1 - y) * y)`), `PT_TANH` (`g * (1 - y * y)`), `PT_RELU`
/// (0 where `y <= 0`, else `g`) and `PT_SQRT` (`g / (2 * y)`), and the input `x` for `PT_ABS`
/// (`g * sign(x)`). The other functions have no kernel of their own here.
void pt_unary_backward_f32(enum pt_unary_op op, int64_t n, float *grad_input, const float *grad_output,
                           const float *saved);
/// As `pt_unary_backward_f32`, float64.
void pt_unary_backward_f64(enum pt_unary_op op, int64_t n, double *grad_input, const double *grad_output,
                           const double *saved);

#endif
