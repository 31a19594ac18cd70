// The loops of recurrent gates, for each variant and float type.

struct TYPED(gru) {
  int64_t hidden;
  const PT_REAL *gi, *gh, *hx, *grad_output;
  PT_REAL *y, *gates;
  PT_REAL *grad_gi, *grad_gh, *grad_hx;
};

// One sample.
PT_KERNEL void TYPED(gru_row)(int64_t hidden, const PT_REAL *restrict gi, const PT_REAL *restrict gh,
                              const PT_REAL *restrict hx, PT_REAL *restrict y, PT_REAL *restrict gates) {
  for (int64_t i = 0; i < 2 * hidden; i++) gates[i] = TYPED(pt_sigmoid)(gi[i] + gh[i]);
  PT_REAL *n = gates + 2 * hidden;
  for (int64_t i = 0; i < hidden; i++) n[i] = gi[2 * hidden + i] + gates[i] * gh[2 * hidden + i];
  TYPED(pt_tanh_array)(hidden, n, n, 0);
  for (int64_t i = 0; i < hidden; i++) y[i] = n[i] + gates[hidden + i] * (hx[i] - n[i]);
}

PT_KERNEL void TYPED(gru_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(gru) *s = context;
  int64_t hidden = s->hidden;
  for (int64_t b = begin; b < end; b++) {
    TYPED(gru_row)(hidden, s->gi + b * 3 * hidden, s->gh + b * 3 * hidden, s->hx + b * hidden, s->y + b * hidden,
                   s->gates + b * 3 * hidden);
  }
}

PT_KERNEL void TYPED(pt_gru_gates)(int64_t batch, int64_t hidden, const PT_REAL *gi, const PT_REAL *gh,
                                   const PT_REAL *hx, PT_REAL *y, PT_REAL *gates) {
  int64_t bytes = batch * 3 * hidden * (int64_t)sizeof(PT_REAL);
  PT_REAL *scratch = gates == NULL ? pt_scratch(bytes) : NULL;
  struct TYPED(gru) s = {.hidden = hidden, .gi = gi, .gh = gh, .hx = hx, .y = y,
    .gates = gates == NULL ? scratch : gates};
  pt_parallel_for(batch, pt_grain(WORK * hidden), TYPED(gru_rows), &s);
  pt_free(scratch, bytes);
}

// One sample.
PT_KERNEL void TYPED(gru_backward_row)(int64_t hidden, const PT_REAL *restrict gh, const PT_REAL *restrict hx,
                                       const PT_REAL *restrict gates, const PT_REAL *restrict grad_output,
                                       PT_REAL *restrict grad_gi, PT_REAL *restrict grad_gh,
                                       PT_REAL *restrict grad_hx) {
  for (int64_t i = 0; i < hidden; i++) {
    PT_REAL grad = grad_output[i], r = gates[i], z = gates[hidden + i], n = gates[2 * hidden + i];
    PT_REAL grad_z = grad * (hx[i] - n) * (1 - z) * z;
    PT_REAL grad_n = grad * (1 - z) * (1 - n * n);
    PT_REAL grad_r = grad_n * gh[2 * hidden + i] * (1 - r) * r;
    grad_gi[i] = grad_r;
    grad_gh[i] = grad_r;
    grad_gi[hidden + i] = grad_z;
    grad_gh[hidden + i] = grad_z;
    grad_gi[2 * hidden + i] = grad_n;
    grad_gh[2 * hidden + i] = grad_n * r;
    grad_hx[i] = grad * z;
  }
}

PT_KERNEL void TYPED(gru_backward_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(gru) *s = context;
  int64_t hidden = s->hidden;
  for (int64_t b = begin; b < end; b++) {
    TYPED(gru_backward_row)(hidden, s->gh + b * 3 * hidden, s->hx + b * hidden, s->gates + b * 3 * hidden,
                            s->grad_output + b * hidden, s->grad_gi + b * 3 * hidden, s->grad_gh + b * 3 * hidden,
                            s->grad_hx + b * hidden);
  }
}

PT_KERNEL void TYPED(pt_gru_gates_backward)(int64_t batch, int64_t hidden, const PT_REAL *gh, const PT_REAL *hx,
                                            const PT_REAL *gates, const PT_REAL *grad_output, PT_REAL *grad_gi,
                                            PT_REAL *grad_gh, PT_REAL *grad_hx) {
  struct TYPED(gru) s = {.hidden = hidden, .gh = gh, .hx = hx, .grad_output = grad_output,
    .gates = (PT_REAL *)gates, .grad_gi = grad_gi, .grad_gh = grad_gh, .grad_hx = grad_hx};
  pt_parallel_for(batch, pt_grain(WORK * hidden), TYPED(gru_backward_rows), &s);
}

struct TYPED(rnn) {
  enum pt_rnn_nonlinearity f;
  const PT_REAL *gi, *gh, *saved, *grad_output;
  PT_REAL *y;
};

PT_KERNEL void TYPED(rnn_range)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(rnn) *s = context;
  const PT_REAL *gi = s->gi, *gh = s->gh;
  PT_REAL *y = s->y;
  if (s->f == PT_RNN_TANH) {
    for (int64_t i = begin; i < end; i++) y[i] = gi[i] + gh[i];
    TYPED(pt_tanh_array)(end - begin, y + begin, y + begin, 0);
  } else {
    for (int64_t i = begin; i < end; i++) y[i] = gi[i] + gh[i] < 0 ? 0 : gi[i] + gh[i];
  }
}

PT_KERNEL void TYPED(rnn_backward_range)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(rnn) *s = context;
  const PT_REAL *saved = s->saved, *grad_output = s->grad_output;
  PT_REAL *grad_gates = s->y;
  if (s->f == PT_RNN_TANH) {
    for (int64_t i = begin; i < end; i++) grad_gates[i] = grad_output[i] * (1 - saved[i] * saved[i]);
  } else {
    for (int64_t i = begin; i < end; i++) grad_gates[i] = saved[i] <= 0 ? 0 : grad_output[i];
  }
}

PT_KERNEL void TYPED(pt_rnn_gates)(enum pt_rnn_nonlinearity f, int64_t n, const PT_REAL *gi, const PT_REAL *gh,
                                   PT_REAL *y) {
  struct TYPED(rnn) s = {.f = f, .gi = gi, .gh = gh, .y = y};
  pt_parallel_for(n, PT_TASK / WORK, TYPED(rnn_range), &s);
}

PT_KERNEL void TYPED(pt_rnn_gates_backward)(enum pt_rnn_nonlinearity f, int64_t n, const PT_REAL *y,
                                            const PT_REAL *grad_output, PT_REAL *grad_gates) {
  struct TYPED(rnn) s = {.f = f, .saved = y, .grad_output = grad_output, .y = grad_gates};
  pt_parallel_for(n, PT_TASK / WORK, TYPED(rnn_backward_range), &s);
}
