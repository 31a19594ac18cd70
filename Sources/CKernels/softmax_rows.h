// The maximum and the sum of exponentials of a row or of a strip of columns, for each variant and float type. A NaN
// is no maximum: it makes the sum NaN.
#include "rows.h"

struct TYPED(statistics) {
  PT_REAL maximum[STRIP];
  double sum[STRIP];  // Σ exp(x - maximum)
};

// exp(x). Where it rounds to zero it isn't computed: a result below the normal numbers costs over a hundred cycles, and
// a mask makes many.
PT_KERNEL inline __attribute__((always_inline)) PT_REAL TYPED(weight)(PT_REAL x) {
  bool vanishes = x < (sizeof(PT_REAL) == sizeof(float) ? -104 : -746);
  PT_REAL weight = TYPED(pt_exp_weight)(vanishes ? 0 : x);
  return vanishes ? 0 : weight;
}

// terms[i] = exp(x[i] - maximum).
PT_KERNEL inline __attribute__((always_inline)) void TYPED(exponentials)(int64_t n, const PT_REAL *x, PT_REAL maximum,
                                                                         PT_REAL *terms) {
  for (int64_t i = 0; i < n; i++) terms[i] = TYPED(weight)(x[i] - maximum);
}

// Of a contiguous row; the exponentials go to y where it isn't NULL.
PT_KERNEL void TYPED(row_statistics)(int64_t n, const PT_REAL *x, PT_REAL *y, PT_REAL *maximum, double *sum) {
  PT_REAL top = TYPED(row_maximum_number)(n, x), buffer[STRIP];
  pt_double16 sums = {0}, lanes;
  for (int64_t k = 0; k < n; k += STRIP) {
    int64_t length = pt_min_i64(n - k, STRIP);
    PT_REAL *terms = y == NULL ? buffer : y + k;
    TYPED(exponentials)(length, x + k, top, terms);
    int64_t i = 0;
    for (; i + PT_LANES <= length; i += PT_LANES) {
      TYPED(load_lanes)(&lanes, terms + i, PT_LANES);
      sums += lanes;
    }
    if (i < length) {
      TYPED(load_lanes)(&lanes, terms + i, length - i);
      sums += lanes;
    }
  }
  *maximum = top;
  *sum = pt_sum_lanes(&sums);
}

// Of columns side by side; the exponentials go to y, which has the strides of x, where it isn't NULL.
PT_KERNEL void TYPED(strip_statistics)(int64_t n, int64_t width, int64_t inner, const PT_REAL *x, PT_REAL *y,
                                       struct TYPED(statistics) *result) {
  PT_REAL *maximum = result->maximum;
  double *sum = result->sum;
  for (int64_t i = 0; i < width; i++) {
    maximum[i] = (PT_REAL)-INFINITY;
    sum[i] = 0;
  }
  for (int64_t k = 0; k < n; k++) {
    const PT_REAL *line = x + k * inner;
    for (int64_t i = 0; i < width; i++) maximum[i] = TYPED(greater_number)(maximum[i], line[i]);
  }
  for (int64_t k = 0; k < n; k++) {
    const PT_REAL *line = x + k * inner;
    PT_REAL buffer[STRIP], *terms = y == NULL ? buffer : y + k * inner;
    for (int64_t i = 0; i < width; i++) terms[i] = TYPED(weight)(line[i] - maximum[i]);
    for (int64_t i = 0; i < width; i++) sum[i] += (double)terms[i];
  }
}
