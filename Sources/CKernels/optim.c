// Optimiser steps: the public functions.
#include "pt_optim.h"

#include "real.h"

enum { RANGE = PT_TASK / 4 };  // parameters that are worth a thread

#define PT_REAL_IMPL "optim_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_sgd_step##S,                                                                                 \
              (int64_t n, const struct pt_sgd *options, T *param, const T *grad, T *momentum_buffer),               \
              (n, options, param, grad, momentum_buffer))                                                           \
  PT_DISPATCH(void, pt_adam_step##S,                                                                                \
              (int64_t n, const struct pt_adam *options, T *param, const T *grad, T *exp_avg, T *exp_avg_sq,        \
               T *max_exp_avg_sq),                                                                                  \
              (n, options, param, grad, exp_avg, exp_avg_sq, max_exp_avg_sq))

DISPATCH(float, _f32)
DISPATCH(double, _f64)

// A number as the sum of two, which together have twice the digits of one.
struct pair {
  double high, low;
};

static struct pair product(struct pair a, struct pair b) {
  double high = a.high * b.high;
  double low = __builtin_fma(a.high, b.high, -high) + (a.high * b.low + a.low * b.high);
  double sum = high + low;
  return (struct pair){sum, (high - sum) + low};
}

double pt_bias_correction(double beta, int64_t step) {
  struct pair power = {1, 0};
  for (struct pair square = {beta, 0}; step > 0; step /= 2, square = product(square, square)) {
    if (step % 2 == 1) power = product(power, square);
  }
  return (1 - power.high) - power.low;
}
