// Loops that convert, fill and select contiguous elements, compiled once per instruction set.

#define PT_LOOP PT_INDEPENDENT

/// float64 to int64: towards zero, the nearest bound beyond the range, 0 for NaN.
PT_KERNEL inline __attribute__((always_inline)) int64_t VARIANT(pt_truncate)(double x) {
  int64_t inside = (int64_t)(x > -0x1p+63 && x < 0x1p+63 ? x : 0);
  int64_t low = x <= -0x1p+63 ? INT64_MIN : inside;
  return x >= 0x1p+63 ? INT64_MAX : low;
}

#define PT_CAST_ROW(from, F, to, T, expression) PT_CHEAP_ROW(VARIANT(pt_cast_##from##_##to), T, F, expression)

PT_CAST_ROW(f32, float, f64, double, x)
PT_CAST_ROW(f32, float, i64, int64_t, VARIANT(pt_truncate)(x))
PT_CAST_ROW(f32, float, u8, uint8_t, x != 0)
PT_CAST_ROW(f64, double, f32, float, x)
PT_CAST_ROW(f64, double, i64, int64_t, VARIANT(pt_truncate)(x))
PT_CAST_ROW(f64, double, u8, uint8_t, x != 0)
PT_CAST_ROW(i64, int64_t, f32, float, x)
PT_CAST_ROW(i64, int64_t, f64, double, x)
PT_CAST_ROW(i64, int64_t, u8, uint8_t, x != 0)
PT_CAST_ROW(u8, uint8_t, f32, float, x)
PT_CAST_ROW(u8, uint8_t, f64, double, x)
PT_CAST_ROW(u8, uint8_t, i64, int64_t, x)

PT_KERNEL pt_row VARIANT(pt_cast_row)(enum pt_dtype from, enum pt_dtype to) {
  static const pt_row rows[4][4] = {
      [PT_FLOAT32] = {[PT_FLOAT64] = VARIANT(pt_cast_f32_f64),
                      [PT_INT64] = VARIANT(pt_cast_f32_i64),
                      [PT_BOOL] = VARIANT(pt_cast_f32_u8)},
      [PT_FLOAT64] = {[PT_FLOAT32] = VARIANT(pt_cast_f64_f32),
                      [PT_INT64] = VARIANT(pt_cast_f64_i64),
                      [PT_BOOL] = VARIANT(pt_cast_f64_u8)},
      [PT_INT64] = {[PT_FLOAT32] = VARIANT(pt_cast_i64_f32),
                    [PT_FLOAT64] = VARIANT(pt_cast_i64_f64),
                    [PT_BOOL] = VARIANT(pt_cast_i64_u8)},
      [PT_BOOL] = {[PT_FLOAT32] = VARIANT(pt_cast_u8_f32),
                   [PT_FLOAT64] = VARIANT(pt_cast_u8_f64),
                   [PT_INT64] = VARIANT(pt_cast_u8_i64)},
  };
  return rows[from][to];
}

/// Kernels for elements of one size: fill (the value has stride 0) and where (condition, a, b).
#define PT_SIZED_ROWS(T, fill, where)                                              \
  PT_KERNEL void fill(int64_t n, void *const *operands, const int64_t *strides,    \
                      int64_t ahead) {                                             \
    (void)strides;                                                                 \
    T *out = operands[0];                                                          \
    const T value = *(const T *)operands[1];                                       \
    PT_EACH(PT_ASK(out), out[i] = value;)                                          \
  }                                                                                \
  PT_KERNEL void where(int64_t n, void *const *operands, const int64_t *strides,   \
                       int64_t ahead) {                                            \
    (void)strides;                                                                 \
    T *out = operands[0];                                                          \
    const uint8_t *condition = operands[1];                                        \
    const T *a = operands[2], *b = operands[3];                                    \
    PT_EACH(PT_ASK(condition) PT_ASK(a) PT_ASK(b) PT_ASK(out),                     \
            T x = a[i], y = b[i]; out[i] = condition[i] ? x : y;)                  \
  }

PT_SIZED_ROWS(uint8_t, VARIANT(pt_fill_1), VARIANT(pt_where_1))
PT_SIZED_ROWS(uint32_t, VARIANT(pt_fill_4), VARIANT(pt_where_4))
PT_SIZED_ROWS(uint64_t, VARIANT(pt_fill_8), VARIANT(pt_where_8))

PT_KERNEL pt_row VARIANT(pt_fill_row)(int64_t element_size) {
  switch (element_size) {
    case 1: return VARIANT(pt_fill_1);
    case 4: return VARIANT(pt_fill_4);
    case 8: return VARIANT(pt_fill_8);
    default: __builtin_trap();
  }
}

PT_KERNEL pt_row VARIANT(pt_where_row)(int64_t element_size) {
  switch (element_size) {
    case 1: return VARIANT(pt_where_1);
    case 4: return VARIANT(pt_where_4);
    case 8: return VARIANT(pt_where_8);
    default: __builtin_trap();
  }
}

#undef PT_LOOP
#undef PT_CAST_ROW
#undef PT_SIZED_ROWS
