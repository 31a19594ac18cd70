// One step of an optimiser on one parameter: a single pass, in place on parameter and state.
#ifndef PT_OPTIM_H
#define PT_OPTIM_H

#include <stdbool.h>
#include <stdint.h>

/// The settings of a step of stochastic gradient descent.
struct pt_sgd {
  double lr;
  double momentum;
  double dampening;
  double weight_decay;
  bool nesterov;
  bool maximize;
  bool first_step;  ///< the momentum buffer holds nothing yet: it is written, not read
};

/// One step of SGD on n elements. momentum_buffer is the state, NULL exactly when momentum is 0.
///
/// `g = ±grad + weight_decay · param`; `buffer = momentum · buffer + (1 - dampening) · g` (at first: `g`);
/// `g = nesterov ? g + momentum · buffer : buffer`; `param = param - lr · g`.
void pt_sgd_step_f32(int64_t n, const struct pt_sgd *options, float *param, const float *grad,
                     float *momentum_buffer);
/// As `pt_sgd_step_f32`, on float64.
void pt_sgd_step_f64(int64_t n, const struct pt_sgd *options, double *param, const double *grad,
                     double *momentum_buffer);

/// The settings of a step of Adam.
struct pt_adam {
  double lr;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  double bias_correction1;  ///< `1 - beta1^step`, the first step being 1: `pt_bias_correction`
  double bias_correction2;  ///< `1 - beta2^step`
  bool decoupled;           ///< AdamW: the decay multiplies the parameter and is no part of the gradient
  bool maximize;
};

/// One step of Adam or AdamW on n elements. max_exp_avg_sq is the third state of amsgrad, else NULL.
///
/// `exp_avg = exp_avg + (1 - beta1) · (g - exp_avg)`; `exp_avg_sq = beta2 · exp_avg_sq + (1 - beta2) · g²`;
/// `param = param - lr / bias_correction1 · exp_avg / (√exp_avg_sq / √bias_correction2 + eps)`.
void pt_adam_step_f32(int64_t n, const struct pt_adam *options, float *param, const float *grad, float *exp_avg,
                      float *exp_avg_sq, float *max_exp_avg_sq);
/// As `pt_adam_step_f32`, on float64.
void pt_adam_step_f64(int64_t n, const struct pt_adam *options, double *param, const double *grad, double *exp_avg,
                      double *exp_avg_sq, double *max_exp_avg_sq);

/// `1 - beta^step` by repeated squaring in twice the precision of double; step is not negative.
double pt_bias_correction(double beta, int64_t step);

#endif
