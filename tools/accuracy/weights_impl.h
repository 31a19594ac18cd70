// Softmax's exp in a loop of its own, compiled once per instruction set.
#include "math_inline.h"

#include "exp_weight.h"

PT_KERNEL void VARIANT(weights)(int64_t n, float *out, const float *x) {
  for (int64_t i = 0; i < n; i++) out[i] = VARIANT(pt_exp_weight_f32)(x[i]);
}
