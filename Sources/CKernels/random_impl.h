// The loops of the random number generator, for each variant.
#include "math_inline.h"

// BATCH successive blocks of four words, from counters (first + i, kind).
PT_KERNEL void VARIANT(fill_words)(uint64_t seed, enum kind kind, uint64_t first, uint32_t *words) {
  uint32_t a[BATCH], b[BATCH], c[BATCH], d[BATCH];
  for (int i = 0; i < BATCH; i++) {
    a[i] = (uint32_t)(first + (uint64_t)i);
    b[i] = (uint32_t)((first + (uint64_t)i) >> 32);
    c[i] = kind;
    d[i] = 0;
  }
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < BATCH; i++) {
      uint64_t first_product = (uint64_t)0xd2511f53 * a[i], second_product = (uint64_t)0xcd9e8d57 * c[i];
      uint32_t b_next = (uint32_t)second_product, d_next = (uint32_t)first_product;
      a[i] = (uint32_t)(second_product >> 32) ^ b[i] ^ key0;
      c[i] = (uint32_t)(first_product >> 32) ^ d[i] ^ key1;
      b[i] = b_next;
      d[i] = d_next;
    }
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  for (int i = 0; i < BATCH; i++) {
    words[4 * i] = a[i];
    words[4 * i + 1] = b[i];
    words[4 * i + 2] = c[i];
    words[4 * i + 3] = d[i];
  }
}

PT_KERNEL inline uint64_t VARIANT(long_word)(const uint32_t *words, int i) {
  return words[2 * i] | (uint64_t)words[2 * i + 1] << 32;
}

PT_KERNEL void VARIANT(make_uniform_f32)(const struct request *r, const uint32_t *words, void *batch) {
  float *out = batch, high = (float)r->high, low = (float)r->low;
  for (int i = 0; i < 4 * BATCH; i++) {
    float value = (float)(r->low + (double)(words[i] >> 8) * 0x1p-24 * (r->high - r->low));
    out[i] = value < high ? value : low;
  }
}

PT_KERNEL void VARIANT(make_uniform_f64)(const struct request *r, const uint32_t *words, void *batch) {
  double *out = batch;
  for (int i = 0; i < 2 * BATCH; i++) {
    double unit = (double)(int64_t)(VARIANT(long_word)(words, i) >> 11) * 0x1p-53;
    double value = r->low + unit * (r->high - r->low);
    out[i] = value < r->high ? value : r->low;
  }
}

// cos and sin of 2π · turn for 0 <= turn < 1, scaled: Taylor series on the nearest quarter turn.
PT_KERNEL inline void VARIANT(circle)(double turn, double radius, double *x, double *y) {
  double quarter = (double)(int32_t)(turn * 4 + 0.5);
  double angle = (turn - quarter * 0.25) * 0x1.921fb54442d18p+2, square = angle * angle;
  double sine = -1.0 / 1307674368000;
  sine = sine * square + 1.0 / 6227020800;
  sine = sine * square - 1.0 / 39916800;
  sine = sine * square + 1.0 / 362880;
  sine = sine * square - 1.0 / 5040;
  sine = sine * square + 1.0 / 120;
  sine = sine * square - 1.0 / 6;
  sine = sine * square * angle + angle;
  double cosine = 1.0 / 20922789888000;
  cosine = cosine * square - 1.0 / 87178291200;
  cosine = cosine * square + 1.0 / 479001600;
  cosine = cosine * square - 1.0 / 3628800;
  cosine = cosine * square + 1.0 / 40320;
  cosine = cosine * square - 1.0 / 720;
  cosine = cosine * square + 1.0 / 24;
  cosine = cosine * square - 1.0 / 2;
  cosine = cosine * square + 1;
  bool is_odd = (quarter == 1) | (quarter == 3);
  double right = is_odd ? sine : cosine, up = is_odd ? cosine : sine;
  *x = radius * (((quarter == 1) | (quarter == 2)) ? -right : right);
  *y = radius * (((quarter == 2) | (quarter == 3)) ? -up : up);
}

PT_KERNEL void VARIANT(make_normal_f32)(const struct request *r, const uint32_t *words, void *batch) {
  float *out = batch;
  for (int i = 0; i < 2 * BATCH; i++) {
    double unit = ((double)words[2 * i] + 1) * 0x1p-32, x, y;
    double radius = PT_SQRT_F64(-2 * VARIANT(pt_log_fast)(unit));
    VARIANT(circle)((double)words[2 * i + 1] * 0x1p-32, radius, &x, &y);
    out[2 * i] = (float)(r->low + r->high * x);
    out[2 * i + 1] = (float)(r->low + r->high * y);
  }
}

PT_KERNEL void VARIANT(make_normal_f64)(const struct request *r, const uint32_t *words, void *batch) {
  double *out = batch;
  for (int i = 0; i < BATCH; i++) {
    double unit = ((double)(int64_t)(VARIANT(long_word)(words, 2 * i) >> 11) + 1) * 0x1p-53, x, y;
    double turn = (double)(int64_t)(VARIANT(long_word)(words, 2 * i + 1) >> 11) * 0x1p-53;
    double radius = PT_SQRT_F64(-2 * VARIANT(pt_log_f64)(unit));
    VARIANT(circle)(turn, radius, &x, &y);
    out[2 * i] = r->low + r->high * x;
    out[2 * i + 1] = r->low + r->high * y;
  }
}

PT_KERNEL void VARIANT(make_bernoulli)(const struct request *r, const uint32_t *words, void *batch) {
  uint8_t *out = batch;
  for (int i = 0; i < 4 * BATCH; i++) out[i] = words[i] < r->range;
}

PT_KERNEL void VARIANT(make_integers)(const struct request *r, const uint32_t *words, void *batch) {
  int64_t *out = batch;
  for (int i = 0; i < 2 * BATCH; i++) {
    uint64_t part = (uint64_t)((unsigned __int128)VARIANT(long_word)(words, i) * r->range >> 64);
    out[i] = (int64_t)((uint64_t)r->first + part);
  }
}

PT_KERNEL void VARIANT(draw)(void *context, int64_t begin, int64_t end) {
  static void (*const makers[])(const struct request *, const uint32_t *, void *) = {
    [UNIFORM_F32] = VARIANT(make_uniform_f32), [UNIFORM_F64] = VARIANT(make_uniform_f64),
    [NORMAL_F32] = VARIANT(make_normal_f32),   [NORMAL_F64] = VARIANT(make_normal_f64),
    [BERNOULLI] = VARIANT(make_bernoulli),     [INTEGERS] = VARIANT(make_integers),
  };
  const struct request *r = context;
  int64_t length = BATCH * r->block_length;
  uint32_t words[4 * BATCH];
  double batch[2 * BATCH];
  while (begin < end) {
    uint64_t first = (r->offset + (uint64_t)begin) / (uint64_t)r->block_length;
    int64_t skipped = (int64_t)((r->offset + (uint64_t)begin) % (uint64_t)r->block_length);
    int64_t count = pt_min_i64(end - begin, length - skipped);
    VARIANT(fill_words)(r->seed, r->kind, first, words);
    makers[r->kind](r, words, batch);
    memcpy(r->out + begin * r->size, (const char *)batch + skipped * r->size, (size_t)(count * r->size));
    begin += count;
  }
}

PT_KERNEL void VARIANT(pt_draw)(struct request *r, int64_t n) {
  pt_parallel_for(n, PT_TASK, VARIANT(draw), r);
}
