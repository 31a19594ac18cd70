// Calls every family of kernels on the same inputs and prints digests of the bits: equal on every machine.
#include "pt_conv.h"
#include "pt_copy.h"
#include "pt_cpu.h"
#include "pt_ctc.h"
#include "pt_elementwise.h"
#include "pt_gemm.h"
#include "pt_loss.h"
#include "pt_norm.h"
#include "pt_optim.h"
#include "pt_pooling.h"
#include "pt_random.h"
#include "pt_recurrent.h"
#include "pt_reduce.h"
#include "pt_softmax.h"
#include "pt_threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL = 1 << 18 };  // elements of each pool of inputs and outputs

static uint64_t mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

// Word `index` of a splitmix64 stream.
static uint64_t word(uint64_t stream, uint64_t index) { return mix(stream * 0xD1B54A32D192ED03 + index * 0x9E3779B97F4A7C15); }

// Dyadic rationals in [-2, 2).
static double ordinary(uint64_t stream, uint64_t index) { return (double)(word(stream, index) >> 42) / (1 << 20) - 2; }

// One in eight is special: zeros, infinities, NaN, subnormal, huge and tiny numbers; else of any magnitude.
static double wild(uint64_t stream, uint64_t index, double least, double greatest) {
  const double specials[] = {0, -0.0, INFINITY, -INFINITY, NAN, least, -3 * least, greatest, -greatest, 1, -1, 0.5};
  uint64_t w = word(stream + 77, index);
  if (w % 8 == 0) return specials[w / 8 % (sizeof specials / sizeof *specials)];
  return ldexp(ordinary(stream, index), (int)(w / 8 % 60) - 30);
}

static uint64_t digest;

static void add_byte(uint8_t byte) { digest = (digest ^ byte) * 0x100000001B3; }

static void add_bytes(const void *bytes, int64_t count) {
  for (int64_t i = 0; i < count; i++) add_byte(((const uint8_t *)bytes)[i]);
}

static void begin(void) { digest = 0xCBF29CE484222325; }

static void end(const char *name) { printf("%-40s %016llx\n", name, (unsigned long long)digest); }

static int64_t indices[POOL];
static uint8_t bytes[POOL];
static double wide[4][POOL];

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define F(name) CONCAT(name, SUFFIX)
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

#define REAL float
#define SUFFIX _f32
#define LEAST 0x1p-149
#define GREATEST 0x1.fffffep+127
#include "families.h"
#undef REAL
#undef SUFFIX
#undef LEAST
#undef GREATEST

#define REAL double
#define SUFFIX _f64
#define LEAST 0x1p-1074
#define GREATEST 0x1.fffffffffffffp+1023
#include "families.h"

static void integers(void) {
  static int64_t x[1000], y[1000], out[1000];
  static uint8_t result[1000];
  for (int64_t i = 0; i < 1000; i++) {
    x[i] = (int64_t)word(1, (uint64_t)i) >> (word(2, (uint64_t)i) % 60);
    y[i] = (int64_t)(word(3, (uint64_t)i) % 7) - 2;
  }
  begin();
  for (int op = PT_ADD; op <= PT_MINIMUM; op++) {
    if (op == PT_DIV) continue;
    pt_binary_contiguous_i64(op, 1000, out, x, y);
    add_bytes(out, sizeof out);
  }
  const int64_t shape[] = {1000}, one[] = {1};
  pt_compare_i64(PT_LT, 1, shape, result, x, one, y, one);
  add_bytes(result, sizeof result);
  pt_sum_i64(10, 20, 5, x, out);
  add_bytes(out, 50 * 8);
  pt_random_integers_i64(7, 3, 1000, -50, 1000, out);
  add_bytes(out, sizeof out);
  pt_random_bernoulli_u8(7, 3, 1000, 0.3, result);
  add_bytes(result, sizeof result);
  end("integers");
}

int main(void) {
  fprintf(stderr, "%s, %d threads, %s\n", pt_variant_name(pt_active_variant()), pt_num_threads(), pt_compiler());
  integers();
  families_f32();
  families_f64();
  return 0;
}
