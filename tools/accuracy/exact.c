// Exact values by MPFR: Ziv's strategy, whose every step has a bound of its error that is easily seen.
#include "exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/// `value` becomes f(a, b) with a relative error below 2^(8 - precision); returns 0 if it is exact.
static int evaluate(enum function function, double a, double b, mpfr_prec_t precision, mpfr_ptr value) {
  mpfr_t x, y;
  mpfr_inits2(53, x, y, (mpfr_ptr)0);
  mpfr_set_d(x, a, MPFR_RNDN);
  mpfr_set_d(y, b, MPFR_RNDN);
  mpfr_set_prec(value, precision);
  int inexact = 1;
  switch (function) {
    case EXP:
    case WEIGHT: inexact = mpfr_exp(value, x, MPFR_RNDN); break;
    case LOG: inexact = mpfr_log(value, x, MPFR_RNDN); break;
    case SQRT: inexact = mpfr_sqrt(value, x, MPFR_RNDN); break;
    case TANH: inexact = mpfr_tanh(value, x, MPFR_RNDN); break;
    case POW: inexact = mpfr_pow(value, x, y, MPFR_RNDN); break;
    case SIGMOID:
      // Three roundings, each of half a unit in the last place at most: 1 / (1 + exp(-x)).
      mpfr_neg(x, x, MPFR_RNDN);
      mpfr_exp(value, x, MPFR_RNDN);
      mpfr_add_ui(value, value, 1, MPFR_RNDN);
      mpfr_ui_div(value, 1, value, MPFR_RNDN);
      inexact = a != 0 && !isinf(a);
  }
  mpfr_clears(x, y, (mpfr_ptr)0);
  return inexact;
}

static double rounded(mpfr_srcptr value, struct format format) {
  return format.digits == 24 ? mpfr_get_flt(value, MPFR_RNDN) : mpfr_get_d(value, MPFR_RNDN);
}

double exactly(enum function function, double a, double b, struct format format, mpfr_t value) {
  for (mpfr_prec_t precision = 128; precision <= 8192; precision *= 2) {
    int inexact = evaluate(function, a, b, precision, value);
    if (!inexact || !mpfr_regular_p(value)) return rounded(value, format);
    mpfr_t low, high;
    mpfr_inits2(precision, low, high, (mpfr_ptr)0);
    mpfr_mul_2si(low, value, 10 - precision, MPFR_RNDN);
    mpfr_add(high, value, low, MPFR_RNDN);
    mpfr_sub(low, value, low, MPFR_RNDN);
    double first = rounded(low, format), second = rounded(high, format);
    mpfr_clears(low, high, (mpfr_ptr)0);
    if (first == second) return first;
  }
  fprintf(stderr, "function %d of %a and %a could not be rounded\n", function, a, b);
  abort();
}

double units(double result, mpfr_srcptr value, struct format format) {
  mpfr_t difference;
  mpfr_init2(difference, mpfr_get_prec(value));
  mpfr_set_d(difference, result, MPFR_RNDN);
  if (isinf(result)) mpfr_set_si_2exp(difference, result < 0 ? -1 : 1, format.limit, MPFR_RNDN);
  mpfr_exp_t exponent = mpfr_regular_p(value) ? mpfr_get_exp(value) : format.least;
  exponent = exponent > format.limit ? format.limit : exponent;
  mpfr_exp_t last = exponent - format.digits < format.least ? format.least : exponent - format.digits;
  mpfr_sub(difference, difference, value, MPFR_RNDN);
  mpfr_mul_2si(difference, difference, -last, MPFR_RNDN);
  double error = fabs(mpfr_get_d(difference, MPFR_RNDN));
  mpfr_clear(difference);
  return error;
}

double hardness_f64(enum function function, double a, double b) {
  mpfr_t value;
  mpfr_init2(value, 128);
  double nearest = exactly(function, a, b, f64_format, value);
  // Breakpoints are the multiples of half a unit in the last place.
  evaluate(function, a, b, 512, value);
  double error = units(nearest, value, f64_format);
  mpfr_clear(value);
  return fmin(error, fabs(0.5 - error));
}
