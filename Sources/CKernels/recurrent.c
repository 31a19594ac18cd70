// Gates of recurrent cells: the public functions.
#include "pt_recurrent.h"

#include "real.h"

enum { WORK = 8 };  // an element's cost beside that of an addition

#define PT_REAL_IMPL "recurrent_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_gru_gates##S, (int64_t batch, int64_t hidden, const T *gi, const T *gh, const T *hx, T       \
              *y, T *gates), (batch, hidden, gi, gh, hx, y, gates))                                                 \
  PT_DISPATCH(void, pt_gru_gates_backward##S, (int64_t batch, int64_t hidden, const T *gh, const T *hx, const T     \
              *gates, const T *grad_output, T *grad_gi, T *grad_gh, T *grad_hx), (batch, hidden, gh, hx, gates,     \
              grad_output, grad_gi, grad_gh, grad_hx))                                                              \
  PT_DISPATCH(void, pt_rnn_gates##S, (enum pt_rnn_nonlinearity f, int64_t n, const T *gi, const T *gh, T *y),       \
              (f, n, gi, gh, y))                                                                                    \
  PT_DISPATCH(void, pt_rnn_gates_backward##S, (enum pt_rnn_nonlinearity f, int64_t n, const T *y, const T           \
              *grad_output, T *grad_gates), (f, n, y, grad_output, grad_gates))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
