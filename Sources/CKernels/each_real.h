// Includes the file that PT_REAL_IMPL names for float32 and then for float64. No include guard: that is its use.
#include "math_inline.h"

#include "exp_weight.h"

// exp of any argument and log of positive normal ones, in double, as exactly as data of the type need it.
PT_KERNEL inline double VARIANT(pt_exp_wide_f32)(double x) {
  double clamped = x > 700 ? 700 : x;
  return VARIANT(pt_exp_fast)(clamped < -700 ? -700 : clamped);
}

PT_KERNEL inline double VARIANT(pt_exp_wide_f64)(double x) { return VARIANT(pt_exp_f64)(x); }

PT_KERNEL inline double VARIANT(pt_log_wide_f32)(double x) { return VARIANT(pt_log_fast)(x); }

PT_KERNEL inline double VARIANT(pt_log_wide_f64)(double x) { return VARIANT(pt_log_f64)(x); }

#define PT_REAL float
#define PT_REAL16 pt_float16
#define PT_REAL_SQRT PT_SQRT_F32
#define PT_REAL_SUFFIX _f32
#include PT_REAL_IMPL
#undef PT_REAL
#undef PT_REAL16
#undef PT_REAL_SQRT
#undef PT_REAL_SUFFIX

#define PT_REAL double
#define PT_REAL16 pt_double16
#define PT_REAL_SQRT PT_SQRT_F64
#define PT_REAL_SUFFIX _f64
#include PT_REAL_IMPL
#undef PT_REAL
#undef PT_REAL16
#undef PT_REAL_SQRT
#undef PT_REAL_SUFFIX
