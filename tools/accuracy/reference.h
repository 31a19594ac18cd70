// What Python calls: judging results of float32 and float64 functions against a reference of higher precision.
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdint.h>

/// The functions of the kernels; `WEIGHT` is softmax's exp, for arguments that are not positive.
enum function { EXP, LOG, SQRT, SIGMOID, TANH, POW, WEIGHT };

/// What is known of one implementation's results.
struct verdict {
  int64_t wrong;      ///< results that are not the exact value correctly rounded
  int64_t misplaced;  ///< of these, NaN, infinity or a sign where it doesn't belong, or none where it does
  double worst;       ///< the largest error of the others, in units in the last place; 0 if none is wrong
  uint64_t where[2];  ///< the bits of the operands with the largest error
  uint64_t odd[2];    ///< those of the first misplaced result
};

/// Judges `count` results of each of `columns` implementations; `b` is read by `POW` only. Adds to `verdicts` and
/// returns the number of inputs that MPFR decided.
int64_t judge_f32(enum function function, int64_t count, const float *a, const float *b, int columns,
                  const float *const *results, struct verdict *verdicts);
/// As `judge_f32`, float64; MPFR decides all of them.
int64_t judge_f64(enum function function, int64_t count, const double *a, const double *b, int columns,
                  const double *const *results, struct verdict *verdicts);

/// The largest error of the approximation that decides most of float32, divided by the bound that it claims.
double claimed_f32(enum function function, int64_t count, const float *a, const float *b);

/// How near the exact value is to a number of float64 or the middle between two, in units in the last place.
double hardness_f64(enum function function, double a, double b);

/// How many results have other bits; NaN has one pattern here.
int64_t differing_f32(int64_t count, const float *x, const float *y);
int64_t differing_f64(int64_t count, const double *x, const double *y);

#endif
