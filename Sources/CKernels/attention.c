// Scaled dot-product attention: the public functions.
#include "pt_attention.h"

#include "real.h"
#include "tile.h"

#include <math.h>

enum {
  RANGE = 256,  // queries, or keys, that a thread takes at once
  GROUP = 16,   // of them, those whose products are computed together
  DEPTH = 256,  // of the chains between which sums go to memory and back
  MULTIPLY_ADDS = 8,  // that cost as much as an addition elsewhere
};

#define PT_REAL_IMPL "attention_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_attention##S,                                                                                \
              (const struct pt_attention *s, const T *query, const T *key, const T *value, const T *mask,           \
               T *weights, T *output),                                                                              \
              (s, query, key, value, mask, weights, output))                                                        \
  PT_DISPATCH(void, pt_attention_backward##S,                                                                       \
              (const struct pt_attention *s, const T *query, const T *key, const T *value, const T *weights,        \
               const T *grad_output, T *grad_query, T *grad_key, T *grad_value),                                    \
              (s, query, key, value, weights, grad_output, grad_query, grad_key, grad_value))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
