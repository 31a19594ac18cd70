// exp, log, sigmoid and tanh of float64. Part of math_inline.h; no include guard.
//
// The reductions are those of math_f32.h with longer polynomials (relative error 2^-64 and 2^-66.7 in the
// result). What a sum would round away is kept in a second double, so that one rounding dominates the error.

#ifndef PT_MATH_F64_TYPES
#define PT_MATH_F64_TYPES

/// exp(x) = 2^n (1 + r + tail), |r| <= ln(2) / 2.
struct pt_exp_parts {
  double n, r, tail;
};

/// x = 2^k m, m in [sqrt(1/2), sqrt(2)).
struct pt_log_parts {
  double k, m;
};

#endif

/// The parts of exp(x + low), for |x| <= 800 and |low| at most a few units in the last place of x.
PT_MATH struct pt_exp_parts VARIANT(pt_exp_split)(double x, double low) {
  struct pt_exp_parts parts;
  parts.n = __builtin_fma(x, PT_LOG2E, PT_ROUNDER) - PT_ROUNDER;
  double high = __builtin_fma(parts.n, -PT_LN2_HIGH, x);
  double rest = __builtin_fma(parts.n, -PT_LN2_LOW, low);
  double r = high + rest;
  double lost = (high - r) + rest;
  double r2 = r * r, r4 = r2 * r2;
  double p23 = __builtin_fma(0x1.111111110eb94p-7, r, 0x1.555555555555ep-5);
  double p45 = __builtin_fma(0x1.a01a01b3c748fp-13, r, 0x1.6c16c16c13542p-10);
  double p67 = __builtin_fma(0x1.71ddef74fd10ap-19, r, 0x1.a01a01b4672dcp-16);
  double p89 = __builtin_fma(0x1.af6d034a84124p-26, r, 0x1.27e4bf108343cp-22);
  double p03 = __builtin_fma(p23, r2, 0x1.555555555555cp-3 * r);
  double p47 = __builtin_fma(p67, r2, p45);
  double p8_10 = __builtin_fma(0x1.1f9e1ae6039a9p-29, r2, p89);
  double p = __builtin_fma(__builtin_fma(p8_10, r4, p47), r4, p03);
  parts.r = r;
  // With r^2 / 2 apart, p is small and errs little.
  parts.tail = __builtin_fma(r2, 0.5, __builtin_fma(r2, p, lost));
  return parts;
}

/// x 2^n for an integer n between -2200 and 2000; only the last step rounds.
PT_MATH double VARIANT(pt_scale)(double x, double n) {
  double rounded = __builtin_fma(n, 0.5, PT_ROUNDER);
  double half = rounded - PT_ROUNDER;
  return x * VARIANT(pt_power_of_two)(rounded) * VARIANT(pt_power_of_two)(n - half + PT_ROUNDER);
}

/// x as a power of two and a factor near 1, for positive finite x.
PT_MATH struct pt_log_parts VARIANT(pt_log_split)(double x) {
  const uint64_t bias = (uint64_t)1023 << 52;
  bool subnormal = x < 0x1p-1022;
  uint64_t bits = pt_bits_f64(subnormal ? x * 0x1p+54 : x);
  uint64_t biased = (bits - 0x3fe6a09e667f3bcd + bias) >> 52;
  struct pt_log_parts parts;
  parts.k = pt_f64_from_bits(biased | 0x4330000000000000) - (0x1p+52 + 1023) - (subnormal ? 54 : 0);
  parts.m = pt_f64_from_bits(bits - (biased << 52) + bias);
  return parts;
}

