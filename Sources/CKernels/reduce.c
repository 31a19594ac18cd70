// Reductions over one axis: the public functions, and those on integers.
#include "pt_reduce.h"

#include "real.h"

#include <math.h>

enum measure { SUM, SQUARES, MAXIMUM };

#define PT_REAL_IMPL "reduce_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_sum##S, (int64_t outer, int64_t count, int64_t inner, const T *x, T *y),                     \
              (outer, count, inner, x, y))                                                                          \
  PT_DISPATCH(void, pt_mean##S, (int64_t outer, int64_t count, int64_t inner, const T *x, T *y),                    \
              (outer, count, inner, x, y))                                                                          \
  PT_DISPATCH(void, pt_amax##S, (int64_t outer, int64_t count, int64_t inner, const T *x, T *y),                    \
              (outer, count, inner, x, y))                                                                          \
  PT_DISPATCH(void, pt_var##S,                                                                                      \
              (int64_t outer, int64_t count, int64_t inner, double correction, const T *x, T *y),                   \
              (outer, count, inner, correction, x, y))                                                              \
  PT_DISPATCH(void, pt_var_backward##S,                                                                             \
              (int64_t outer, int64_t count, int64_t inner, double correction, const T *x, const T *grad_output,    \
               T *grad_input),                                                                                      \
              (outer, count, inner, correction, x, grad_output, grad_input))                                        \
  PT_DISPATCH(void, pt_amax_backward##S,                                                                            \
              (int64_t outer, int64_t count, int64_t inner, const T *x, const T *y, const T *grad_output,           \
               T *grad_input),                                                                                      \
              (outer, count, inner, x, y, grad_output, grad_input))                                                 \
  PT_DISPATCH(void, pt_max_backward##S, (int64_t n, const T *x, T maximum, T grad_output, T *grad_input),           \
              (n, x, maximum, grad_output, grad_input))                                                             \
  PT_DISPATCH(void, pt_max_index##S,                                                                                \
              (int64_t outer, int64_t count, int64_t inner, const T *x, T *values, int64_t *indices),               \
              (outer, count, inner, x, values, indices))                                                            \
  PT_DISPATCH(void, pt_scatter_index##S,                                                                            \
              (int64_t outer, int64_t count, int64_t inner, const T *grad_output, const int64_t *indices,           \
               T *grad_input),                                                                                      \
              (outer, count, inner, grad_output, indices, grad_input))

DISPATCH(float, _f32)
DISPATCH(double, _f64)

void pt_sum_i64(int64_t outer, int64_t count, int64_t inner, const int64_t *x, int64_t *y) {
  if (inner == 0) return;
  for (int64_t o = 0; o < outer; o++, y += inner) {
    memset(y, 0, (size_t)inner * sizeof(int64_t));
    for (int64_t k = 0; k < count; k++, x += inner) {
      for (int64_t i = 0; i < inner; i++) y[i] = (int64_t)((uint64_t)y[i] + (uint64_t)x[i]);
    }
  }
}

void pt_max_index_i64(int64_t outer, int64_t count, int64_t inner, const int64_t *x, int64_t *values,
                      int64_t *indices) {
  for (int64_t o = 0; o < outer; o++) {
    for (int64_t i = 0; i < inner; i++) {
      const int64_t *column = x + o * count * inner + i;
      int64_t best = 0;
      for (int64_t k = 1; k < count; k++) {
        if (column[k * inner] > column[best * inner]) best = k;
      }
      values[o * inner + i] = column[best * inner];
      indices[o * inner + i] = best;
    }
  }
}

void pt_amax_i64(int64_t outer, int64_t count, int64_t inner, const int64_t *x, int64_t *y) {
  if (count == 0 || inner == 0) return;
  for (int64_t o = 0; o < outer; o++, y += inner) {
    memcpy(y, x, (size_t)inner * sizeof(int64_t));
    for (int64_t k = 0; k < count; k++, x += inner) {
      for (int64_t i = 0; i < inner; i++) y[i] = x[i] > y[i] ? x[i] : y[i];
    }
  }
}
