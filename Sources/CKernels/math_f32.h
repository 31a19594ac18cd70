// exp, log, sigmoid and tanh of float32, computed in double. Part of math_inline.h; no include guard.
//
// exp(x) = 2^n (1 + r + r^2 P(r)) with n the integer nearest to x / ln 2 and r = x - n ln 2.
// log(2^k m) = k ln 2 + 2 s + s^3 Q(s^2) with m in [sqrt(1/2), sqrt(2)) and s = (m - 1) / (m + 1).
// P and Q are minimax polynomials (Remez) of relative error 2^-51.6 and 2^-52.2 in the result.

/// The integer nearest to x / ln 2 as `rounded - PT_ROUNDER`, and 2 to its power.
PT_MATH double VARIANT(pt_power_of_two)(double rounded) {
  return pt_f64_from_bits((pt_bits_f64(rounded) + 1023) << 52);
}

/// exp(r) - 1 for |r| <= ln(2) / 2.
PT_MATH double VARIANT(pt_expm1_reduced)(double r) {
  double p = 0x1.28bc5261c2fe9p-22;
  p = __builtin_fma(p, r, 0x1.72ea64edcfa3ep-19);
  p = __builtin_fma(p, r, 0x1.a019896cb0317p-16);
  p = __builtin_fma(p, r, 0x1.a0198c1d717a3p-13);
  p = __builtin_fma(p, r, 0x1.6c16c18a6b369p-10);
  p = __builtin_fma(p, r, 0x1.1111112610dd4p-7);
  p = __builtin_fma(p, r, 0x1.555555554ec3cp-5);
  p = __builtin_fma(p, r, 0x1.55555555505b9p-3);
  p = __builtin_fma(p, r, 0x1.000000000000ep-1);
  return __builtin_fma(r * r, p, r);
}

/// exp(x) to about 50 bits for |x| <= 700; NaN for NaN.
PT_MATH double VARIANT(pt_exp_fast)(double x) {
  double rounded = __builtin_fma(x, PT_LOG2E, PT_ROUNDER);
  double n = rounded - PT_ROUNDER;
  double r = __builtin_fma(n, -PT_LN2_LOW, __builtin_fma(n, -PT_LN2_HIGH, x));
  double power = VARIANT(pt_power_of_two)(rounded);
  return __builtin_fma(power, VARIANT(pt_expm1_reduced)(r), power);
}

/// log(x) to about 51 bits for positive normal finite x.
PT_MATH double VARIANT(pt_log_fast)(double x) {
  // bits(x) - bits(sqrt(1/2)) has k in its exponent field; a bias keeps it positive.
  const uint64_t bias = (uint64_t)1023 << 52;
  uint64_t bits = pt_bits_f64(x);
  uint64_t biased = (bits - 0x3fe6a09e667f3bcd + bias) >> 52;
  double k = pt_f64_from_bits(biased | 0x4330000000000000) - (0x1p+52 + 1023);
  double m = pt_f64_from_bits(bits - (biased << 52) + bias);
  double f = m - 1;
  double s = f / (m + 1);
  double z = s * s;
  double q = 0x1.587c4edce90b8p-3;
  q = __builtin_fma(q, z, 0x1.732bc3be7a62fp-3);
  q = __builtin_fma(q, z, 0x1.c7227af438a20p-3);
  q = __builtin_fma(q, z, 0x1.24924172dd42bp-2);
  q = __builtin_fma(q, z, 0x1.999999a29a842p-2);
  q = __builtin_fma(q, z, 0x1.555555555394bp-1);
  q = __builtin_fma(z, q, 2);
  return __builtin_fma(k, PT_LN2_HIGH, __builtin_fma(s, q, k * PT_LN2_LOW));
}

PT_MATH float VARIANT(pt_exp_f32)(float x) {
  // Beyond these bounds the result rounds to infinity and to zero.
  double clamped = x > 89 ? 89 : x;
  clamped = clamped < -105 ? -105 : clamped;
  return (float)VARIANT(pt_exp_fast)(clamped);
}

PT_MATH float VARIANT(pt_log_f32)(float x) {
  double result = VARIANT(pt_log_fast)(x);
  result = x == __builtin_inff() ? __builtin_inf() : result;
  result = x == 0 ? -__builtin_inf() : result;
  return (float)(x >= 0 ? result : __builtin_nan(""));
}

PT_MATH float VARIANT(pt_sigmoid_f32)(float x) {
  double clamped = x > 105 ? 105 : x;
  clamped = clamped < -105 ? -105 : clamped;
  return (float)(1 / (1 + VARIANT(pt_exp_fast)(-clamped)));
}

PT_MATH float VARIANT(pt_tanh_f32)(float x) {
  // tanh|x| = t / (t + 2) with t = exp(2|x|) - 1, which is 1 in float32 from 9.02 on.
  double magnitude = __builtin_fabs((double)x);
  double doubled = 2 * (magnitude > 10 ? 10 : magnitude);
  double rounded = __builtin_fma(doubled, PT_LOG2E, PT_ROUNDER);
  double n = rounded - PT_ROUNDER;
  double r = __builtin_fma(n, -PT_LN2_LOW, __builtin_fma(n, -PT_LN2_HIGH, doubled));
  double power = VARIANT(pt_power_of_two)(rounded);
  double t = __builtin_fma(power, VARIANT(pt_expm1_reduced)(r), power - 1);
  return (float)__builtin_copysign(t / (t + 2), (double)x);
}
