// exp, log and tanh of arrays of either type, which out and x may both be. Part of math_inline.h; no guard.
//
// `ahead` is how many elements ahead memory should be asked for, 0 where caches have x. So much is computed between two
// loads that the processor by itself asks too late: a sixth of the time of arrays of 16 MB.

/// The function `name` of arrays of float32, from that of a vector. What is left over fills a vector with copies.
#define PT_VECTOR_ARRAY(name, vector)                                                             \
  PT_KERNEL void VARIANT(name)(int64_t n, float *out, const float *x, int64_t ahead) {            \
    enum { lanes = PT_VECTOR_BYTES / 4 };                                                         \
    int64_t i = 0;                                                                                \
    PT_UNROLL_TWICE for (; i + lanes <= n; i += lanes) {                                          \
      __builtin_prefetch(x + i + ahead);                                                          \
      *(VARIANT(pt_floats) *)(out + i) = VARIANT(vector)(*(const VARIANT(pt_floats) *)(x + i));   \
    }                                                                                             \
    if (i < n) {                                                                                  \
      VARIANT(pt_floats) rest;                                                                    \
      for (int lane = 0; lane < lanes; lane++) rest[lane] = x[i + (i + lane < n ? lane : 0)];     \
      rest = VARIANT(vector)(rest);                                                               \
      memcpy(out + i, &rest, (size_t)(n - i) * sizeof *out);                                      \
    }                                                                                             \
  }

PT_VECTOR_ARRAY(pt_exp_array_f32, pt_exp_vector)
PT_VECTOR_ARRAY(pt_log_array_f32, pt_log_vector)
PT_VECTOR_ARRAY(pt_tanh_array_f32, pt_tanh_vector)

PT_KERNEL void VARIANT(pt_exp_array_f64)(int64_t n, double *out, const double *x, int64_t ahead) {
  (void)ahead;
  PT_INDEPENDENT_TIMES(4) for (int64_t i = 0; i < n; i++) out[i] = VARIANT(pt_exp_f64)(x[i]);
}

PT_KERNEL void VARIANT(pt_log_array_f64)(int64_t n, double *out, const double *x, int64_t ahead) {
  (void)ahead;
  PT_INDEPENDENT for (int64_t i = 0; i < n; i++) out[i] = VARIANT(pt_log_f64)(x[i]);
}

PT_KERNEL void VARIANT(pt_tanh_array_f64)(int64_t n, double *out, const double *x, int64_t ahead) {
  (void)ahead;
  PT_INDEPENDENT_TIMES(4) for (int64_t i = 0; i < n; i++) out[i] = VARIANT(pt_tanh_f64)(x[i]);
}

#undef PT_VECTOR_ARRAY
