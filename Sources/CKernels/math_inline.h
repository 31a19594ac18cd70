// The transcendental functions for use inside kernels: include it at the top of an `_impl.h`.
//
// There is no include guard: each instruction set gets its own inline copies, named with `VARIANT`. A loop
// over contiguous elements that calls one of them is vectorised. They use no libm; every input has a defined
// result (subnormal numbers, infinities, NaN, signed zeros, overflow and underflow).
//
//     void VARIANT(pt_exp_array_f32)(int64_t n, float *out, const float *x, int64_t ahead),
//          VARIANT(pt_log_array_f32), VARIANT(pt_tanh_array_f32), and of double
//         of arrays, which may be the same
//     float VARIANT(pt_sigmoid_f32)(float), VARIANT(pt_pow_f32)(float, float)
//         sigmoid in float32, within one unit in the last place; pow in double, rounded once
//     double VARIANT(pt_exp_f64)(double), VARIANT(pt_log_f64), VARIANT(pt_sigmoid_f64),
//            VARIANT(pt_tanh_f64), VARIANT(pt_pow_f64)(double, double)
//         within one unit in the last place
//     double VARIANT(pt_exp_fast)(double), VARIANT(pt_log_fast)(double)
//         for kernels that hold float32 data in double: see math_f32.h
#include "variant.h"

#include "independent.h"
#include "math_bits.h"
#include "math_tables.h"
#include "vectors.h"
#include "math_f32.h"
#include "math_table_f32.h"
#include "math_f64.h"
#include "math_pow.h"
#include "math_arrays.h"
