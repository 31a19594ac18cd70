// exp, log and tanh of a vector of floats, by tables and in float32. Part of math_inline.h; no guard.
//
// exp(x) = 2^(n / 8) (1 + r + r^2 Q(r)) with n the integer nearest to 8 x / ln 2.
// log(2^k m) = k ln 2 - log c + r - r^2 / 2 + r^3 Q(r) with r = c m - 1 and c from a table of reciprocals.
// tanh(|x|) is a polynomial about the point of a table that is near |x|.
//
// What the largest terms lose by rounding is kept in a second float, so that errors are below 0.57, 0.501 and 0.56
// units in the last place. The polynomials are minimax (Remez).

typedef PT_VECTOR_OF(float, PT_VECTOR_BYTES / 4) VARIANT(pt_floats);
typedef PT_VECTOR_OF(int32_t, PT_VECTOR_BYTES / 4) VARIANT(pt_ints);

#define PT_FLOATS(x) PT_SPLAT(VARIANT(pt_floats), x)

/// The entries that the lowest four bits of `index` say.
PT_MATH VARIANT(pt_floats) VARIANT(pt_lookup)(const float table[16], VARIANT(pt_ints) index) {
  const VARIANT(pt_floats) *entries = (const VARIANT(pt_floats) *)table;
#if defined(__clang__) && PT_VECTOR_BYTES == 64
  return __builtin_ia32_permvarsf512(entries[0], index);
#elif defined(__clang__) && PT_VECTOR_BYTES == 32
  VARIANT(pt_floats) low = __builtin_ia32_permvarsf256(entries[0], index);
  VARIANT(pt_floats) high = __builtin_ia32_permvarsf256(entries[1], index);
  return PT_SELECT((index << 28) < 0, high, low);
#else
  VARIANT(pt_floats) found;
  for (unsigned lane = 0; lane < PT_VECTOR_BYTES / 4; lane++) found[lane] = table[index[lane] & 15];
  (void)entries;
  return found;
#endif
}

/// As `pt_lookup` in tables whose halves are the same.
PT_MATH VARIANT(pt_floats) VARIANT(pt_lookup_half)(const float table[16], VARIANT(pt_ints) index) {
#if defined(__clang__) && PT_VECTOR_BYTES == 32
  return __builtin_ia32_permvarsf256(*(const VARIANT(pt_floats) *)table, index);
#else
  return VARIANT(pt_lookup)(table, index);
#endif
}

// Each element in double, for vectors in which not all are ordinary.
PT_KERNEL __attribute__((noinline)) void VARIANT(pt_exp_each)(float x[PT_VECTOR_BYTES / 4]) {
  for (int lane = 0; lane < PT_VECTOR_BYTES / 4; lane++) x[lane] = VARIANT(pt_exp_f32)(x[lane]);
}

PT_KERNEL __attribute__((noinline)) void VARIANT(pt_log_each)(float x[PT_VECTOR_BYTES / 4]) {
  for (int lane = 0; lane < PT_VECTOR_BYTES / 4; lane++) x[lane] = VARIANT(pt_log_f32)(x[lane]);
}

/// `results` with those that `outside` says replaced by what `each` makes of x.
PT_MATH VARIANT(pt_floats) VARIANT(pt_replace)(VARIANT(pt_ints) outside, void (*each)(float *),
                                               VARIANT(pt_floats) x, VARIANT(pt_floats) results) {
  if (__builtin_expect(!PT_ANY(outside), true)) return results;
  float lanes[PT_VECTOR_BYTES / 4];
  memcpy(lanes, &x, sizeof lanes);
  each(lanes);
  memcpy(&x, lanes, sizeof lanes);
  return PT_SELECT(outside, x, results);
}

PT_MATH VARIANT(pt_floats) VARIANT(pt_exp_ordinary)(VARIANT(pt_floats) x) {
  VARIANT(pt_floats) rounded = PT_FMA_VECTOR(x, PT_FLOATS(8 * PT_LOG2E_F32), PT_FLOATS(PT_ROUNDER_F32));
  VARIANT(pt_floats) n = rounded - PT_ROUNDER_F32;
  VARIANT(pt_ints) bits = (VARIANT(pt_ints))rounded;
  // r is exact but for the low part of n ln(2) / 8.
  VARIANT(pt_floats) r = PT_FMA_VECTOR(n, PT_FLOATS(PT_LN2_HIGH_F32 / -8), x);
  VARIANT(pt_floats) r_low = n * (PT_LN2_LOW_F32 / -8);
  VARIANT(pt_floats) q = PT_FMA_VECTOR(PT_FLOATS(0x1.555da8p-5f), r, PT_FLOATS(0x1.555c78p-3f));
  q = PT_FMA_VECTOR(q, r, PT_FLOATS(0.5f));
  VARIANT(pt_floats) power_minus_one = r + PT_FMA_VECTOR(r * r, q, PT_FMA_VECTOR(r_low, r, r_low));
  VARIANT(pt_floats) high = VARIANT(pt_lookup_half)(pt_exp_high, bits);
  VARIANT(pt_floats) low = VARIANT(pt_lookup_half)(pt_exp_low, bits);
  VARIANT(pt_floats) power = high + PT_FMA_VECTOR(high, power_minus_one, low);
  // n / 8, rounded down, is added to the exponent.
  return (VARIANT(pt_floats))((VARIANT(pt_ints))power + ((bits << 20) & (int32_t)0xff800000));
}

