// Cross entropy and squared error: the public functions.
#include "pt_loss.h"

#include "real.h"

#include <math.h>

enum { WORK = 4 };  // an element's cost beside that of an addition

#define PT_REAL_IMPL "loss_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(int64_t, pt_cross_entropy_index##S,                                                                   \
              (const struct pt_cross_entropy *p, const T *logits, const int64_t *target, const T *weight,           \
               T *losses, double *saved, double *divisor),                                                          \
              (p, logits, target, weight, losses, saved, divisor))                                                  \
  PT_DISPATCH(void, pt_cross_entropy_index_backward##S,                                                             \
              (const struct pt_cross_entropy *p, const T *logits, const int64_t *target, const T *weight,           \
               const double *saved, const T *grad_losses, T *grad_logits),                                          \
              (p, logits, target, weight, saved, grad_losses, grad_logits))                                         \
  PT_DISPATCH(void, pt_cross_entropy_probability##S,                                                                \
              (const struct pt_cross_entropy *p, const T *logits, const T *target, const T *weight, T *losses,      \
               double *saved),                                                                                      \
              (p, logits, target, weight, losses, saved))                                                           \
  PT_DISPATCH(void, pt_cross_entropy_probability_backward##S,                                                       \
              (const struct pt_cross_entropy *p, const T *logits, const T *target, const T *weight,                 \
               const double *saved, const T *grad_losses, T *grad_logits, T *grad_target),                          \
              (p, logits, target, weight, saved, grad_losses, grad_logits, grad_target))                            \
  PT_DISPATCH(void, pt_mse##S, (int64_t n, const T *input, const T *target, T *y), (n, input, target, y))           \
  PT_DISPATCH(void, pt_mse_backward##S,                                                                             \
              (int64_t n, double scale, const T *input, const T *target, const T *grad_output, int64_t grad_stride, \
               T *grad_input),                                                                                      \
              (n, scale, input, target, grad_output, grad_stride, grad_input))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
