// Sums over the batch and the inner dimensions: gradients of biases.
#include "pt_conv.h"
#include "pt_threads.h"
#include "variant.h"
#include "vectors.h"

enum { LANES = 16, SUM_GRAIN = 1 << 16, COLUMNS = 64 };

struct channel_sum {
  int64_t batch, channels, inner;
  const void *x;
  void *out;
};

#define PT_IMPL "channel_sum_impl.h"
#include "each_variant.h"

static PT_DISPATCH(void, sum_channels_f32, (void *context, int64_t begin, int64_t end), (context, begin, end))
static PT_DISPATCH(void, sum_channels_f64, (void *context, int64_t begin, int64_t end), (context, begin, end))

static void sum_all(const struct channel_sum *s, pt_range_body body) {
  int64_t work = s->batch * s->inner;
  pt_parallel_for(s->channels, work < SUM_GRAIN ? SUM_GRAIN / (work + 1) : 1, body, (void *)s);
}

void pt_channel_sum_f32(int64_t batch, int64_t channels, int64_t inner, const float *x, float *out) {
  struct channel_sum s = {.batch = batch, .channels = channels, .inner = inner, .x = x, .out = out};
  sum_all(&s, sum_channels_f32);
}

void pt_channel_sum_f64(int64_t batch, int64_t channels, int64_t inner, const double *x, double *out) {
  struct channel_sum s = {.batch = batch, .channels = channels, .inner = inner, .x = x, .out = out};
  sum_all(&s, sum_channels_f64);
}