PT_MATH VARIANT(pt_floats) VARIANT(pt_exp_vector)(VARIANT(pt_floats) x) {
  // Between these bounds the results are normal numbers.
  VARIANT(pt_ints) outside = ~((x >= -87.0f) & (x <= 87.0f));
  return VARIANT(pt_replace)(outside, VARIANT(pt_exp_each), x, VARIANT(pt_exp_ordinary)(x));
}

PT_MATH VARIANT(pt_floats) VARIANT(pt_log_ordinary)(VARIANT(pt_floats) x) {
  const int32_t one = 127 << 23;
  // m = 2^-k x is at least 1 - 1/64 and below 2 - 1/32. k is in the exponent's place, the index beside it.
  VARIANT(pt_ints) bits = (VARIANT(pt_ints))x;
  VARIANT(pt_ints) offset = bits - (one - (1 << 18));
  VARIANT(pt_floats) k = __builtin_convertvector(offset >> 23, VARIANT(pt_floats));
  VARIANT(pt_floats) m = (VARIANT(pt_floats))(bits - (offset & (int32_t)0xff800000));
  VARIANT(pt_ints) index = offset >> 19;
  VARIANT(pt_floats) scale = VARIANT(pt_lookup)(pt_log_scale, index);
  VARIANT(pt_floats) high = VARIANT(pt_lookup)(pt_log_high, index);
  VARIANT(pt_floats) low = VARIANT(pt_lookup)(pt_log_low, index);
  // Both r and the high sum are exact: ln 2 has 16 bits here.
  VARIANT(pt_floats) r = PT_FMA_VECTOR(m, scale, PT_FLOATS(-1.0f));
  high = PT_FMA_VECTOR(k, PT_FLOATS(0x1.62e4p-1f), high);
  low = PT_FMA_VECTOR(k, PT_FLOATS(0x1.7f7d1cp-20f), low);
  VARIANT(pt_floats) r2 = r * r;
  VARIANT(pt_floats) r2_low = PT_FMA_VECTOR(r, r, -r2);
  VARIANT(pt_floats) first = high + r;
  VARIANT(pt_floats) first_low = r - (first - high);
  VARIANT(pt_floats) second = PT_FMA_VECTOR(r2, PT_FLOATS(-0.5f), first);
  VARIANT(pt_floats) second_low = PT_FMA_VECTOR(r2, PT_FLOATS(-0.5f), first - second);
  VARIANT(pt_floats) q = PT_FMA_VECTOR(PT_FLOATS(0x1.251eecp-3f), r, PT_FLOATS(-0x1.55c77p-3f));
  q = PT_FMA_VECTOR(q, r, PT_FLOATS(0x1.99998p-3f));
  q = PT_FMA_VECTOR(q, r, PT_FLOATS(-0x1.fffff4p-3f));
  q = PT_FMA_VECTOR(q, r, PT_FLOATS(0x1.555556p-2f));
  low = PT_FMA_VECTOR(r2 * r, q, low);
  low = PT_FMA_VECTOR(r2_low, PT_FLOATS(-0.5f), low);
  return second + (low + second_low + first_low);
}

PT_MATH VARIANT(pt_floats) VARIANT(pt_log_vector)(VARIANT(pt_floats) x) {
  // Positive, normal and finite.
  VARIANT(pt_ints) outside = ~((x >= 0x1p-126f) & (x <= 0x1.fffffep+127f));
  return VARIANT(pt_replace)(outside, VARIANT(pt_log_each), x, VARIANT(pt_log_ordinary)(x));
}

PT_MATH VARIANT(pt_floats) VARIANT(pt_tanh_vector)(VARIANT(pt_floats) x) {
  const int32_t sign = INT32_MIN;
  VARIANT(pt_floats) magnitude = (VARIANT(pt_floats))((VARIANT(pt_ints))x & ~sign);
  // From here on the result is 1.
  magnitude = PT_SELECT(magnitude > 9.02f, PT_FLOATS(9.02f), magnitude);
  VARIANT(pt_floats) indexed = PT_SELECT(magnitude < 0x1.fffffep-4f, PT_FLOATS(0x1.fffffep-4f), magnitude);
  VARIANT(pt_ints) index = (VARIANT(pt_ints))indexed >> 22;
  VARIANT(pt_floats) d = magnitude - VARIANT(pt_lookup)(pt_tanh_table[0], index);
  VARIANT(pt_floats) at_centre = VARIANT(pt_lookup)(pt_tanh_table[1], index);
  VARIANT(pt_floats) slope = VARIANT(pt_lookup)(pt_tanh_table[2], index);
  VARIANT(pt_floats) rise = d * slope;
  VARIANT(pt_floats) rise_low = PT_FMA_VECTOR(d, slope, -rise);
  VARIANT(pt_floats) high = at_centre + rise;
  VARIANT(pt_floats) high_low = rise - (high - at_centre);
  VARIANT(pt_floats) q = VARIANT(pt_lookup)(pt_tanh_table[9], index);
  for (int power = 8; power > 2; power--) q = PT_FMA_VECTOR(q, d, VARIANT(pt_lookup)(pt_tanh_table[power], index));
  VARIANT(pt_floats) result = high + (PT_FMA_VECTOR(d * q, d, rise_low) + high_low);
  return (VARIANT(pt_floats))((VARIANT(pt_ints))result | ((VARIANT(pt_ints))x & sign));
}
