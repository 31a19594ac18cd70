// Chooses the instruction-set variant once, when the library is loaded.
#include "pt_cpu.h"

#include <stdlib.h>
#include <string.h>

static enum pt_variant selected = PT_VARIANT_BASELINE;

enum pt_variant pt_active_variant(void) { return selected; }

const char *pt_compiler(void) { return __VERSION__; }

const char *pt_variant_name(enum pt_variant variant) {
  switch (variant) {
    case PT_VARIANT_V4: return "v4";
    case PT_VARIANT_V3: return "v3";
    default: return "baseline";
  }
}

enum pt_variant pt_best_variant(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) {
    return PT_VARIANT_BASELINE;
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return PT_VARIANT_V4;
  }
  return PT_VARIANT_V3;
#else
  return PT_VARIANT_BASELINE;
#endif
}

__attribute__((constructor)) static void select_variant(void) {
  selected = pt_best_variant();
  const char *wanted = getenv("PURUTORCH_CPU");
  if (wanted == NULL) return;
  for (enum pt_variant variant = PT_VARIANT_BASELINE; variant < selected; variant++) {
    if (strcmp(wanted, pt_variant_name(variant)) == 0) selected = variant;
  }
}
