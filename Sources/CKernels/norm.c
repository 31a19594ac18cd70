// Batch normalisation: the public functions.
#include "pt_norm.h"

#include "real.h"

#include <math.h>

enum { CHANNELS = 128 };  // channels that are taken together

// What grad_input takes of a channel: `(grad_output - shift - (x - mean) · slope) · scale`.
struct channel_gradient {
  double mean, shift, slope, scale;
};

#define PT_REAL_IMPL "norm_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_batch_norm_training##S, (int64_t batch, int64_t channels, int64_t inner, double eps,         \
              const T *x, const T *weight, const T *bias, T *y, double *mean, double *inverse_std, double           \
              *unbiased_variance), (batch, channels, inner, eps, x, weight, bias, y, mean, inverse_std,             \
              unbiased_variance))                                                                                   \
  PT_DISPATCH(void, pt_batch_norm_training_backward##S, (int64_t batch, int64_t channels, int64_t inner, const T    \
              *x, const T *weight, const double *mean, const double *inverse_std, const T *grad_output, T           \
              *grad_input, T *grad_weight, T *grad_bias), (batch, channels, inner, x, weight, mean, inverse_std,    \
              grad_output, grad_input, grad_weight, grad_bias))                                                     \
  PT_DISPATCH(void, pt_batch_norm_update_running##S, (int64_t channels, double momentum, const double               \
              *batch_statistic, T *running), (channels, momentum, batch_statistic, running))                        \
  PT_DISPATCH(void, pt_batch_norm_evaluation##S, (int64_t batch, int64_t channels, int64_t inner, double eps,       \
              const T *x, const T *weight, const T *bias, const T *running_mean, const T *running_var, T *y),       \
              (batch, channels, inner, eps, x, weight, bias, running_mean, running_var, y))                         \
  PT_DISPATCH(void, pt_batch_norm_evaluation_backward##S, (int64_t batch, int64_t channels, int64_t inner,          \
              double eps, const T *x, const T *weight, const T *running_mean, const T *running_var, const T         \
              *grad_output, T *grad_input, T *grad_weight, T *grad_bias), (batch, channels, inner, eps, x,          \
              weight, running_mean, running_var, grad_output, grad_input, grad_weight, grad_bias))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
