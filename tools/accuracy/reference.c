// Judges results: correct rounding and the error in units in the last place.
#include "reference.h"

#include "approximate.h"
#include "exact.h"

enum { BLOCK = 1024 };

/// Enters one result beside the correctly rounded one.
static void enter(struct verdict *verdict, double result, double correct, double error, uint64_t a, uint64_t b) {
  verdict->wrong++;
  int misplaced = !(error < INFINITY) || !signbit(result) != !signbit(correct);
  if (misplaced && verdict->misplaced++ == 0) {
    verdict->odd[0] = a;
    verdict->odd[1] = b;
  }
  if (misplaced || !(error > verdict->worst)) return;
  verdict->worst = error;
  verdict->where[0] = a;
  verdict->where[1] = b;
}

static uint32_t bits_f32(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static int same(double x, double y) { return (x != x && y != y) || to_bits(x) == to_bits(y); }

/// The error of a float32 result beside an approximation of the exact value.
static double units_f32(float result, double value) {
  double y = isinf(result) && isfinite(value) ? copysign(0x1p+128, result) : result;
  double last = from_bits(to_bits(fabs(value)) & 0x7ff0000000000000) * 0x1p-23;
  return fabs(y - value) / fmin(fmax(last, 0x1p-149), 0x1p+104);
}

static void approximate_block(enum function function, int count, const float *a, const float *b, double *y) {
#define CASE(name)                                                        \
  case name:                                                              \
    for (int i = 0; i < count; i++) y[i] = approximate(name, a[i], b[i]); \
    break;
  switch (function) {
    CASE(EXP)
    CASE(LOG)
    CASE(SQRT)
    CASE(SIGMOID)
    CASE(TANH)
    CASE(POW)
    CASE(WEIGHT)
  }
#undef CASE
}

static double bound(enum function function) { return function == POW ? POW_BOUND : UNARY_BOUND; }

int64_t judge_f32(enum function function, int64_t count, const float *a, const float *b, int columns,
                  const float *const *results, struct verdict *verdicts) {
  double y[BLOCK];
  float low[BLOCK], high[BLOCK];
  uint8_t doubtful[BLOCK], suspect[BLOCK];
  int64_t decided = 0;
  const double below = 1 - bound(function), above = 1 + bound(function);
  mpfr_t value;
  mpfr_init2(value, 128);
  for (int64_t start = 0; start < count; start += BLOCK) {
    int n = count - start < BLOCK ? (int)(count - start) : BLOCK;
    approximate_block(function, n, a + start, b + start, y);
    for (int i = 0; i < n; i++) {
      low[i] = (float)(y[i] * below);
      high[i] = (float)(y[i] * above);
    }
    for (int c = 0; c < columns; c++) {
      const float *result = results[c] + start;
      for (int i = 0; i < n; i++) {
        // Whether MPFR must decide (NaN of pow is what its approximation knows nothing of), and whether to look at all.
        int nan = y[i] != y[i];
        doubtful[i] = (bits_f32(low[i]) != bits_f32(high[i]) && !nan) || (function == POW && nan);
        int other = bits_f32(low[i]) != bits_f32(result[i]);
        suspect[i] = doubtful[i] || (other && !(nan && result[i] != result[i]));
      }
      for (int i = 0; i < n; i++) {
        if (!suspect[i]) continue;
        double correct = low[i], error;
        if (doubtful[i]) {
          decided += c == 0;
          correct = exactly(function, a[start + i], b[start + i], f32_format, value);
          if (same(correct, result[i])) continue;
          error = units(result[i], value, f32_format);
        } else {
          error = units_f32(result[i], y[i]);
        }
        enter(&verdicts[c], result[i], correct, error, bits_f32(a[start + i]), bits_f32(b[start + i]));
      }
    }
  }
  mpfr_clear(value);
  return decided;
}

int64_t judge_f64(enum function function, int64_t count, const double *a, const double *b, int columns,
                  const double *const *results, struct verdict *verdicts) {
  mpfr_t value;
  mpfr_init2(value, 128);
  for (int64_t i = 0; i < count; i++) {
    double correct = exactly(function, a[i], b[i], f64_format, value);
    for (int c = 0; c < columns; c++) {
      double result = results[c][i];
      if (same(correct, result)) continue;
      enter(&verdicts[c], result, correct, units(result, value, f64_format), to_bits(a[i]), to_bits(b[i]));
    }
  }
  mpfr_clear(value);
  return count;
}

double claimed_f32(enum function function, int64_t count, const float *a, const float *b) {
  double worst = 0;
  mpfr_t value, difference;
  mpfr_inits2(128, value, difference, (mpfr_ptr)0);
  for (int64_t i = 0; i < count; i++) {
    double y = approximate(function, a[i], b[i]);
    exactly(function, a[i], b[i], f64_format, value);
    // Where the result is 0 or infinity in float32 the approximation may be anything that is so too.
    float rounded = mpfr_get_flt(value, MPFR_RNDN);
    if (isnan(y) || isnan(rounded) || isinf(rounded) || rounded == 0) continue;
    mpfr_d_sub(difference, y, value, MPFR_RNDN);
    mpfr_div(difference, difference, value, MPFR_RNDN);
    worst = fmax(worst, fabs(mpfr_get_d(difference, MPFR_RNDN)) / bound(function));
  }
  mpfr_clears(value, difference, (mpfr_ptr)0);
  return worst;
}

#define DIFFERING(T, suffix)                                                          \
  int64_t differing_##suffix(int64_t count, const T *x, const T *y) {                 \
    int64_t number = 0;                                                               \
    for (int64_t i = 0; i < count; i++) {                                             \
      int nan = (x[i] != x[i]) & (y[i] != y[i]);                                      \
      number += !nan & ((x[i] != y[i]) | (!signbit(x[i]) != !signbit(y[i])));       \
    }                                                                                 \
    return number;                                                                    \
  }

DIFFERING(float, f32)
DIFFERING(double, f64)