/// log(2^k m).
PT_MATH double VARIANT(pt_log_join)(struct pt_log_parts parts) {
  double f = parts.m - 1;
  double s = f / (parts.m + 1);
  double z = s * s;
  double z2 = z * z, z4 = z2 * z2;
  double q01 = __builtin_fma(0x1.9999999999e02p-2, z, 0x1.5555555555555p-1);
  double q23 = __builtin_fma(0x1.c71c72594a48cp-3, z, 0x1.249249242b009p-2);
  double q45 = __builtin_fma(0x1.3b20afb3bb1a1p-3, z, 0x1.745cde1d85639p-3);
  double q67 = __builtin_fma(0x1.0f666ce14513ep-3, z, 0x1.0f5c6b175ba7ap-3);
  double q = __builtin_fma(__builtin_fma(q67, z2, q45), z4, __builtin_fma(q23, z2, q01));
  // 2 s = f - f^2 / 2 + s f^2 / 2: f is exact, and so is k times the high part of ln 2.
  double half_square = 0.5 * f * f;
  double small = __builtin_fma(s, half_square + z * q, parts.k * PT_LN2_LOW);
  double high = parts.k * PT_LN2_HIGH;
  double sum = high + f;
  double lost = (high - sum) + f;
  double rest = sum - half_square;
  double lost_again = (sum - rest) - half_square;
  return rest + (lost + (lost_again + small));
}

PT_MATH double VARIANT(pt_exp_f64)(double x) {
  double clamped = x > 710 ? 710 : x;
  clamped = clamped < -746 ? -746 : clamped;
  struct pt_exp_parts parts = VARIANT(pt_exp_split)(clamped, 0);
  double high = 1 + parts.r;
  double low = (1 - high) + parts.r;
  return VARIANT(pt_scale)(high + (low + parts.tail), parts.n);
}

PT_MATH double VARIANT(pt_log_f64)(double x) {
  double result = VARIANT(pt_log_join)(VARIANT(pt_log_split)(x));
  result = x == __builtin_inf() ? x : result;
  result = x == 0 ? -__builtin_inf() : result;
  return x >= 0 ? result : __builtin_nan("");
}

PT_MATH double VARIANT(pt_sigmoid_f64)(double x) {
  // With e = exp(-|x|): 1 / (1 + e) for positive x, e / (1 + e) for negative.
  double magnitude = __builtin_fabs(x);
  struct pt_exp_parts parts = VARIANT(pt_exp_split)(-(magnitude > 746 ? 746 : magnitude), 0);
  double sum = 1 + parts.r;
  double rest = ((1 - sum) + parts.r) + parts.tail;
  double high = sum + rest;
  double low = (sum - high) + rest;
  double n = parts.n < -1000 ? -1000 : parts.n;
  double power = VARIANT(pt_power_of_two)(n + PT_ROUNDER);
  double denominator = 1 + power * high;
  double lost = __builtin_fma(power, high, 1 - denominator) + power * low;
  double reciprocal = 1 / denominator;
  bool negative = x < 0;
  double numerator = negative ? high : 1;
  double quotient = numerator * reciprocal;
  double remainder = __builtin_fma(-quotient, denominator, numerator);
  remainder += (negative ? low : 0) - quotient * lost;
  return VARIANT(pt_scale)(__builtin_fma(remainder, reciprocal, quotient), negative ? parts.n : 0);
}

PT_MATH double VARIANT(pt_tanh_f64)(double x) {
  // tanh|x| = t / (t + 2) with t = exp(2|x|) - 1 in two parts.
  double magnitude = __builtin_fabs(x);
  struct pt_exp_parts parts = VARIANT(pt_exp_split)(2 * (magnitude > 22 ? 22 : magnitude), 0);
  double power = VARIANT(pt_power_of_two)(parts.n + PT_ROUNDER);
  double whole = power - 1;
  double sum = whole + power * parts.r;
  double rest = __builtin_fma(power, parts.r, whole - sum) + power * parts.tail;
  double high = sum + rest;
  double low = (sum - high) + rest;
  double denominator = high + 2;
  double part = denominator - high;
  double lost = (high - (denominator - part)) + (2 - part) + low;
  double reciprocal = 1 / denominator;
  double quotient = high * reciprocal;
  double remainder = __builtin_fma(-quotient, denominator, high) + (low - quotient * lost);
  return __builtin_copysign(__builtin_fma(remainder, reciprocal, quotient), x);
}
