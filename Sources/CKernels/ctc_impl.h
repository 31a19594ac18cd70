// The loops of the CTC loss, for each variant and float type. Everything is computed in double, in log space.
//
// A sample's states are its labels with blanks around them: 2 · length + 1. State s is entered from s, from s - 1, and
// from s - 2 if both are labels and differ. Rows of scores have two elements of -∞ beside them in place of tests.

struct TYPED(ctc) {
  const struct pt_ctc *p;
  bool zero_infinity;
  const PT_REAL *log_probs;
  PT_REAL *losses;
  double *log_alpha;
  const PT_REAL *grad_losses;
  PT_REAL *grad_log_probs;
};

// out[i] = log(exp(stay[i]) + exp(next[i]) + exp(skip[i] + allowed[i])) + emission[i].
PT_KERNEL void TYPED(advance)(int64_t n, const double *stay, const double *next, const double *skip,
                              const double *allowed, const double *emission, double *restrict out) {
  for (int64_t i = 0; i < n; i++) {
    double a = stay[i], b = next[i], c = skip[i] + allowed[i];
    double high = a > b ? a : b, low = a > b ? b : a;
    double top = high > c ? high : c, middle = high > c ? c : high;
    double sum = 1 + TYPED(pt_exp_wide)(middle - top) + TYPED(pt_exp_wide)(low - top);
    double joined = top + TYPED(pt_log_wide)(sum);
    out[i] = (top == -INFINITY ? a + b + c : joined) + emission[i];
  }
}

PT_KERNEL void TYPED(fill_emission)(const struct TYPED(ctc) *c, const struct ctc_scratch *work, int64_t b, int64_t t) {
  const PT_REAL *log_probs = c->log_probs + (t * c->p->batch + b) * c->p->classes;
  for (int64_t s = 0; s <= 2 * c->p->target_lengths[b]; s++) work->emission[s] = (double)log_probs[work->labels[s]];
}

// Where the forward scores of a sample's step begin; two elements of -∞ are before it.
PT_KERNEL double *TYPED(alpha_row)(const struct TYPED(ctc) *c, const struct ctc_scratch *work, int64_t b, int64_t t) {
  return c->log_alpha + (b * c->p->time + t) * work->stride + 2;
}

// log Σ exp over the two states in which an alignment may end.
PT_KERNEL double TYPED(log_likelihood)(const struct TYPED(ctc) *c, const struct ctc_scratch *work, int64_t b) {
  int64_t length = c->p->input_lengths[b], last = 2 * c->p->target_lengths[b];
  if (length == 0) return last == 0 ? 0 : -INFINITY;
  const double *alpha = TYPED(alpha_row)(c, work, b, length - 1);
  double none = 0, minus_infinity = -INFINITY, total;
  TYPED(advance)(1, alpha + last, alpha + last - 1, &minus_infinity, &none, &none, &total);
  return total;
}

PT_KERNEL void TYPED(ctc_forward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(ctc) *c = context;
  const struct pt_ctc *p = c->p;
  struct ctc_scratch work = allocate_scratch(p);
  for (int64_t b = begin; b < end; b++) {
    int64_t states = 2 * p->target_lengths[b] + 1;
    fill_states(p, &work, b);
    for (int64_t t = 0; t < p->input_lengths[b]; t++) {
      double *alpha = TYPED(alpha_row)(c, &work, b, t);
      const double *before = alpha - work.stride;
      alpha[-2] = alpha[-1] = -INFINITY;
      TYPED(fill_emission)(c, &work, b, t);
      if (t > 0) {
        TYPED(advance)(states, before, before - 1, before - 2, work.allowed, work.emission, alpha);
      } else {
        for (int64_t s = 0; s < states; s++) alpha[s] = s < 2 ? work.emission[s] : -INFINITY;
      }
    }
    c->losses[b] = (PT_REAL)-TYPED(log_likelihood)(c, &work, b);
  }
  pt_free(work.allowed, work.bytes);
}

