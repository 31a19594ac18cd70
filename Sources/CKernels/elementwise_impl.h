// The elementwise loops for each element type, compiled once per instruction set. The files included per type
// undefine its macros.
#include "math_inline.h"

#define PT_T float
#define PT_LOOP PT_INDEPENDENT_BY(8)
#define PT_TYPED(name) VARIANT(name##_f32)
#define PT_SQRT(x) PT_SQRT_F32(x)
#define PT_ABSOLUTE(x) __builtin_fabsf(x)
#include "elementwise_real_impl.h"

#define PT_T double
#define PT_LOOP PT_INDEPENDENT_BY(4)
#define PT_TYPED(name) VARIANT(name##_f64)
#define PT_SQRT(x) PT_SQRT_F64(x)
#define PT_ABSOLUTE(x) __builtin_fabs(x)
#include "elementwise_real_impl.h"

#define PT_T int64_t
#define PT_LOOP PT_INDEPENDENT
#define PT_TYPED(name) VARIANT(name##_i64)
#include "elementwise_integer_impl.h"

#define PT_T uint8_t
#define PT_LOOP PT_INDEPENDENT
#define PT_TYPED(name) VARIANT(name##_u8)
#include "elementwise_bool_impl.h"
