// Cross entropy on logits and mean squared error, forward and backward.
#ifndef PT_LOSS_H
#define PT_LOSS_H

#include <stdint.h>

/// What the cross entropy functions have in common. The classes are the middle axis of the logits.
struct pt_cross_entropy {
  int64_t batch;
  int64_t classes;
  int64_t inner;
  int64_t ignore_index;    ///< targets with this index count nothing; -100 in PyTorch. For class indices only.
  double label_smoothing;  ///< 0 to 1; 0 in PyTorch
};

// Sums of exponentials are as in pt_softmax.h; other sums over the classes are in double and in ascending order.

/// Cross entropy against class indices, not reduced.
///
/// With `p = log_softmax(logits)`, `w` the class weights (ones when NULL) and `s` the smoothing:
/// `loss = -(1 - s) · w[t] · p[t] - s / classes · Σ_c w[c] · p[c]`, and 0 for ignored targets.
///
/// - logits: [batch, classes, inner]; target: [batch, inner]; weight: [classes] or NULL.
/// - losses: [batch, inner], written.
/// - saved: [2, batch, inner], written for backward: the maxima, then the logarithms of the sums.
/// - divisor: written: the sum of `w[t]` over the targets that count. The mean is the sum of losses over it.
///
/// Returns -1, or the position in target of the first index that is neither a class nor ignored; what is
/// written is then of no use.
int64_t pt_cross_entropy_index_f32(const struct pt_cross_entropy *p, const float *logits, const int64_t *target,
                                   const float *weight, float *losses, double *saved, double *divisor);
/// As `pt_cross_entropy_index_f32`, on float64.
int64_t pt_cross_entropy_index_f64(const struct pt_cross_entropy *p, const double *logits, const int64_t *target,
                                   const double *weight, double *losses, double *saved, double *divisor);

/// Gradient of `pt_cross_entropy_index_f32` by the logits, from the gradients of the losses [batch, inner].
void pt_cross_entropy_index_backward_f32(const struct pt_cross_entropy *p, const float *logits,
                                         const int64_t *target, const float *weight, const double *saved,
                                         const float *grad_losses, float *grad_logits);
/// As `pt_cross_entropy_index_backward_f32`, on float64.
void pt_cross_entropy_index_backward_f64(const struct pt_cross_entropy *p, const double *logits,
                                         const int64_t *target, const double *weight, const double *saved,
                                         const double *grad_losses, double *grad_logits);

/// Cross entropy against probabilities [batch, classes, inner], not reduced.
///
/// `loss = -Σ_c w[c] · p[c] · (target[c] · (1 - s) + s / classes)`, names as in `pt_cross_entropy_index_f32`.
/// The mean is the sum of losses over batch · inner.
void pt_cross_entropy_probability_f32(const struct pt_cross_entropy *p, const float *logits, const float *target,
                                      const float *weight, float *losses, double *saved);
/// As `pt_cross_entropy_probability_f32`, on float64.
void pt_cross_entropy_probability_f64(const struct pt_cross_entropy *p, const double *logits, const double *target,
                                      const double *weight, double *losses, double *saved);

/// Gradients of `pt_cross_entropy_probability_f32` by logits and target, from the gradients of the losses; either
/// result may be NULL.
void pt_cross_entropy_probability_backward_f32(const struct pt_cross_entropy *p, const float *logits,
                                               const float *target, const float *weight, const double *saved,
                                               const float *grad_losses, float *grad_logits, float *grad_target);
/// As `pt_cross_entropy_probability_backward_f32`, on float64.
void pt_cross_entropy_probability_backward_f64(const struct pt_cross_entropy *p, const double *logits,
                                               const double *target, const double *weight, const double *saved,
                                               const double *grad_losses, double *grad_logits, double *grad_target);

/// Squared error, elementwise: `y = (input - target)²`.
void pt_mse_f32(int64_t n, const float *input, const float *target, float *y);
/// As `pt_mse_f32`, on float64.
void pt_mse_f64(int64_t n, const double *input, const double *target, double *y);

/// Gradient of the squared error: `grad_input[i] = scale · (input[i] - target[i]) · grad_output[i · stride]`.
///
/// scale is 2, or 2 / n after a mean; negative for the gradient of target. grad_stride is 1, or 0 when the loss
/// was reduced to one number.
void pt_mse_backward_f32(int64_t n, double scale, const float *input, const float *target, const float *grad_output,
                         int64_t grad_stride, float *grad_input);
/// As `pt_mse_backward_f32`, on float64.
void pt_mse_backward_f64(int64_t n, double scale, const double *input, const double *target,
                         const double *grad_output, int64_t grad_stride, double *grad_input);

#endif
