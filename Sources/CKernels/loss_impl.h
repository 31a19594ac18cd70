// The loops of cross entropy and of the squared error, for each variant and float type.
#include "softmax_rows.h"

// The operands of any of the cross entropy functions; a strip is up to STRIP positions of inner side by side.
struct TYPED(entropy) {
  const struct pt_cross_entropy *p;
  const PT_REAL *logits, *weight;
  const int64_t *indices;        // the target, or
  const PT_REAL *probabilities;  // the target
  double *saved;
  PT_REAL *losses;
  const PT_REAL *grad_losses;
  PT_REAL *grad_logits, *grad_target;
};

PT_KERNEL inline double TYPED(class_weight)(const PT_REAL *weight, int64_t c) {
  return weight == NULL ? 1 : (double)weight[c];
}

// What a class's log-probability is multiplied by in a loss, beside -1: of the class c itself at position j.
PT_KERNEL inline double TYPED(target_share)(const struct TYPED(entropy) *e, const PT_REAL *targets, double even,
                                            int64_t j) {
  return (double)targets[j] * (1 - e->p->label_smoothing) + even;
}

// Σ_c of a strip's log-probabilities times their shares and weights; targets is NULL for equal shares of 1.
PT_KERNEL void TYPED(weigh_strip)(const struct TYPED(entropy) *e, int64_t width, const PT_REAL *x,
                                  const PT_REAL *targets, const struct TYPED(statistics) *t, double *total) {
  int64_t inner = e->p->inner;
  double even = e->p->label_smoothing / (double)e->p->classes;
  for (int64_t j = 0; j < width; j++) total[j] = 0;
  for (int64_t c = 0; c < e->p->classes; c++, x += inner) {
    double weight = TYPED(class_weight)(e->weight, c);
    if (targets == NULL) {
      for (int64_t j = 0; j < width; j++) total[j] += weight * (((double)x[j] - (double)t->maximum[j]) - t->sum[j]);
    } else {
      for (int64_t j = 0; j < width; j++) {
        double log_probability = ((double)x[j] - (double)t->maximum[j]) - t->sum[j];
        total[j] += weight * (log_probability * TYPED(target_share)(e, targets, even, j));
      }
      targets += inner;
    }
  }
}

PT_KERNEL void TYPED(index_losses)(const struct TYPED(entropy) *e, int64_t width, const PT_REAL *x,
                                   const int64_t *indices, const struct TYPED(statistics) *t, PT_REAL *losses) {
  double smoothing = e->p->label_smoothing, even = smoothing / (double)e->p->classes;
  double smooth[STRIP];
  if (smoothing != 0) TYPED(weigh_strip)(e, width, x, NULL, t, smooth);
  for (int64_t j = 0; j < width; j++) {
    int64_t c = indices[j];
    double loss = 0;
    if (c != e->p->ignore_index) {
      double log_probability = ((double)x[c * e->p->inner + j] - (double)t->maximum[j]) - t->sum[j];
      loss = -(1 - smoothing) * TYPED(class_weight)(e->weight, c) * log_probability;
      if (smoothing != 0) loss -= even * smooth[j];
    }
    losses[j] = (PT_REAL)loss;
  }
}

PT_KERNEL void TYPED(entropy_forward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(entropy) *e = context;
  int64_t inner = e->p->inner, classes = e->p->classes, strips = pt_pieces(inner, STRIP);
  double *saved_sums = e->saved + e->p->batch * inner;
  struct TYPED(statistics) t;
  for (int64_t task = begin; task < end; task++) {
    int64_t b = task / strips, i = task % strips * STRIP, width = pt_min_i64(inner - i, STRIP);
    const PT_REAL *x = e->logits + b * classes * inner + i;
    if (inner == 1) {
      TYPED(row_statistics)(classes, x, NULL, t.maximum, t.sum);
    } else {
      TYPED(strip_statistics)(classes, width, inner, x, NULL, &t);
    }
    int64_t place = b * inner + i;
    for (int64_t j = 0; j < width; j++) {
      t.sum[j] = VARIANT(pt_log_f64)(t.sum[j]);
      e->saved[place + j] = (double)t.maximum[j];
      saved_sums[place + j] = t.sum[j];
    }
    if (e->indices != NULL) {
      TYPED(index_losses)(e, width, x, e->indices + place, &t, e->losses + place);
    } else {
      double total[STRIP];
      TYPED(weigh_strip)(e, width, x, e->probabilities + b * classes * inner + i, &t, total);
      for (int64_t j = 0; j < width; j++) e->losses[place + j] = (PT_REAL)-total[j];
    }
  }
}

