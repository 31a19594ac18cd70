// Includes the file that PT_IMPL names once for each instruction set. No include guard: that is its use.

#define PT_SUFFIX _baseline
#define PT_VECTOR_BYTES 16
#include PT_IMPL
#undef PT_SUFFIX
#undef PT_VECTOR_BYTES

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,lzcnt,movbe,f16c,popcnt"))), \
                             apply_to = function)
#define PT_SUFFIX _v3
#define PT_VECTOR_BYTES 32
#include PT_IMPL
#undef PT_SUFFIX
#undef PT_VECTOR_BYTES
#pragma clang attribute pop

#pragma clang attribute push(                                                                       \
    __attribute__((target(                                                                          \
        "avx2,fma,bmi,bmi2,lzcnt,movbe,f16c,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))), \
    apply_to = function)
#define PT_SUFFIX _v4
#define PT_VECTOR_BYTES 64
#include PT_IMPL
#undef PT_SUFFIX
#undef PT_VECTOR_BYTES
#pragma clang attribute pop

#endif

#undef PT_IMPL
