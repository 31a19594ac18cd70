// The CTC loss: the public functions and the scratch space of a sample.
#include "pt_ctc.h"

#include "real.h"

#include <math.h>

enum { WORK = 32 };  // a state's cost beside that of an addition

// How far the rows of log_alpha are apart.
static int64_t states_stride(const struct pt_ctc *p) {
  int64_t longest = 0;
  for (int64_t b = 0; b < p->batch; b++) {
    if (p->target_lengths[b] > longest) longest = p->target_lengths[b];
  }
  return 2 * longest + 3;
}

int64_t pt_ctc_log_alpha_count(const struct pt_ctc *p) { return p->batch * p->time * states_stride(p); }

// Space for one sample at a time.
struct ctc_scratch {
  int64_t bytes, stride;
  double *allowed, *emission, *beta, *later;  // [stride]
  double *posterior;                          // [classes]
  int64_t *labels;                            // [stride]
};

static struct ctc_scratch allocate_scratch(const struct pt_ctc *p) {
  int64_t stride = states_stride(p), bytes = (5 * stride + p->classes) * 8;
  double *memory = pt_scratch(bytes);
  return (struct ctc_scratch){.bytes = bytes, .stride = stride, .allowed = memory, .emission = memory + stride,
    .beta = memory + 2 * stride, .later = memory + 3 * stride, .labels = (int64_t *)(memory + 4 * stride),
    .posterior = memory + 5 * stride};
}

// A sample's labels between blanks, and where two states may be skipped to: 0 or -∞.
static void fill_states(const struct pt_ctc *p, const struct ctc_scratch *work, int64_t b) {
  const int64_t *targets = p->targets + p->target_offsets[b];
  int64_t states = 2 * p->target_lengths[b] + 1;
  for (int64_t s = 0; s < states + 2; s++) work->allowed[s] = -INFINITY;
  for (int64_t s = 0; s < states; s++) {
    work->labels[s] = s % 2 == 0 ? p->blank : targets[s / 2];
    if (s % 2 == 1 && s >= 3 && targets[s / 2] != targets[s / 2 - 1]) work->allowed[s] = 0;
  }
}

#define PT_REAL_IMPL "ctc_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_ctc_loss##S, (const struct pt_ctc *p, const T *log_probs, T *losses, double *log_alpha),     \
              (p, log_probs, losses, log_alpha))                                                                    \
  PT_DISPATCH(void, pt_ctc_backward##S, (const struct pt_ctc *p, bool zero_infinity, const T *log_probs, const      \
              double *log_alpha, const T *grad_losses, T *grad_log_probs), (p, zero_infinity, log_probs,            \
              log_alpha, grad_losses, grad_log_probs))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
