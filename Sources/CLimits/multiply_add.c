// Multiply-adds that wait for nothing but the core's units.

#include "limits_of_core.h"

// Enough chains to hide a latency of five cycles on two units, few enough for the registers.
enum { CHAINS = 12 };

static _Thread_local volatile float sink;

#define DEFINE(NAME, LANES, ATTRIBUTES)                                                            \
  ATTRIBUTES static double NAME(long rounds) {                                                     \
    typedef float vector __attribute__((vector_size(4 * LANES)));                                  \
    vector sums[CHAINS], factor, term;                                                             \
    for (int lane = 0; lane < LANES; lane++) factor[lane] = 0.999f, term[lane] = 0.001f;           \
    for (int i = 0; i < CHAINS; i++) sums[i] = term * (float)i;                                    \
    for (long round = 0; round < rounds; round++) {                                                \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++)                          \
        sums[i] = __builtin_elementwise_fma(sums[i], factor, term);                                \
    }                                                                                              \
    for (int i = 1; i < CHAINS; i++) sums[0] += sums[i];                                           \
    sink = sums[0][0];                                                                             \
    return 2.0 * LANES * CHAINS * (double)rounds;                                                  \
  }

#if defined(__x86_64__)

DEFINE(narrow, 8, __attribute__((target("avx2,fma"))))
DEFINE(wide, 16, __attribute__((target("avx512f"))))

double limits_multiply_add(long rounds) {
  if (__builtin_cpu_supports("avx512f")) return wide(rounds);
  if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) return narrow(rounds);
  return 0;
}

#else

DEFINE(plain, 4, )

double limits_multiply_add(long rounds) { return plain(rounds); }

#endif
