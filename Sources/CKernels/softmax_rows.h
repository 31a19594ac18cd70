// The maximum and the sum of exponentials of a row or of a strip of columns, for each variant and float type.
#include "rows.h"

struct TYPED(statistics) {
  double maximum[STRIP];
  double sum[STRIP];  // Σ exp(x - maximum)
};

// Of a contiguous row; the exponentials go to y where it isn't NULL.
PT_KERNEL void TYPED(row_statistics)(int64_t n, const PT_REAL *x, PT_REAL *y, double *maximum, double *sum) {
  double top = (double)TYPED(row_maximum)(n, x);
  double lanes[PT_LANES] = {0}, terms[PT_LANES];
  for (int64_t k = 0; k < n; k += PT_LANES) {
    int64_t length = pt_min_i64(n - k, PT_LANES);
    if (length == PT_LANES) {
      for (int i = 0; i < PT_LANES; i++) terms[i] = TYPED(pt_exp_wide)((double)x[k + i] - top);
    } else {
      for (int i = 0; i < length; i++) terms[i] = TYPED(pt_exp_wide)((double)x[k + i] - top);
    }
    if (y != NULL) {
      for (int i = 0; i < length; i++) y[k + i] = (PT_REAL)terms[i];
    }
    for (int i = 0; i < length; i++) lanes[i] += terms[i];
  }
  *maximum = top;
  *sum = pt_sum_lanes((const pt_double16 *)lanes);
}

// Of columns side by side; the exponentials go to y, which has the strides of x, where it isn't NULL.
PT_KERNEL void TYPED(strip_statistics)(int64_t n, int64_t width, int64_t inner, const PT_REAL *x, PT_REAL *y,
                                       struct TYPED(statistics) *result) {
  PT_REAL maxima[STRIP];
  for (int64_t i = 0; i < width; i++) maxima[i] = (PT_REAL)-INFINITY;
  for (int64_t k = 0; k < n; k++) {
    const PT_REAL *line = x + k * inner;
    for (int64_t i = 0; i < width; i++) maxima[i] = TYPED(greater)(maxima[i], line[i]);
  }
  for (int64_t i = 0; i < width; i++) {
    result->maximum[i] = (double)maxima[i];
    result->sum[i] = 0;
  }
  for (int64_t k = 0; k < n; k++) {
    const PT_REAL *line = x + k * inner;
    double terms[STRIP];
    for (int64_t i = 0; i < width; i++) terms[i] = TYPED(pt_exp_wide)((double)line[i] - result->maximum[i]);
    if (y != NULL) {
      for (int64_t i = 0; i < width; i++) y[k * inner + i] = (PT_REAL)terms[i];
    }
    for (int64_t i = 0; i < width; i++) result->sum[i] += terms[i];
  }
}
