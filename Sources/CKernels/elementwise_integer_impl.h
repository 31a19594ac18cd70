// The elementwise kernels of int64, which wrap around; names are made by `PT_TYPED`.

/// a to the power of b by repeated squaring; a negative b gives the power's integer part.
PT_MATH int64_t PT_TYPED(pt_pow)(int64_t a, int64_t b) {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
  uint64_t result = 1, square = (uint64_t)a;
  for (; b > 0; b >>= 1) {
    if (b & 1) result *= square;
    square *= square;
  }
  return (int64_t)result;
}

PT_BINARY_ROW(PT_TYPED(pt_add_row), PT_T, PT_T, (uint64_t)x + (uint64_t)y)
PT_BINARY_ROW(PT_TYPED(pt_sub_row), PT_T, PT_T, (uint64_t)x - (uint64_t)y)
PT_BINARY_ROW(PT_TYPED(pt_mul_row), PT_T, PT_T, (uint64_t)x * (uint64_t)y)
PT_KERNEL void PT_TYPED(pt_pow_row)(int64_t n, void *const *operands, const int64_t *strides, int64_t ahead) {
  (void)ahead;
  int64_t *out = operands[0];
  const int64_t *a = operands[1], *b = operands[2];
  for (int64_t i = 0; i < n; i++) out[i] = PT_TYPED(pt_pow)(a[i * strides[1]], b[i * strides[2]]);
}
PT_BINARY_ROW(PT_TYPED(pt_maximum_row), PT_T, PT_T, x > y ? x : y)
PT_BINARY_ROW(PT_TYPED(pt_minimum_row), PT_T, PT_T, x < y ? x : y)

PT_KERNEL pt_row PT_TYPED(pt_binary_row)(enum pt_binary_op op) {
  switch (op) {
    case PT_ADD: return PT_TYPED(pt_add_row);
    case PT_SUB: return PT_TYPED(pt_sub_row);
    case PT_MUL: return PT_TYPED(pt_mul_row);
    case PT_POW: return PT_TYPED(pt_pow_row);
    case PT_MAXIMUM: return PT_TYPED(pt_maximum_row);
    case PT_MINIMUM: return PT_TYPED(pt_minimum_row);
    default: __builtin_trap();
  }
}

PT_COMPARE_ROWS(PT_T)

PT_CHEAP_ROW(PT_TYPED(pt_neg_row), PT_T, PT_T, 0 - (uint64_t)x)
PT_CHEAP_ROW(PT_TYPED(pt_abs_row), PT_T, PT_T, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
PT_CHEAP_ROW(PT_TYPED(pt_relu_row), PT_T, PT_T, x > 0 ? x : 0)
PT_CHEAP_ROW(PT_TYPED(pt_sign_row), PT_T, PT_T, (x > 0) - (x < 0))

PT_KERNEL pt_row PT_TYPED(pt_unary_row)(enum pt_unary_op op) {
  switch (op) {
    case PT_NEG: return PT_TYPED(pt_neg_row);
    case PT_ABS: return PT_TYPED(pt_abs_row);
    case PT_RELU: return PT_TYPED(pt_relu_row);
    case PT_SIGN: return PT_TYPED(pt_sign_row);
    default: __builtin_trap();
  }
}

#undef PT_T
#undef PT_TYPED
#undef PT_LOOP
