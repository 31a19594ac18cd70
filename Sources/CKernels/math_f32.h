// exp and log for float32, computed in double, and sigmoid in float32. Part of math_inline.h; no guard.
//
// exp(x) = 2^n (1 + r + r^2 P(r)) with n the integer nearest to x / ln 2 and r = x - n ln 2.
// log(2^k m) = k ln 2 + 2 s + s^3 Q(s^2) with m in [sqrt(1/2), sqrt(2)) and s = (m - 1) / (m + 1).
// P and Q are minimax polynomials (Remez) of relative error 2^-45.9 and 2^-44.9 in the result.

/// 2 to the power of the integer `rounded - PT_ROUNDER`, which is between -1022 and 1023.
PT_MATH double VARIANT(pt_power_of_two)(double rounded) {
  return pt_f64_from_bits((pt_bits_f64(rounded) + 1023) << 52);
}

/// exp(r) - 1 for |r| <= ln(2) / 2.
PT_MATH double VARIANT(pt_expm1_reduced)(double r) {
  double r2 = r * r;
  double p01 = __builtin_fma(0x1.555555554c8d5p-3, r, 0x1.ffffffffee8a3p-2);
  double p23 = __builtin_fma(0x1.1111112fb650bp-7, r, 0x1.55555581bc4dfp-5);
  double p45 = __builtin_fma(0x1.a0196dfca05fcp-13, r, 0x1.6c1635869000ep-10);
  double p67 = __builtin_fma(0x1.730806f9c0cf1p-19, r, 0x1.a174d57440217p-16);
  double p = __builtin_fma(__builtin_fma(__builtin_fma(p67, r2, p45), r2, p23), r2, p01);
  return __builtin_fma(r2, p, r);
}

/// exp(x) to about 44 bits for |x| <= 700; NaN for NaN.
PT_MATH double VARIANT(pt_exp_fast)(double x) {
  double rounded = __builtin_fma(x, PT_LOG2E, PT_ROUNDER);
  double n = rounded - PT_ROUNDER;
  double r = __builtin_fma(n, -PT_LN2, x);
  double power = VARIANT(pt_power_of_two)(rounded);
  return __builtin_fma(power, VARIANT(pt_expm1_reduced)(r), power);
}

/// log(2^k m) to about 44 bits, m in [sqrt(1/2), sqrt(2)).
PT_MATH double VARIANT(pt_log_join_fast)(double k, double m) {
  double f = m - 1;
  double s = f / (m + 1);
  double z = s * s, z2 = z * z;
  double q01 = __builtin_fma(0x1.999996a80817bp-2, z, 0x1.555555561eaebp-1);
  double q23 = __builtin_fma(0x1.c62ae09967246p-3, z, 0x1.249412812f207p-2);
  double q = __builtin_fma(__builtin_fma(0x1.9118b263d11fdp-3, z2, q23), z2, q01);
  return __builtin_fma(k, PT_LN2, s * __builtin_fma(z, q, 2));
}

/// log(x) to about 44 bits for positive normal finite x.
PT_MATH double VARIANT(pt_log_fast)(double x) {
  // bits(x) - bits(sqrt(1/2)) has k in its exponent field; a bias keeps it positive.
  const uint64_t bias = (uint64_t)1023 << 52;
  uint64_t bits = pt_bits_f64(x);
  uint64_t biased = (bits - 0x3fe6a09e667f3bcd + bias) >> 52;
  double k = pt_f64_from_bits(biased | 0x4330000000000000) - (0x1p+52 + 1023);
  return VARIANT(pt_log_join_fast)(k, pt_f64_from_bits(bits - (biased << 52) + bias));
}

/// As `pt_log_fast` for positive finite floats, subnormal ones too.
PT_MATH double VARIANT(pt_log_fast_f32)(float x) {
  const uint32_t bias = 127 << 23;
  bool subnormal = x < 0x1p-126f;
  uint32_t bits = pt_bits_f32(subnormal ? x * 0x1p+23f : x);
  uint32_t biased = (bits - 0x3f3504f3 + bias) >> 23;
  int32_t k = (int32_t)biased - (subnormal ? 127 + 23 : 127);
  return VARIANT(pt_log_join_fast)(k, pt_f32_from_bits(bits - (biased << 23) + bias));
}

/// exp(x), rounded once, for arguments that the tables of `pt_exp_array_f32` don't take.
PT_MATH float VARIANT(pt_exp_f32)(float x) {
  // Beyond these bounds the result rounds to infinity and to zero.
  double clamped = x > 89 ? 89 : x;
  clamped = clamped < -105 ? -105 : clamped;
  return (float)VARIANT(pt_exp_fast)(clamped);
}

/// log(x), rounded once, for powers and for arguments that the tables of `pt_log_array_f32` don't take.
PT_MATH float VARIANT(pt_log_f32)(float x) {
  double result = VARIANT(pt_log_fast_f32)(x);
  result = x == __builtin_inff() ? __builtin_inf() : result;
  result = x == 0 ? -__builtin_inf() : result;
  return (float)(x >= 0 ? result : __builtin_nan(""));
}

/// In float32 throughout, for speed: what sums and the quotient round away is kept in a second float.
PT_MATH float VARIANT(pt_sigmoid_f32)(float x) {
  // q = e / (1 + e) with e = exp(-|x|), and 1 - q for positive x. e and q are held 2^64 times too large, out
  // of reach of subnormal numbers.
  const float down = 0x1p-64f;
  float magnitude = __builtin_fabsf(x);
  magnitude = magnitude > 105 ? 105 : magnitude;
  float rounded = __builtin_fmaf(magnitude, -PT_LOG2E_F32, PT_ROUNDER_F32);
  float n = rounded - PT_ROUNDER_F32;
  // r is exact without the low part of n ln 2, which e_low makes good.
  float r = __builtin_fmaf(n, -PT_LN2_HIGH_F32, -magnitude);
  float r2 = r * r;
  float p01 = __builtin_fmaf(0x1.55548ep-3f, r, 0.5f);
  float p23 = __builtin_fmaf(0x1.123b92p-7f, r, 0x1.55545ep-5f);
  float p = __builtin_fmaf(__builtin_fmaf(0x1.6db452p-10f, r2, p23), r2, p01);
  p = __builtin_fmaf(r2, p, r);
  float power = pt_f32_from_bits((pt_bits_f32(rounded) + 127 + 64) << 23);
  float e = __builtin_fmaf(power, p, power);
  float e_low = __builtin_fmaf(e, n * -PT_LN2_LOW_F32, __builtin_fmaf(power, p, power - e));
  float q = e / __builtin_fmaf(e, down, 1);
  // The residual e - q (1 + e), whose first difference is exact, times 1 - q, the derivative by e + 1.
  float small = q * down, rest = 1 - small;
  float residual = __builtin_fmaf(e_low, rest, __builtin_fmaf(-small, e, e - q));
  q = down * __builtin_fmaf(residual, rest, q);
  return x < 0 ? q : 1 - q;
}
