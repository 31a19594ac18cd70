// Batch normalisation, in training and in evaluation, forward and backward.
#ifndef PT_NORM_H
#define PT_NORM_H

#include <stdint.h>

// Shapes: x, y and their gradients are [batch, channels, inner]; weight, bias, statistics and their gradients
// [channels]. weight and bias may be NULL (1 and 0). Sums over batch and inner are in double and in the order of
// pt_reduce.h: with inner == 1 as columns there; with inner > 1 each row of inner as a row there, and then over the
// batch in ascending order. Σ (x - mean)² is then `Σ_b (Σ_i (x - mean_b)² + inner · (mean_b - mean)²)`.

/// Batch normalisation with the batch's own statistics: `y = (x - mean) · inverse_std · weight + bias`.
///
/// Written beside y, each [channels]: the mean, `inverse_std = 1 / √(var + eps)` with the biased variance, and
/// the unbiased variance (over batch · inner - 1), which is what running statistics take.
void pt_batch_norm_training_f32(int64_t batch, int64_t channels, int64_t inner, double eps, const float *x,
                                const float *weight, const float *bias, float *y, double *mean, double *inverse_std,
                                double *unbiased_variance);
/// As `pt_batch_norm_training_f32`, on float64.
void pt_batch_norm_training_f64(int64_t batch, int64_t channels, int64_t inner, double eps, const double *x,
                                const double *weight, const double *bias, double *y, double *mean,
                                double *inverse_std, double *unbiased_variance);

/// Gradients of `pt_batch_norm_training_f32` from what it saved; each of the three results may be NULL.
void pt_batch_norm_training_backward_f32(int64_t batch, int64_t channels, int64_t inner, const float *x,
                                         const float *weight, const double *mean, const double *inverse_std,
                                         const float *grad_output, float *grad_input, float *grad_weight,
                                         float *grad_bias);
/// As `pt_batch_norm_training_backward_f32`, on float64.
void pt_batch_norm_training_backward_f64(int64_t batch, int64_t channels, int64_t inner, const double *x,
                                         const double *weight, const double *mean, const double *inverse_std,
                                         const double *grad_output, double *grad_input, double *grad_weight,
                                         double *grad_bias);

/// Moves running statistics, in place: `running = (1 - momentum) · running + momentum · batch_statistic`.
void pt_batch_norm_update_running_f32(int64_t channels, double momentum, const double *batch_statistic,
                                      float *running);
/// As `pt_batch_norm_update_running_f32`, on float64.
void pt_batch_norm_update_running_f64(int64_t channels, double momentum, const double *batch_statistic,
                                      double *running);

/// Batch normalisation with running statistics: `y = (x - running_mean) / √(running_var + eps) · weight + bias`.
void pt_batch_norm_evaluation_f32(int64_t batch, int64_t channels, int64_t inner, double eps, const float *x,
                                  const float *weight, const float *bias, const float *running_mean,
                                  const float *running_var, float *y);
/// As `pt_batch_norm_evaluation_f32`, on float64.
void pt_batch_norm_evaluation_f64(int64_t batch, int64_t channels, int64_t inner, double eps, const double *x,
                                  const double *weight, const double *bias, const double *running_mean,
                                  const double *running_var, double *y);

/// Gradients of `pt_batch_norm_evaluation_f32`; each of the three results may be NULL.
void pt_batch_norm_evaluation_backward_f32(int64_t batch, int64_t channels, int64_t inner, double eps,
                                           const float *x, const float *weight, const float *running_mean,
                                           const float *running_var, const float *grad_output, float *grad_input,
                                           float *grad_weight, float *grad_bias);
/// As `pt_batch_norm_evaluation_backward_f32`, on float64.
void pt_batch_norm_evaluation_backward_f64(int64_t batch, int64_t channels, int64_t inner, double eps,
                                           const double *x, const double *weight, const double *running_mean,
                                           const double *running_var, const double *grad_output,
                                           double *grad_input, double *grad_weight, double *grad_bias);

#endif
