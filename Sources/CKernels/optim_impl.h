// The loops of optimiser steps, for each variant and float type: a choice is a select, so that they are vectorised.

struct TYPED(sgd) {
  const struct pt_sgd *options;
  PT_REAL *param, *momentum_buffer;
  const PT_REAL *grad;
};

PT_KERNEL inline __attribute__((always_inline)) void TYPED(sgd_loop)(
    int64_t n, bool has_momentum, const struct pt_sgd *options, PT_REAL *restrict params,
    const PT_REAL *restrict grads, PT_REAL *restrict buffers) {
  PT_REAL sign = options->maximize ? -1 : 1, lr = (PT_REAL)options->lr;
  PT_REAL decay = (PT_REAL)options->weight_decay, momentum = (PT_REAL)options->momentum;
  PT_REAL share = (PT_REAL)(1 - options->dampening);
  bool decays = options->weight_decay != 0, first = options->first_step, nesterov = options->nesterov;
  for (int64_t i = 0; i < n; i++) {
    PT_REAL g = sign * grads[i];
    g = decays ? g + decay * params[i] : g;
    if (has_momentum) {
      PT_REAL buffer = momentum * buffers[i] + share * g;
      buffer = first ? g : buffer;
      buffers[i] = buffer;
      g = nesterov ? g + momentum * buffer : buffer;
    }
    params[i] -= lr * g;
  }
}

PT_KERNEL void TYPED(sgd_range)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(sgd) *s = context;
  if (s->momentum_buffer == NULL) {
    TYPED(sgd_loop)(end - begin, false, s->options, s->param + begin, s->grad + begin, NULL);
  } else {
    TYPED(sgd_loop)(end - begin, true, s->options, s->param + begin, s->grad + begin, s->momentum_buffer + begin);
  }
}

PT_KERNEL void TYPED(pt_sgd_step)(int64_t n, const struct pt_sgd *options, PT_REAL *param, const PT_REAL *grad,
                                  PT_REAL *momentum_buffer) {
  struct TYPED(sgd) s = {options, param, momentum_buffer, grad};
  pt_parallel_for(n, RANGE, TYPED(sgd_range), &s);
}

struct TYPED(adam) {
  const struct pt_adam *options;
  PT_REAL *param, *exp_avg, *exp_avg_sq, *max_exp_avg_sq;
  const PT_REAL *grad;
};

PT_KERNEL inline __attribute__((always_inline)) void TYPED(adam_loop)(
    int64_t n, bool amsgrad, const struct pt_adam *options, PT_REAL *restrict params, const PT_REAL *restrict grads,
    PT_REAL *restrict averages, PT_REAL *restrict squares, PT_REAL *restrict maxima) {
  PT_REAL sign = options->maximize ? -1 : 1, eps = (PT_REAL)options->eps;
  bool decays = options->weight_decay != 0 && !options->decoupled;
  bool shrinks = options->weight_decay != 0 && options->decoupled;
  PT_REAL decay = (PT_REAL)options->weight_decay;
  PT_REAL keep = (PT_REAL)(1 - options->lr * options->weight_decay);
  PT_REAL share1 = (PT_REAL)(1 - options->beta1), beta1 = (PT_REAL)options->beta1;
  PT_REAL share2 = (PT_REAL)(1 - options->beta2), beta2 = (PT_REAL)options->beta2;
  PT_REAL step = (PT_REAL)(options->lr / options->bias_correction1);
  PT_REAL correction = (PT_REAL)__builtin_sqrt(options->bias_correction2);
  bool from_average = 1 - options->beta1 < 0.5;
  for (int64_t i = 0; i < n; i++) {
    PT_REAL param = params[i], g = sign * grads[i];
    g = decays ? g + decay * param : g;
    param = shrinks ? param * keep : param;
    PT_REAL average = averages[i], difference = g - average;
    average = from_average ? average + share1 * difference : g - difference * beta1;
    PT_REAL square = beta2 * squares[i] + share2 * g * g;
    averages[i] = average;
    squares[i] = square;
    if (amsgrad) {
      PT_REAL maximum = maxima[i];
      square = ((square > maximum) | (square != square)) ? square : maximum;
      maxima[i] = square;
    }
    params[i] = param - step * average / (PT_REAL_SQRT(square) / correction + eps);
  }
}

PT_KERNEL void TYPED(adam_range)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(adam) *s = context;
  PT_REAL *params = s->param + begin, *averages = s->exp_avg + begin, *squares = s->exp_avg_sq + begin;
  const PT_REAL *grads = s->grad + begin;
  if (s->max_exp_avg_sq == NULL) {
    TYPED(adam_loop)(end - begin, false, s->options, params, grads, averages, squares, NULL);
  } else {
    TYPED(adam_loop)(end - begin, true, s->options, params, grads, averages, squares, s->max_exp_avg_sq + begin);
  }
}

PT_KERNEL void TYPED(pt_adam_step)(int64_t n, const struct pt_adam *options, PT_REAL *param, const PT_REAL *grad,
                                   PT_REAL *exp_avg, PT_REAL *exp_avg_sq, PT_REAL *max_exp_avg_sq) {
  struct TYPED(adam) s = {options, param, exp_avg, exp_avg_sq, max_exp_avg_sq, grad};
  pt_parallel_for(n, RANGE, TYPED(adam_range), &s);
}
