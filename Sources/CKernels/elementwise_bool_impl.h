// The elementwise kernels of bool, bytes that are 0 or 1; names are made by `PT_TYPED`.

PT_BINARY_ROW(PT_TYPED(pt_or_row), PT_T, PT_T, x | y)
PT_BINARY_ROW(PT_TYPED(pt_and_row), PT_T, PT_T, x & y)

PT_KERNEL pt_row PT_TYPED(pt_binary_row)(enum pt_binary_op op) {
  switch (op) {
    case PT_ADD:
    case PT_MAXIMUM: return PT_TYPED(pt_or_row);
    case PT_MUL:
    case PT_MINIMUM: return PT_TYPED(pt_and_row);
    default: __builtin_trap();
  }
}

PT_COMPARE_ROWS(PT_T)

#undef PT_T
#undef PT_TYPED
#undef PT_LOOP
