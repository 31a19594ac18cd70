// Softmax and log-softmax over one axis, forward and backward.
#ifndef PT_SOFTMAX_H
#define PT_SOFTMAX_H

#include <stdint.h>

// Shapes: every array is [outer, dim, inner], contiguous; the axis is dim. Exponentials are in the type itself, their
// sums in double; with inner == 1 term k goes to lane k % 16 in ascending order and the lanes are combined as a binary
// tree (l[i] += l[i + 8], then 4, 2, 1), with inner > 1 terms are added in ascending k. The backward sums of rows are
// as those of pt_reduce.h within one block of any length. Outputs may be the input (in place).

/// Softmax: `y = exp(x - max) / Σ exp(x - max)`; a row with +∞ or NaN, or of -∞ alone, is NaN as in PyTorch.
void pt_softmax_f32(int64_t outer, int64_t dim, int64_t inner, const float *x, float *y);
/// As `pt_softmax_f32`, on float64.
void pt_softmax_f64(int64_t outer, int64_t dim, int64_t inner, const double *x, double *y);

/// Logarithm of the softmax: `y = (x - max) - log Σ exp(x - max)`.
void pt_log_softmax_f32(int64_t outer, int64_t dim, int64_t inner, const float *x, float *y);
/// As `pt_log_softmax_f32`, on float64.
void pt_log_softmax_f64(int64_t outer, int64_t dim, int64_t inner, const double *x, double *y);

/// Gradient of the softmax from its output: `grad_input = y · (grad_output - Σ y · grad_output)`.
void pt_softmax_backward_f32(int64_t outer, int64_t dim, int64_t inner, const float *y, const float *grad_output,
                             float *grad_input);
/// As `pt_softmax_backward_f32`, on float64.
void pt_softmax_backward_f64(int64_t outer, int64_t dim, int64_t inner, const double *y, const double *grad_output,
                             double *grad_input);

/// Gradient of the log-softmax from its output: `grad_input = grad_output - exp(y) · Σ grad_output`.
void pt_log_softmax_backward_f32(int64_t outer, int64_t dim, int64_t inner, const float *y,
                                 const float *grad_output, float *grad_input);
/// As `pt_log_softmax_backward_f32`, on float64.
void pt_log_softmax_backward_f64(int64_t outer, int64_t dim, int64_t inner, const double *y,
                                 const double *grad_output, double *grad_input);

#endif
