// The counter-based random number generator: the public functions.
#include "pt_random.h"

#include "real.h"

enum { BATCH = 16 };  // blocks that are made together

// The third word of the counter; it keeps the functions' streams apart.
enum kind { UNIFORM_F32, UNIFORM_F64, NORMAL_F32, NORMAL_F64, BERNOULLI, INTEGERS };

// n elements to draw.
struct request {
  enum kind kind;
  uint64_t seed, offset;
  int64_t block_length;  // elements made of one block of four words
  int64_t size;          // bytes of an element
  double low, high;      // or mean and standard deviation
  int64_t first;         // of integers
  uint64_t range;        // of integers; how many of 2^32 words are ones
  char *out;
};

#define PT_IMPL "random_impl.h"
#include "each_variant.h"

static PT_DISPATCH(void, pt_draw, (struct request *r, int64_t n), (r, n))

void pt_random_uniform_f32(uint64_t seed, uint64_t offset, int64_t n, double low, double high, float *out) {
  struct request r = {.kind = UNIFORM_F32, .seed = seed, .offset = offset, .block_length = 4, .size = sizeof(float),
    .low = low, .high = high, .out = (char *)out};
  pt_draw(&r, n);
}

void pt_random_uniform_f64(uint64_t seed, uint64_t offset, int64_t n, double low, double high, double *out) {
  struct request r = {.kind = UNIFORM_F64, .seed = seed, .offset = offset, .block_length = 2, .size = sizeof(double),
    .low = low, .high = high, .out = (char *)out};
  pt_draw(&r, n);
}

void pt_random_normal_f32(uint64_t seed, uint64_t offset, int64_t n, double mean, double standard_deviation,
                          float *out) {
  struct request r = {.kind = NORMAL_F32, .seed = seed, .offset = offset, .block_length = 4, .size = sizeof(float),
    .low = mean, .high = standard_deviation, .out = (char *)out};
  pt_draw(&r, n);
}

void pt_random_normal_f64(uint64_t seed, uint64_t offset, int64_t n, double mean, double standard_deviation,
                          double *out) {
  struct request r = {.kind = NORMAL_F64, .seed = seed, .offset = offset, .block_length = 2, .size = sizeof(double),
    .low = mean, .high = standard_deviation, .out = (char *)out};
  pt_draw(&r, n);
}

void pt_random_bernoulli_u8(uint64_t seed, uint64_t offset, int64_t n, double keep_probability, uint8_t *out) {
  double bounded = keep_probability > 0 ? keep_probability : 0;
  struct request r = {.kind = BERNOULLI, .seed = seed, .offset = offset, .block_length = 4, .size = 1,
    .range = (uint64_t)((bounded < 1 ? bounded : 1) * 0x1p32 + 0.5), .out = (char *)out};
  pt_draw(&r, n);
}

void pt_random_integers_i64(uint64_t seed, uint64_t offset, int64_t n, int64_t low, int64_t high, int64_t *out) {
  struct request r = {.kind = INTEGERS, .seed = seed, .offset = offset, .block_length = 2, .size = sizeof(int64_t),
    .first = low, .range = high > low ? (uint64_t)high - (uint64_t)low : 0, .out = (char *)out};
  pt_draw(&r, n);
}
