// The elementwise kernels of a floating-point type: `PT_T`, with names made by `PT_TYPED`.
#include "elementwise_power_impl.h"

PT_BINARY_ROW(PT_TYPED(pt_add_row), PT_T, PT_T, x + y)
PT_BINARY_ROW(PT_TYPED(pt_sub_row), PT_T, PT_T, x - y)
PT_BINARY_ROW(PT_TYPED(pt_mul_row), PT_T, PT_T, x * y)
PT_BINARY_ROW(PT_TYPED(pt_div_row), PT_T, PT_T, x / y)
PT_BINARY_ROW(PT_TYPED(pt_maximum_row), PT_T, PT_T, x > y || x != x ? x : y)
PT_BINARY_ROW(PT_TYPED(pt_minimum_row), PT_T, PT_T, x < y || x != x ? x : y)
PT_POWER_ROW(pt_pow_row, pt_pow_known)
PT_POWER_ROW(pt_pow_grad_base_row, pt_pow_grad_base)
PT_POWER_ROW(pt_pow_grad_exponent_row, pt_pow_grad_exponent)

PT_KERNEL pt_row PT_TYPED(pt_binary_row)(enum pt_binary_op op) {
  switch (op) {
    case PT_ADD: return PT_TYPED(pt_add_row);
    case PT_SUB: return PT_TYPED(pt_sub_row);
    case PT_MUL: return PT_TYPED(pt_mul_row);
    case PT_DIV: return PT_TYPED(pt_div_row);
    case PT_POW: return PT_TYPED(pt_pow_row);
    case PT_MAXIMUM: return PT_TYPED(pt_maximum_row);
    case PT_MINIMUM: return PT_TYPED(pt_minimum_row);
    case PT_POW_GRAD_BASE: return PT_TYPED(pt_pow_grad_base_row);
    case PT_POW_GRAD_EXPONENT: return PT_TYPED(pt_pow_grad_exponent_row);
  }
  __builtin_trap();
}

PT_COMPARE_ROWS(PT_T)

PT_CHEAP_ROW(PT_TYPED(pt_neg_row), PT_T, PT_T, -x)
PT_CHEAP_ROW(PT_TYPED(pt_abs_row), PT_T, PT_T, PT_ABSOLUTE(x))
PT_ARRAY_ROW(PT_TYPED(pt_exp_row), PT_TYPED(pt_exp_array))
PT_ARRAY_ROW(PT_TYPED(pt_log_row), PT_TYPED(pt_log_array))
PT_CHEAP_ROW(PT_TYPED(pt_sqrt_row), PT_T, PT_T, PT_SQRT(x))
PT_UNARY_ROW(PT_TYPED(pt_sigmoid_row), PT_INDEPENDENT_TIMES(4), PT_T, PT_TYPED(pt_sigmoid)(x))
PT_ARRAY_ROW(PT_TYPED(pt_tanh_row), PT_TYPED(pt_tanh_array))
PT_CHEAP_ROW(PT_TYPED(pt_relu_row), PT_T, PT_T, x <= 0 ? 0 : x)
PT_CHEAP_ROW(PT_TYPED(pt_sign_row), PT_T, PT_T, (PT_T)(x > 0) - (PT_T)(x < 0))

PT_KERNEL pt_row PT_TYPED(pt_unary_row)(enum pt_unary_op op) {
  switch (op) {
    case PT_NEG: return PT_TYPED(pt_neg_row);
    case PT_ABS: return PT_TYPED(pt_abs_row);
    case PT_EXP: return PT_TYPED(pt_exp_row);
    case PT_LOG: return PT_TYPED(pt_log_row);
    case PT_SQRT: return PT_TYPED(pt_sqrt_row);
    case PT_SIGMOID: return PT_TYPED(pt_sigmoid_row);
    case PT_TANH: return PT_TYPED(pt_tanh_row);
    case PT_RELU: return PT_TYPED(pt_relu_row);
    case PT_SIGN: return PT_TYPED(pt_sign_row);
  }
  __builtin_trap();
}

// Backward: x is the upstream gradient, y what was saved.
PT_BINARY_ROW(PT_TYPED(pt_sigmoid_backward_row), PT_T, PT_T, x * ((1 - y) * y))
PT_BINARY_ROW(PT_TYPED(pt_tanh_backward_row), PT_T, PT_T, x * (1 - y * y))
PT_BINARY_ROW(PT_TYPED(pt_relu_backward_row), PT_T, PT_T, y <= 0 ? 0 : x)
PT_BINARY_ROW(PT_TYPED(pt_sqrt_backward_row), PT_T, PT_T, x / (2 * y))
PT_BINARY_ROW(PT_TYPED(pt_abs_backward_row), PT_T, PT_T, x * ((PT_T)(y > 0) - (PT_T)(y < 0)))

PT_KERNEL pt_row PT_TYPED(pt_backward_row)(enum pt_unary_op op) {
  switch (op) {
    case PT_SIGMOID: return PT_TYPED(pt_sigmoid_backward_row);
    case PT_TANH: return PT_TYPED(pt_tanh_backward_row);
    case PT_RELU: return PT_TYPED(pt_relu_backward_row);
    case PT_SQRT: return PT_TYPED(pt_sqrt_backward_row);
    case PT_ABS: return PT_TYPED(pt_abs_backward_row);
    default: __builtin_trap();
  }
}

#undef PT_T
#undef PT_TYPED
#undef PT_SQRT
#undef PT_LOOP
#undef PT_ABSOLUTE
#undef PT_POWER_ROW
