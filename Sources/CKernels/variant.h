// How a kernel is compiled once per instruction set and called through one public name.
//
// A topic `x` has two files. `x_impl.h` holds the loops; every function in it is declared `PT_KERNEL`
// and named with `VARIANT(pt_something)`. `x.c` compiles it for each variant and defines the public names:
//
//     #include "variant.h"
//     #define PT_IMPL "x_impl.h"
//     #include "each_variant.h"
//     PT_DISPATCH(void, pt_something, (int64_t n, const float *x, float *y), (n, x, y))
//
// Bits: contraction is off, every fused multiply-add is written out, reductions have a fixed number of
// lanes. So the variants differ in speed only.
#ifndef PT_VARIANT_H
#define PT_VARIANT_H

#include "pt_cpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define PT_KERNEL static __attribute__((unused))
#define PT_CONCAT_(a, b) a##b
#define PT_CONCAT(a, b) PT_CONCAT_(a, b)
#define VARIANT(name) PT_CONCAT(name, PT_SUFFIX)

#if defined(__x86_64__)
#define PT_DISPATCH(result, name, parameters, arguments)  \
  result name parameters {                                \
    switch (pt_active_variant()) {                        \
      case PT_VARIANT_V4: return name##_v4 arguments;     \
      case PT_VARIANT_V3: return name##_v3 arguments;     \
      default: return name##_baseline arguments;          \
    }                                                     \
  }
#else
#define PT_DISPATCH(result, name, parameters, arguments) \
  result name parameters { return name##_baseline arguments; }
#endif

#endif
