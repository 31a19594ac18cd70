// The loops of softmax and log-softmax over one axis, for each variant and float type.
#include "softmax_rows.h"

struct TYPED(softmax) {
  int64_t dim, inner;
  bool is_log;
  const PT_REAL *x, *grad_output;  // x is the softmax's output in backward
  PT_REAL *y;                      // grad_input in backward
};

PT_KERNEL void TYPED(softmax_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(softmax) *s = context;
  for (int64_t o = begin; o < end; o++) {
    const PT_REAL *x = s->x + o * s->dim;
    PT_REAL *y = s->y + o * s->dim, maximum;
    double sum;
    TYPED(row_statistics)(s->dim, x, s->is_log ? NULL : y, &maximum, &sum);
    if (s->is_log) {
      PT_REAL log_sum = (PT_REAL)VARIANT(pt_log_f64)(sum);
      for (int64_t k = 0; k < s->dim; k++) y[k] = (x[k] - maximum) - log_sum;
    } else {
      PT_REAL factor = (PT_REAL)(1 / sum);
      for (int64_t k = 0; k < s->dim; k++) y[k] *= factor;
    }
  }
}

PT_KERNEL void TYPED(softmax_columns)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(softmax) *s = context;
  int64_t strips = pt_pieces(s->inner, STRIP);
  struct TYPED(statistics) t;
  for (int64_t task = begin; task < end; task++) {
    int64_t i = task % strips * STRIP, width = pt_min_i64(s->inner - i, STRIP);
    int64_t start = task / strips * s->dim * s->inner + i;
    TYPED(strip_statistics)(s->dim, width, s->inner, s->x + start, s->is_log ? NULL : s->y + start, &t);
    PT_REAL finish[STRIP];
    for (int64_t j = 0; j < width; j++) {
      finish[j] = (PT_REAL)(s->is_log ? VARIANT(pt_log_f64)(t.sum[j]) : 1 / t.sum[j]);
    }
    for (int64_t k = 0; k < s->dim; k++) {
      const PT_REAL *x = s->x + start + k * s->inner;
      PT_REAL *y = s->y + start + k * s->inner;
      if (s->is_log) {
        for (int64_t j = 0; j < width; j++) y[j] = (x[j] - t.maximum[j]) - finish[j];
      } else {
        for (int64_t j = 0; j < width; j++) y[j] *= finish[j];
      }
    }
  }
}

// grad_input where sum is Σ y · grad_output, or Σ grad_output for the logarithm.
PT_KERNEL inline PT_REAL TYPED(softmax_gradient)(bool is_log, PT_REAL y, PT_REAL grad_output, double sum) {
  if (is_log) return (PT_REAL)((double)grad_output - (double)TYPED(pt_exp_weight)(y) * sum);
  return (PT_REAL)((double)y * ((double)grad_output - sum));
}

PT_KERNEL void TYPED(softmax_backward_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(softmax) *s = context;
  for (int64_t o = begin; o < end; o++) {
    const PT_REAL *y = s->x + o * s->dim, *grad_output = s->grad_output + o * s->dim;
    PT_REAL *grad_input = s->y + o * s->dim;
    if (s->is_log) {
      double sum = TYPED(sum_block)(s->dim, grad_output);
      for (int64_t k = 0; k < s->dim; k++) grad_input[k] = TYPED(softmax_gradient)(true, y[k], grad_output[k], sum);
    } else {
      double sum = TYPED(dot_block)(s->dim, y, 0, grad_output);
      for (int64_t k = 0; k < s->dim; k++) grad_input[k] = TYPED(softmax_gradient)(false, y[k], grad_output[k], sum);
    }
  }
}

PT_KERNEL void TYPED(softmax_backward_columns)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(softmax) *s = context;
  int64_t strips = pt_pieces(s->inner, STRIP);
  for (int64_t task = begin; task < end; task++) {
    int64_t i = task % strips * STRIP, width = pt_min_i64(s->inner - i, STRIP);
    int64_t start = task / strips * s->dim * s->inner + i;
    double sum[STRIP];
    memset(sum, 0, (size_t)width * sizeof(double));
    for (int64_t k = 0; k < s->dim; k++) {
      const PT_REAL *y = s->x + start + k * s->inner, *grad_output = s->grad_output + start + k * s->inner;
      if (s->is_log) {
        for (int64_t j = 0; j < width; j++) sum[j] += (double)grad_output[j];
      } else {
        for (int64_t j = 0; j < width; j++) sum[j] += (double)y[j] * (double)grad_output[j];
      }
    }
    for (int64_t k = 0; k < s->dim; k++) {
      const PT_REAL *y = s->x + start + k * s->inner, *grad_output = s->grad_output + start + k * s->inner;
      PT_REAL *grad_input = s->y + start + k * s->inner;
      if (s->is_log) {
        for (int64_t j = 0; j < width; j++) {
          grad_input[j] = TYPED(softmax_gradient)(true, y[j], grad_output[j], sum[j]);
        }
      } else {
        for (int64_t j = 0; j < width; j++) {
          grad_input[j] = TYPED(softmax_gradient)(false, y[j], grad_output[j], sum[j]);
        }
      }
    }
  }
}

PT_KERNEL void TYPED(run_softmax)(int64_t outer, struct TYPED(softmax) s, pt_range_body rows, pt_range_body columns) {
  if (s.inner == 1) {
    pt_parallel_for(outer, pt_grain(WORK * s.dim), rows, &s);
  } else {
    int64_t unit = WORK * s.dim * pt_min_i64(s.inner, STRIP);
    pt_parallel_for(outer * pt_pieces(s.inner, STRIP), pt_grain(unit), columns, &s);
  }
}

PT_KERNEL void TYPED(pt_softmax)(int64_t outer, int64_t dim, int64_t inner, const PT_REAL *x, PT_REAL *y) {
  TYPED(run_softmax)(outer, (struct TYPED(softmax)){.dim = dim, .inner = inner, .x = x, .y = y},
                     TYPED(softmax_rows), TYPED(softmax_columns));
}

PT_KERNEL void TYPED(pt_log_softmax)(int64_t outer, int64_t dim, int64_t inner, const PT_REAL *x, PT_REAL *y) {
  TYPED(run_softmax)(outer, (struct TYPED(softmax)){.dim = dim, .inner = inner, .is_log = true, .x = x, .y = y},
                     TYPED(softmax_rows), TYPED(softmax_columns));
}

PT_KERNEL void TYPED(pt_softmax_backward)(int64_t outer, int64_t dim, int64_t inner, const PT_REAL *y,
                                          const PT_REAL *grad_output, PT_REAL *grad_input) {
  TYPED(run_softmax)(outer, (struct TYPED(softmax)){.dim = dim, .inner = inner, .x = y, .grad_output = grad_output,
    .y = grad_input}, TYPED(softmax_backward_rows), TYPED(softmax_backward_columns));
}

PT_KERNEL void TYPED(pt_log_softmax_backward)(int64_t outer, int64_t dim, int64_t inner, const PT_REAL *y,
                                              const PT_REAL *grad_output, PT_REAL *grad_input) {
  TYPED(run_softmax)(outer, (struct TYPED(softmax)){.dim = dim, .inner = inner, .is_log = true, .x = y,
    .grad_output = grad_output, .y = grad_input}, TYPED(softmax_backward_rows), TYPED(softmax_backward_columns));
}
