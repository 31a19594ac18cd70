// Constants and bit patterns that the transcendental functions share.
#ifndef PT_MATH_BITS_H
#define PT_MATH_BITS_H

#include <stdint.h>
#include <string.h>

/// How the functions of math_f32.h, math_f64.h and math_pow.h are declared: inlined into the loop that calls
/// them, so that the loop is vectorised for its instruction set.
#define PT_MATH static inline __attribute__((always_inline, unused))

/// 1 / ln 2.
#define PT_LOG2E 0x1.71547652b82fep+0
/// ln 2, nearest.
#define PT_LN2 0x1.62e42fefa39efp-1
/// ln 2 in two parts: 40 bits, so that products with an exponent are exact, and the rest.
#define PT_LN2_HIGH 0x1.62e42fefa2000p-1
#define PT_LN2_LOW 0x1.9ef35793c7673p-41
/// Adding it to |x| < 2^51 leaves the nearest integer (ties to even) in the low bits of the sum.
#define PT_ROUNDER 0x1.8p+52

/// The same for float32: ln 2 in two floats, and the sum that leaves an integer below 2^22 in the low bits.
#define PT_LOG2E_F32 0x1.715476p+0f
#define PT_LN2_HIGH_F32 0x1.62e430p-1f
#define PT_LN2_LOW_F32 -0x1.05c610p-29f
#define PT_ROUNDER_F32 0x1.8p+23f

static inline __attribute__((always_inline)) uint32_t pt_bits_f32(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline __attribute__((always_inline)) float pt_f32_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline __attribute__((always_inline)) uint64_t pt_bits_f64(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline __attribute__((always_inline)) double pt_f64_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// The square root that every IEEE implementation rounds correctly, in a form that is vectorised.
#if defined(__clang__)
#define PT_SQRT_F32(x) __builtin_elementwise_sqrt(x)
#define PT_SQRT_F64(x) __builtin_elementwise_sqrt(x)
#else
#define PT_SQRT_F32(x) __builtin_sqrtf(x)
#define PT_SQRT_F64(x) __builtin_sqrt(x)
#endif

#endif
