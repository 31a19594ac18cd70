// The functions in double for float32 operands, with a bound of the relative error that is shown beside each.
//
// u = 2^-53 is what one rounding of double adds. Nothing here is shared with the kernels that are judged.
#ifndef APPROXIMATE_H
#define APPROXIMATE_H

#include "reference.h"

#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/// The bound of the unary functions, and that of pow.
#define UNARY_BOUND 0x1p-49
#define POW_BOUND 0x1p-42

INLINE double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE uint64_t to_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

struct reduced {
  double power, rest;
};

/// exp(x) = power (1 + rest) for |x| <= 115, with |rest| <= 0.415.
///
/// n times the 40-bit head of ln 2 is exact, and so is x minus it, a multiple of 2^-54 below 0.35. The tail is rounded
/// away by at most 2^-55. The Taylor series to r^13 / 13! leaves out less than 2^-57. Its value r + r^2 p errs by u of
/// the sum and by 3 u of r^2 p, which is at most 0.2 of it: below 2 u |rest|, where n = 0; elsewhere 2^-54.6 more.
INLINE struct reduced reduce(double x) {
  const double head = 0x1.62e42fefa2p-1, tail = 0x1.9ef35793c7673p-41, rounder = 0x1.8p+52;
  double shifted = x * 0x1.71547652b82fep+0 + rounder;
  double n = shifted - rounder;
  double r = (x - n * head) - n * tail;
  double p = 1.0 / 6227020800;
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  struct reduced result = {from_bits((to_bits(shifted) + 1023) << 52), r + r * r * p};
  return result;
}

/// Within 4 u: 1 + rest is at least 0.707, and errs by 0.83 u + 0.33 u from rest and by u from the sum.
INLINE double approximate_exp(double x) {
  x = x > 115 ? 115 : x;
  struct reduced e = reduce(x < -115 ? -115 : x);
  return e.power * (1 + e.rest);
}

/// Within 8 u. x = 2^k m with m in [sqrt(1/2), sqrt(2)) and s = (m - 1) / (m + 1), whose operands are exact, so that it
/// errs by u; log m = 2 s (1 + s^2 / 3 + ...) errs by 3.2 u, and what follows s^22 / 23 is below 2^-65. The product k
/// ln 2 errs by 1.5 u and is at most twice the sum, for k = 1 or -1, and the sum errs by u.
INLINE double approximate_log(double x) {
  uint64_t bits = to_bits(x), base = (uint64_t)1023 << 52;
  uint64_t exponent = (bits - 0x3fe6a09e667f3bcd + base) >> 52;
  double k = from_bits(exponent | 0x4330000000000000) - (0x1p+52 + 1023);
  double m = from_bits(bits - (exponent << 52) + base);
  double s = (m - 1) / (m + 1), z = s * s;
  double p = 1.0 / 23;
  p = p * z + 1.0 / 21;
  p = p * z + 1.0 / 19;
  p = p * z + 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  double result = k * 0x1.62e42fefa39efp-1 + 2 * s * (1 + p * z);
  result = x == INFINITY ? x : result;
  result = x == 0 ? -INFINITY : result;
  return x >= 0 ? result : NAN;
}

/// Within 7 u: those of e, and one each of the sum and the quotient. Beyond 115 either is 0 or 1 in float32.
INLINE double approximate_sigmoid(double x) {
  double e = approximate_exp(-fabs(x));
  double y = (x < 0 ? e : 1) / (1 + e);
  return x == x ? y : x;
}

/// Within 12 u. tanh|x| = t / (t + 2) with t = exp(2|x|) - 1, which is at least 0.41 where n > 0: there 2 u from rest
/// are 6 u of t at most, and the sum and power - 1 add one each; where n = 0 t is rest, within 2 u. The quotient errs no
/// more than t does, and by its own two roundings. Beyond 20 it is 1 within 2^-56.
INLINE double approximate_tanh(double x) {
  double magnitude = fabs(x);
  struct reduced e = reduce(2 * (magnitude > 20 ? 20 : magnitude));
  double t = e.power * e.rest + (e.power - 1);
  double y = copysign(t / (t + 2), x);
  return x == x ? y : x;
}

/// exp(b log|a|) with the sign of an odd power; NaN leaves it to MPFR. Within 2^-43: b log|a| errs by 9 u of itself,
/// which is at most 115 wherever the result is neither 0 nor infinity.
INLINE double approximate_pow(float a, float b) {
  double exponent = b * approximate_log(fabs((double)a));
  double y = approximate_exp(exponent);
  double magnitude = fabs((double)b), whole = nearbyint(magnitude), half = 0.5 * magnitude;
  int integer = whole == magnitude, odd = integer && nearbyint(half) != half;
  int ordinary = isfinite(a) && isfinite(b) && a != 0 && (a > 0 || integer);
  return ordinary ? (odd && a < 0 ? -y : y) : NAN;
}

INLINE double approximate(enum function function, float a, float b) {
  switch (function) {
    case EXP:
    case WEIGHT: return a < INFINITY ? approximate_exp(a) : a;
    case LOG: return approximate_log(a);
    case SQRT: return sqrt(a);
    case SIGMOID: return approximate_sigmoid(a);
    case TANH: return approximate_tanh(a);
    default: return approximate_pow(a, b);
  }
}

#endif