// With `loss = -Σ_c share[c] · p[c]` the gradient is `grad · (softmax[c] · Σ share - share[c])`.
PT_KERNEL void TYPED(index_gradients)(const struct TYPED(entropy) *e, int64_t width, const PT_REAL *x,
                                      const int64_t *indices, const double *maxima, const double *log_sums,
                                      const PT_REAL *grad_losses, double weight_sum, PT_REAL *grad_logits) {
  int64_t inner = e->p->inner, classes = e->p->classes;
  double smoothing = e->p->label_smoothing, even = smoothing / (double)classes;
  double own[STRIP], total[STRIP], others[STRIP];
  PT_REAL tops[STRIP], scales[STRIP];
  for (int64_t j = 0; j < width; j++) {
    bool counts = indices[j] != e->p->ignore_index;
    double grad = counts ? (double)grad_losses[j] : 0;
    others[j] = grad * even;
    own[j] = counts ? grad * (1 - smoothing) * TYPED(class_weight)(e->weight, indices[j]) : 0;
    total[j] = own[j] + others[j] * weight_sum;
    tops[j] = (PT_REAL)maxima[j];
    scales[j] = (PT_REAL)(total[j] * VARIANT(pt_exp_f64)(-log_sums[j]));
  }
  if (inner == 1 && smoothing == 0) {
    PT_REAL top = tops[0], scale = scales[0];
    for (int64_t c = 0; c < classes; c++) grad_logits[c] = TYPED(pt_exp_weight)(x[c] - top) * scale;
  } else {
    for (int64_t c = 0; c < classes; c++) {
      double weight = TYPED(class_weight)(e->weight, c);
      for (int64_t j = 0; j < width; j++) {
        PT_REAL term = TYPED(pt_exp_weight)(x[c * inner + j] - tops[j]) * scales[j];
        grad_logits[c * inner + j] = (PT_REAL)((double)term - weight * others[j]);
      }
    }
  }
  for (int64_t j = 0; j < width; j++) {
    int64_t c = indices[j];
    if (c == e->p->ignore_index) continue;
    double probability = TYPED(pt_exp_wide)(((double)x[c * inner + j] - maxima[j]) - log_sums[j]);
    double share = own[j] + TYPED(class_weight)(e->weight, c) * others[j];
    grad_logits[c * inner + j] = (PT_REAL)(probability * total[j] - share);
  }
}

PT_KERNEL void TYPED(probability_gradients)(const struct TYPED(entropy) *e, int64_t width, const PT_REAL *x,
                                            const PT_REAL *targets, const double *maxima, const double *log_sums,
                                            const PT_REAL *grad_losses, PT_REAL *grad_logits,
                                            PT_REAL *grad_target) {
  int64_t inner = e->p->inner, classes = e->p->classes;
  double smoothing = e->p->label_smoothing, even = smoothing / (double)classes;
  double total[STRIP], scales[STRIP];
  memset(total, 0, (size_t)width * sizeof(double));
  for (int64_t c = 0; c < classes; c++) {
    double weight = TYPED(class_weight)(e->weight, c);
    for (int64_t j = 0; j < width; j++) {
      total[j] += weight * TYPED(target_share)(e, targets + c * inner, even, j);
    }
  }
  for (int64_t j = 0; j < width; j++) scales[j] = total[j] * VARIANT(pt_exp_f64)(-log_sums[j]);
  for (int64_t c = 0; c < classes; c++, x += inner, targets += inner) {
    double weight = TYPED(class_weight)(e->weight, c);
    if (grad_logits != NULL) {
      for (int64_t j = 0; j < width; j++) {
        double term = (double)TYPED(pt_exp_weight)(x[j] - (PT_REAL)maxima[j]) * scales[j];
        double share = weight * TYPED(target_share)(e, targets, even, j);
        grad_logits[c * inner + j] = (PT_REAL)((double)grad_losses[j] * (term - share));
      }
    }
    if (grad_target != NULL) {
      for (int64_t j = 0; j < width; j++) {
        double log_probability = ((double)x[j] - maxima[j]) - log_sums[j];
        grad_target[c * inner + j] = (PT_REAL)(-(double)grad_losses[j] * weight * (1 - smoothing) * log_probability);
      }
    }
  }
}

PT_KERNEL void TYPED(entropy_backward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(entropy) *e = context;
  int64_t inner = e->p->inner, classes = e->p->classes, strips = pt_pieces(inner, STRIP);
  double weight_sum = 0;
  for (int64_t c = 0; c < classes; c++) weight_sum += TYPED(class_weight)(e->weight, c);
  for (int64_t task = begin; task < end; task++) {
    int64_t b = task / strips, i = task % strips * STRIP, width = pt_min_i64(inner - i, STRIP);
    int64_t place = b * inner + i, start = b * classes * inner + i;
    const double *maxima = e->saved + place, *log_sums = maxima + e->p->batch * inner;
    if (e->indices != NULL) {
      TYPED(index_gradients)(e, width, e->logits + start, e->indices + place, maxima, log_sums,
                             e->grad_losses + place, weight_sum, e->grad_logits + start);
    } else {
      TYPED(probability_gradients)(e, width, e->logits + start, e->probabilities + start, maxima, log_sums,
                                   e->grad_losses + place, e->grad_logits == NULL ? NULL : e->grad_logits + start,
                                   e->grad_target == NULL ? NULL : e->grad_target + start);
    }
  }
}

