// Reductions over one axis (sum, mean, variance, maximum) and their backward passes.
#ifndef PT_REDUCE_H
#define PT_REDUCE_H

#include <stdint.h>

// Shapes: x is [outer, count, inner], the result [outer, inner]; everything is contiguous and may be empty.
//
// Order of a sum, the same on every instruction set and at any thread count. Lanes and totals are in double.
// - inner == 1: a row is cut into blocks of 4096 terms. Within a block term k goes to lane k % 16, each lane
//   adds in ascending k; the lanes are combined as a binary tree: l[i] += l[i + 8], then 4, 2, 1. The sums of
//   the blocks are combined as a binary tree too: the first half (rounded up to a power of two) and the rest.
// - inner > 1: the axis is cut into blocks of 64 terms, each added in ascending order; the sums of 64 consecutive
//   blocks are added in ascending order, and so are the sums of these groups.
// In a plain sum or mean every two terms are first added in x's own type: with inner == 1 the terms k and k + 16 of
// each 32, with inner > 1 the terms 2j and 2j + 1.

/// Sum over the axis: `y[o, i] = Σ_k x[o, k, i]`; 0 for an empty axis.
void pt_sum_f32(int64_t outer, int64_t count, int64_t inner, const float *x, float *y);
/// As `pt_sum_f32`, on float64.
void pt_sum_f64(int64_t outer, int64_t count, int64_t inner, const double *x, double *y);
/// As `pt_sum_f32`, on int64; wraps around.
void pt_sum_i64(int64_t outer, int64_t count, int64_t inner, const int64_t *x, int64_t *y);

/// Mean over the axis: `y = Σ x / count`; NaN for an empty axis. The sum is rounded to float32, where it may
/// overflow as PyTorch's does, and then divided.
void pt_mean_f32(int64_t outer, int64_t count, int64_t inner, const float *x, float *y);
/// As `pt_mean_f32`, on float64.
void pt_mean_f64(int64_t outer, int64_t count, int64_t inner, const double *x, double *y);

/// Variance over the axis: `y = Σ (x - mean)² / max(0, count - correction)`; NaN or infinite where PyTorch's is.
void pt_var_f32(int64_t outer, int64_t count, int64_t inner, double correction, const float *x, float *y);
/// As `pt_var_f32`, on float64.
void pt_var_f64(int64_t outer, int64_t count, int64_t inner, double correction, const double *x, double *y);

/// Gradient of the variance: `grad_input = grad_output · 2 / (count - correction) · (x - mean)`, as PyTorch's for a
/// variance over given axes, also where correction is not below count.
void pt_var_backward_f32(int64_t outer, int64_t count, int64_t inner, double correction, const float *x,
                         const float *grad_output, float *grad_input);
/// As `pt_var_backward_f32`, on float64.
void pt_var_backward_f64(int64_t outer, int64_t count, int64_t inner, double correction, const double *x,
                         const double *grad_output, double *grad_input);

/// Maximum over the axis, NaN where one is among the values. The axis must not be empty unless outer·inner is 0.
void pt_amax_f32(int64_t outer, int64_t count, int64_t inner, const float *x, float *y);
/// As `pt_amax_f32`, on float64.
void pt_amax_f64(int64_t outer, int64_t count, int64_t inner, const double *x, double *y);
/// As `pt_amax_f32`, on int64.
void pt_amax_i64(int64_t outer, int64_t count, int64_t inner, const int64_t *x, int64_t *y);

/// Gradient of `pt_amax_f32`: the maxima (`y` as it returned them) share the gradient evenly. A NaN maximum equals
/// nothing, so its row is 0 / 0 = NaN, as in PyTorch.
void pt_amax_backward_f32(int64_t outer, int64_t count, int64_t inner, const float *x, const float *y,
                          const float *grad_output, float *grad_input);
/// As `pt_amax_backward_f32`, on float64.
void pt_amax_backward_f64(int64_t outer, int64_t count, int64_t inner, const double *x, const double *y,
                          const double *grad_output, double *grad_input);

/// Gradient of the maximum of n elements as a whole: the maxima share it evenly, or the NaNs if there are any.
void pt_max_backward_f32(int64_t n, const float *x, float maximum, float grad_output, float *grad_input);
/// As `pt_max_backward_f32`, on float64.
void pt_max_backward_f64(int64_t n, const double *x, double maximum, double grad_output, double *grad_input);

/// Maximum over the axis and where along it the first one (or the first NaN) is. The axis must not be empty, nor
/// have 2³² elements or more.
void pt_max_index_f32(int64_t outer, int64_t count, int64_t inner, const float *x, float *values, int64_t *indices);
/// As `pt_max_index_f32`, on float64.
void pt_max_index_f64(int64_t outer, int64_t count, int64_t inner, const double *x, double *values, int64_t *indices);
/// As `pt_max_index_f32`, on int64.
void pt_max_index_i64(int64_t outer, int64_t count, int64_t inner, const int64_t *x, int64_t *values,
                      int64_t *indices);

/// Gradient of `pt_max_index_f32`: `grad_input[o, indices[o, i], i] = grad_output[o, i]`, zero elsewhere.
void pt_scatter_index_f32(int64_t outer, int64_t count, int64_t inner, const float *grad_output,
                          const int64_t *indices, float *grad_input);
/// As `pt_scatter_index_f32`, on float64.
void pt_scatter_index_f64(int64_t outer, int64_t count, int64_t inner, const double *grad_output,
                          const int64_t *indices, double *grad_input);

#endif
