// Vectors of any length and fused multiply-adds on them, by clang's extensions or by GCC's.
#ifndef PT_VECTORS_H
#define PT_VECTORS_H

// What precedes a declaration of a vector of `count` elements T, which may be anywhere that an element may be.
#if defined(__clang__)
#define PT_VECTOR_OF(T, count) __attribute__((ext_vector_type(count), aligned(sizeof(T)), may_alias)) T
#else
#define PT_VECTOR_OF(T, count) __attribute__((vector_size((count) * sizeof(T)), aligned(sizeof(T)), may_alias)) T
#endif

// The vector V whose elements are all x; to take +0 away changes nothing, not even -0.
#if defined(__clang__)
#define PT_SPLAT(V, x) ((V)(x))
#else
#define PT_SPLAT(V, x) ((x) - (V){0})
#endif

// fma(a, b, c) of floats or doubles, and of each element of vectors.
#if defined(__clang__)
#define PT_FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define PT_FMA_VECTOR(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define PT_FMA(a, b, c) _Generic((c), float: __builtin_fmaf, double: __builtin_fma)(a, b, c)
#define PT_FMA_VECTOR(a, b, c)                                                \
  ({                                                                          \
    __typeof__(c) factor_ = (a), other_ = (b), sum_ = (c);                    \
    for (unsigned lane_ = 0; lane_ < sizeof sum_ / sizeof sum_[0]; lane_++) { \
      sum_[lane_] = PT_FMA(factor_[lane_], other_[lane_], sum_[lane_]);       \
    }                                                                         \
    sum_;                                                                     \
  })
#endif

// The elements of a where the mask has all bits, of b where it has none; and whether any element of a mask has bits.
#if defined(__clang__)
#define PT_SELECT(mask, a, b) ((mask) ? (a) : (b))
#define PT_ANY(mask) (__builtin_reduce_or(mask) != 0)
#else
#define PT_SELECT(mask, a, b)                                                                 \
  ({                                                                                          \
    __typeof__(mask) mask_ = (mask);                                                          \
    (__typeof__(a))((mask_ & (__typeof__(mask_))(a)) | (~mask_ & (__typeof__(mask_))(b)));    \
  })
#define PT_ANY(mask)                                                                              \
  ({                                                                                              \
    __typeof__(mask) mask_ = (mask);                                                              \
    bool any_ = false;                                                                            \
    for (unsigned lane_ = 0; lane_ < sizeof mask_ / sizeof mask_[0]; lane_++) any_ |= mask_[lane_] != 0; \
    any_;                                                                                         \
  })
#endif

#endif