PT_KERNEL void TYPED(run_entropy)(struct TYPED(entropy) e, pt_range_body body) {
  int64_t unit = WORK * e.p->classes * pt_min_i64(e.p->inner, STRIP);
  pt_parallel_for(e.p->batch * pt_pieces(e.p->inner, STRIP), pt_grain(unit), body, &e);
}

PT_KERNEL int64_t TYPED(pt_cross_entropy_index)(const struct pt_cross_entropy *p, const PT_REAL *logits,
                                                const int64_t *target, const PT_REAL *weight, PT_REAL *losses,
                                                double *saved, double *divisor) {
  double counted = 0;
  for (int64_t i = 0; i < p->batch * p->inner; i++) {
    if (target[i] == p->ignore_index) continue;
    if (target[i] < 0 || target[i] >= p->classes) return i;
    counted += TYPED(class_weight)(weight, target[i]);
  }
  *divisor = counted;
  TYPED(run_entropy)((struct TYPED(entropy)){.p = p, .logits = logits, .weight = weight, .indices = target,
    .saved = saved, .losses = losses}, TYPED(entropy_forward));
  return -1;
}

PT_KERNEL void TYPED(pt_cross_entropy_index_backward)(const struct pt_cross_entropy *p, const PT_REAL *logits,
                                                      const int64_t *target, const PT_REAL *weight,
                                                      const double *saved, const PT_REAL *grad_losses,
                                                      PT_REAL *grad_logits) {
  TYPED(run_entropy)((struct TYPED(entropy)){.p = p, .logits = logits, .weight = weight, .indices = target,
    .saved = (double *)saved, .grad_losses = grad_losses, .grad_logits = grad_logits}, TYPED(entropy_backward));
}

PT_KERNEL void TYPED(pt_cross_entropy_probability)(const struct pt_cross_entropy *p, const PT_REAL *logits,
                                                   const PT_REAL *target, const PT_REAL *weight, PT_REAL *losses,
                                                   double *saved) {
  TYPED(run_entropy)((struct TYPED(entropy)){.p = p, .logits = logits, .weight = weight, .probabilities = target,
    .saved = saved, .losses = losses}, TYPED(entropy_forward));
}

PT_KERNEL void TYPED(pt_cross_entropy_probability_backward)(const struct pt_cross_entropy *p, const PT_REAL *logits,
                                                            const PT_REAL *target, const PT_REAL *weight,
                                                            const double *saved, const PT_REAL *grad_losses,
                                                            PT_REAL *grad_logits, PT_REAL *grad_target) {
  TYPED(run_entropy)((struct TYPED(entropy)){.p = p, .logits = logits, .weight = weight, .probabilities = target,
    .saved = (double *)saved, .grad_losses = grad_losses, .grad_logits = grad_logits, .grad_target = grad_target},
    TYPED(entropy_backward));
}

struct TYPED(squared_error) {
  double scale;
  const PT_REAL *input, *target, *grad_output;
  int64_t grad_stride;
  PT_REAL *y;  // grad_input in backward
};

PT_KERNEL void TYPED(squared_error_forward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(squared_error) *m = context;
  for (int64_t i = begin; i < end; i++) {
    PT_REAL difference = m->input[i] - m->target[i];
    m->y[i] = difference * difference;
  }
}

PT_KERNEL void TYPED(squared_error_backward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(squared_error) *m = context;
  PT_REAL scale = (PT_REAL)m->scale;
  if (m->grad_stride == 0) {
    scale *= m->grad_output[0];
    for (int64_t i = begin; i < end; i++) m->y[i] = scale * (m->input[i] - m->target[i]);
  } else {
    for (int64_t i = begin; i < end; i++) m->y[i] = scale * (m->input[i] - m->target[i]) * m->grad_output[i];
  }
}

PT_KERNEL void TYPED(pt_mse)(int64_t n, const PT_REAL *input, const PT_REAL *target, PT_REAL *y) {
  struct TYPED(squared_error) m = {.input = input, .target = target, .y = y};
  pt_parallel_for(n, PT_TASK, TYPED(squared_error_forward), &m);
}

PT_KERNEL void TYPED(pt_mse_backward)(int64_t n, double scale, const PT_REAL *input, const PT_REAL *target,
                                      const PT_REAL *grad_output, int64_t grad_stride, PT_REAL *grad_input) {
  struct TYPED(squared_error) m = {.scale = scale, .input = input, .target = target, .grad_output = grad_output,
    .grad_stride = grad_stride, .y = grad_input};
  pt_parallel_for(n, PT_TASK, TYPED(squared_error_backward), &m);
}
