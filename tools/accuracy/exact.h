// Exact values by MPFR: correctly rounded ones and errors, for any function of reference.h.
#ifndef EXACT_H
#define EXACT_H

#include "reference.h"

#include <mpfr.h>

/// The significand bits and the least exponent of a type, and the exponent beyond which it overflows.
struct format {
  int digits, least, limit;
};

static const struct format f32_format = {24, -149, 128}, f64_format = {53, -1074, 1024};

/// Computes a function anew with more bits until rounding is beyond doubt; `value` keeps what it was decided from.
double exactly(enum function function, double a, double b, struct format format, mpfr_t value);

/// |result - value| in units in the last place of value; overflow counts as the power of two that is too large.
double units(double result, mpfr_srcptr value, struct format format);

#endif
