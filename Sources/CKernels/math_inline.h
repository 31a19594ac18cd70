// The transcendental functions for use inside kernels: include it at the top of an `_impl.h`.
//
// There is no include guard: each instruction set gets its own inline copies, named with `VARIANT`. A loop
// over contiguous elements that calls one of them is vectorised. They use no libm, tables or branches; every
// input has a defined result (subnormal numbers, infinities, NaN, signed zeros, overflow and underflow).
//
//     float VARIANT(pt_exp_f32)(float), VARIANT(pt_log_f32), VARIANT(pt_sigmoid_f32), VARIANT(pt_tanh_f32),
//           VARIANT(pt_pow_f32)(float, float)
//         computed in double and rounded once; sigmoid in float32, within one unit in the last place
//     double VARIANT(pt_exp_f64)(double), VARIANT(pt_log_f64), VARIANT(pt_sigmoid_f64),
//            VARIANT(pt_tanh_f64), VARIANT(pt_pow_f64)(double, double)
//         within one unit in the last place
//     double VARIANT(pt_exp_fast)(double), VARIANT(pt_log_fast)(double)
//         for kernels that hold float32 data in double: see math_f32.h
#include "variant.h"

#include "math_bits.h"
#include "math_f32.h"
#include "math_f64.h"
#include "math_pow.h"
