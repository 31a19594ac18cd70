// pow of float32 and float64. Part of math_inline.h; no include guard.
//
// pow(a, b) = exp(b log|a|) with the sign of an odd power. For float32 the logarithm is that of math_f32.h;
// for float64 it is a pair of doubles with a relative error near 2^-65, since b multiplies it by up to 2^10.

/// Whether x is an integer; infinities count.
PT_MATH bool VARIANT(pt_is_integer)(double x) {
  double magnitude = __builtin_fabs(x);
  return magnitude >= 0x1p+52 || (magnitude + 0x1p+52) - 0x1p+52 == magnitude;
}

/// Puts right what exp(b log|a|) leaves out: the sign, and the special cases of C's pow.
PT_MATH double VARIANT(pt_pow_finish)(double a, double b, double result) {
  bool integer = VARIANT(pt_is_integer)(b);
  bool odd = integer && !VARIANT(pt_is_integer)(0.5 * b);
  double magnitude = __builtin_fabs(a);
  result = odd ? __builtin_copysign(result, a) : result;
  result = a < 0 && magnitude < __builtin_inf() && !integer ? __builtin_nan("") : result;
  result = magnitude == 1 && __builtin_fabs(b) == __builtin_inf() ? 1 : result;
  return a == 1 || b == 0 ? 1 : result;
}

/// pow(a, b). The operands are known to be `ordinary`, 0 < a < infinity and b finite, or anything.
PT_MATH float VARIANT(pt_pow_known_f32)(float a, float b, bool ordinary) {
  float magnitude = ordinary ? a : __builtin_fabsf(a);
  double logarithm = VARIANT(pt_log_fast_f32)(magnitude);
  if (!ordinary) {
    logarithm = magnitude == 0 ? -__builtin_inf() : logarithm;
    logarithm = magnitude < __builtin_inff() ? logarithm : magnitude;
  }
  double exponent = b * logarithm;
  exponent = exponent > 100 ? 100 : exponent;
  exponent = exponent < -120 ? -120 : exponent;
  double result = VARIANT(pt_exp_fast)(exponent);
  return (float)(ordinary ? result : VARIANT(pt_pow_finish)(a, b, result));
}

/// As `pt_pow_known_f32`.
PT_MATH double VARIANT(pt_pow_known_f64)(double a, double b, bool ordinary) {
  double magnitude = ordinary ? a : __builtin_fabs(a);
  struct pt_log_parts parts = VARIANT(pt_log_split)(magnitude);
  // s = (m - 1) / (m + 1) and z = s^2, in two parts each.
  double f = parts.m - 1;
  double denominator = 1 + parts.m;
  double lost = (1 - denominator) + parts.m;
  double reciprocal = 1 / denominator;
  double s = f * reciprocal;
  double s_low = __builtin_fma(-s, lost, __builtin_fma(-s, denominator, f)) * reciprocal;
  double z = s * s;
  double z_low = __builtin_fma(2 * s, s_low, __builtin_fma(s, s, -z));
  // log m = 2 s (1 + z (1/3 + z Q(z))); Q is a minimax polynomial, relative error 2^-73 in the result.
  double z2 = z * z, z4 = z2 * z2;
  double q01 = __builtin_fma(0x1.249249249303ep-3, z, 0x1.9999999999996p-3);
  double q23 = __builtin_fma(0x1.745d1832df572p-4, z, 0x1.c71c71c57f438p-4);
  double q45 = __builtin_fma(0x1.1120bb444b4b9p-4, z, 0x1.3b1362908d037p-4);
  double q67 = __builtin_fma(0x1.eb1893bf56e6ap-5, z, 0x1.de328bd46d1e5p-5);
  double q = __builtin_fma(__builtin_fma(q67, z2, q45), z4, __builtin_fma(q23, z2, q01));
  const double third = 0x1.5555555555555p-2, third_low = 0x1.5555555555555p-56;
  double inner = __builtin_fma(z, q, third);
  double inner_low = __builtin_fma(z, q, third - inner) + __builtin_fma(z_low, q, third_low);
  double outer = z * inner;
  double outer_low = __builtin_fma(z, inner, -outer) + __builtin_fma(z, inner_low, z_low * inner);
  double cubic = s * outer;
  double cubic_low = __builtin_fma(s, outer, -cubic) + __builtin_fma(s, outer_low, s_low * outer);
  double half_log = s + cubic;
  double half_log_low = ((s - half_log) + cubic) + (s_low + cubic_low);
  double whole = parts.k * PT_LN2_HIGH;
  double logarithm = __builtin_fma(2, half_log, whole);
  double logarithm_low = __builtin_fma(2, half_log, whole - logarithm) +
                         __builtin_fma(2, half_log_low, parts.k * PT_LN2_LOW);
  if (!ordinary) {
    logarithm = magnitude == 0 ? -__builtin_inf() : logarithm;
    logarithm = magnitude < __builtin_inf() ? logarithm : magnitude;
  }
  // b log|a| in two parts; outside of +-800 the low part means nothing.
  double exponent = b * logarithm;
  double exponent_low = __builtin_fma(b, logarithm_low, __builtin_fma(b, logarithm, -exponent));
  exponent_low = __builtin_fabs(exponent) < 800 ? exponent_low : 0;
  exponent = exponent > 800 ? 800 : exponent;
  exponent = exponent < -800 ? -800 : exponent;
  struct pt_exp_parts power = VARIANT(pt_exp_split)(exponent, exponent_low);
  double high = 1 + power.r;
  double low = (1 - high) + power.r;
  double result = VARIANT(pt_scale)(high + (low + power.tail), power.n);
  return ordinary ? result : VARIANT(pt_pow_finish)(a, b, result);
}

PT_MATH float VARIANT(pt_pow_f32)(float a, float b) { return VARIANT(pt_pow_known_f32)(a, b, false); }

PT_MATH double VARIANT(pt_pow_f64)(double a, double b) { return VARIANT(pt_pow_known_f64)(a, b, false); }
