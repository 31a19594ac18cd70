// Softmax and log-softmax: the public functions.
#include "pt_softmax.h"

#include "real.h"

#include <math.h>

enum { WORK = 4 };  // an element's cost beside that of an addition

#define PT_REAL_IMPL "softmax_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_softmax##S, (int64_t outer, int64_t dim, int64_t inner, const T *x, T *y),                   \
              (outer, dim, inner, x, y))                                                                            \
  PT_DISPATCH(void, pt_log_softmax##S, (int64_t outer, int64_t dim, int64_t inner, const T *x, T *y),               \
              (outer, dim, inner, x, y))                                                                            \
  PT_DISPATCH(void, pt_softmax_backward##S,                                                                         \
              (int64_t outer, int64_t dim, int64_t inner, const T *y, const T *grad_output, T *grad_input),         \
              (outer, dim, inner, y, grad_output, grad_input))                                                      \
  PT_DISPATCH(void, pt_log_softmax_backward##S,                                                                     \
              (int64_t outer, int64_t dim, int64_t inner, const T *y, const T *grad_output, T *grad_input),         \
              (outer, dim, inner, y, grad_output, grad_input))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