// The backward scores of step t into work->beta from those of t + 1 in work->later; both have two of -∞ behind.
PT_KERNEL void TYPED(step_back)(const struct ctc_scratch *work, int64_t states, bool is_last) {
  if (is_last) {
    for (int64_t s = 0; s < states; s++) work->beta[s] = s >= states - 2 ? work->emission[s] : -INFINITY;
  } else {
    TYPED(advance)(states, work->later, work->later + 1, work->later + 2, work->allowed + 2, work->emission,
                   work->beta);
  }
  work->beta[states] = work->beta[states + 1] = -INFINITY;
}

// The gradient at one step, from the posterior probabilities of the states.
PT_KERNEL void TYPED(write_gradient)(const struct TYPED(ctc) *c, const struct ctc_scratch *work, int64_t b, int64_t t,
                                     double log_likelihood) {
  int64_t classes = c->p->classes, states = 2 * c->p->target_lengths[b] + 1, start = (t * c->p->batch + b) * classes;
  const double *alpha = TYPED(alpha_row)(c, work, b, t);
  double *terms = work->later;
  for (int64_t s = 0; s < states; s++) {
    terms[s] = TYPED(pt_exp_wide)((alpha[s] + work->beta[s] - log_likelihood) - work->emission[s]);
  }
  memset(work->posterior, 0, (size_t)classes * sizeof(double));
  for (int64_t s = 0; s < states; s++) work->posterior[work->labels[s]] += terms[s];
  const PT_REAL *log_probs = c->log_probs + start;
  PT_REAL *grad_log_probs = c->grad_log_probs + start, grad = c->grad_losses[b];
  for (int64_t k = 0; k < classes; k++) {
    PT_REAL value = (PT_REAL)(TYPED(pt_exp_wide)((double)log_probs[k]) - work->posterior[k]);
    grad_log_probs[k] = log_probs[k] == (PT_REAL)-INFINITY ? (PT_REAL)NAN : value * grad;
  }
}

PT_KERNEL void TYPED(ctc_backward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(ctc) *c = context;
  const struct pt_ctc *p = c->p;
  struct ctc_scratch work = allocate_scratch(p);
  for (int64_t b = begin; b < end; b++) {
    int64_t states = 2 * p->target_lengths[b] + 1, length = p->input_lengths[b];
    double log_likelihood = TYPED(log_likelihood)(c, &work, b);
    bool has_alignment = log_likelihood != -INFINITY;
    fill_states(p, &work, b);
    for (int64_t t = p->time - 1; t >= 0; t--) {
      if (t < length && has_alignment) {
        TYPED(fill_emission)(c, &work, b, t);
        TYPED(step_back)(&work, states, t == length - 1);
        TYPED(write_gradient)(c, &work, b, t, log_likelihood);
        double *later = work.beta;
        work.beta = work.later;
        work.later = later;
      } else {
        PT_REAL value = t < length && !c->zero_infinity ? (PT_REAL)NAN : 0;
        PT_REAL *grad = c->grad_log_probs + (t * p->batch + b) * p->classes;
        for (int64_t k = 0; k < p->classes; k++) grad[k] = value;
      }
    }
  }
  pt_free(work.allowed, work.bytes);
}

PT_KERNEL void TYPED(pt_ctc_loss)(const struct pt_ctc *p, const PT_REAL *log_probs, PT_REAL *losses,
                                  double *log_alpha) {
  struct TYPED(ctc) c = {.p = p, .log_probs = log_probs, .losses = losses, .log_alpha = log_alpha};
  pt_parallel_for(p->batch, pt_grain(WORK * p->time * states_stride(p)), TYPED(ctc_forward), &c);
}

PT_KERNEL void TYPED(pt_ctc_backward)(const struct pt_ctc *p, bool zero_infinity, const PT_REAL *log_probs,
                                      const double *log_alpha, const PT_REAL *grad_losses,
                                      PT_REAL *grad_log_probs) {
  struct TYPED(ctc) c = {.p = p, .zero_infinity = zero_infinity, .log_probs = log_probs,
    .log_alpha = (double *)log_alpha, .grad_losses = grad_losses, .grad_log_probs = grad_log_probs};
  pt_parallel_for(p->batch, pt_grain(WORK * p->time * (states_stride(p) + p->classes)), TYPED(ctc_backward), &c);
}
