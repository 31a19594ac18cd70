// Planes that are copied transposed, in squares whose sides fill a vector, compiled once per instruction set.

/// Transposes a square in registers: for each bit of the index, the elements that differ in it between row and column
/// change places. h is a constant wherever these are used.
#define PT_LOW(k, h, n) (((k) & (h)) != 0 ? (n) + (k) - (h) : (k))
#define PT_HIGH(k, h, n) (((k) & (h)) != 0 ? (n) + (k) : (k) + (h))
#define PT_TWO(F, k, h, n) F(k, h, n), F((k) + 1, h, n)
#define PT_FOUR(F, k, h, n) PT_TWO(F, k, h, n), PT_TWO(F, (k) + 2, h, n)
#define PT_EIGHT(F, k, h, n) PT_FOUR(F, k, h, n), PT_FOUR(F, (k) + 4, h, n)
#define PT_SIXTEEN(F, k, h, n) PT_EIGHT(F, k, h, n), PT_EIGHT(F, (k) + 8, h, n)
#define PT_EXCHANGE(V, n, LIST, h)                                               \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < (n); i++) {             \
    if ((i & (h)) != 0) continue;                                                \
    const V a = square[i], b = square[i + (h)];                                  \
    square[i] = __builtin_shufflevector(a, b, LIST(PT_LOW, 0, h, n));            \
    square[i + (h)] = __builtin_shufflevector(a, b, LIST(PT_HIGH, 0, h, n));     \
  }

/// to[j][i] = from[i][j] for squares of n elements T, whose rows V are, by the exchanges that n needs.
#define PT_TRANSPOSE(name, T, V, n, EXCHANGES)                                                                      \
  typedef T V __attribute__((vector_size((n) * sizeof(T)), aligned(sizeof(T)), may_alias));                         \
  PT_KERNEL inline __attribute__((always_inline)) void name(T *to, int64_t row_stride, const T *from,               \
                                                            int64_t column_stride) {                                \
    V square[n];                                                                                                    \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < (n); i++) {                                              \
      square[i] = *(const V *)(from + i * column_stride);                                                           \
    }                                                                                                               \
    EXCHANGES                                                                                                       \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < (n); i++) *(V *)(to + i * row_stride) = square[i];       \
  }

/// A plane of `rows` (at most a tile's) by `columns` elements, whose columns are adjacent in the destination and whose
/// rows are in the source, of tiles that are made of squares of `side`. `asks` is whether to ask for the memory of the
/// next tile.
#define PT_PLANE(name, T, side, transpose)                                                                        \
  PT_KERNEL void name(int64_t rows, int64_t columns, void *to, int64_t row_stride, const void *from,              \
                      int64_t column_stride, bool asks) {                                                         \
    for (int64_t column = 0; column < columns; column += PT_TILE) {                                               \
      T *dst = (T *)to + column;                                                                                  \
      const T *src = (const T *)from + column * column_stride;                                                    \
      for (int64_t i = 0; i < rows && asks; i++) {                                                                \
        __builtin_prefetch(src + (PT_TILE + i) * column_stride);                                                  \
        __builtin_prefetch(dst + i * row_stride + PT_TILE);                                                       \
      }                                                                                                           \
      if (rows == PT_TILE && columns - column >= PT_TILE) {                                                       \
        for (int64_t i = 0; i < PT_TILE; i += (side)) {                                                           \
          for (int64_t j = 0; j < PT_TILE; j += (side)) {                                                         \
            transpose(dst + j * row_stride + i, row_stride, src + i * column_stride + j, column_stride);          \
          }                                                                                                       \
        }                                                                                                         \
      } else {                                                                                                    \
        const int64_t width = columns - column < PT_TILE ? columns - column : PT_TILE;                            \
        for (int64_t j = 0; j < rows; j++) {                                                                      \
          for (int64_t i = 0; i < width; i++) dst[j * row_stride + i] = src[i * column_stride + j];               \
        }                                                                                                         \
      }                                                                                                           \
    }                                                                                                             \
  }

PT_KERNEL inline void VARIANT(transpose_1)(uint8_t *to, int64_t row_stride, const uint8_t *from,
                                           int64_t column_stride) {
  (void)row_stride, (void)column_stride;
  *to = *from;
}

#define V4 VARIANT(words)
#define V8 VARIANT(long_words)
#if PT_VECTOR_BYTES == 64
PT_TRANSPOSE(VARIANT(transpose_4), uint32_t, V4, 16,
             PT_EXCHANGE(V4, 16, PT_SIXTEEN, 8) PT_EXCHANGE(V4, 16, PT_SIXTEEN, 4) PT_EXCHANGE(V4, 16, PT_SIXTEEN, 2)
             PT_EXCHANGE(V4, 16, PT_SIXTEEN, 1))
PT_TRANSPOSE(VARIANT(transpose_8), uint64_t, V8, 8,
             PT_EXCHANGE(V8, 8, PT_EIGHT, 4) PT_EXCHANGE(V8, 8, PT_EIGHT, 2) PT_EXCHANGE(V8, 8, PT_EIGHT, 1))
#elif PT_VECTOR_BYTES == 32
PT_TRANSPOSE(VARIANT(transpose_4), uint32_t, V4, 8,
             PT_EXCHANGE(V4, 8, PT_EIGHT, 4) PT_EXCHANGE(V4, 8, PT_EIGHT, 2) PT_EXCHANGE(V4, 8, PT_EIGHT, 1))
PT_TRANSPOSE(VARIANT(transpose_8), uint64_t, V8, 4,
             PT_EXCHANGE(V8, 4, PT_FOUR, 2) PT_EXCHANGE(V8, 4, PT_FOUR, 1))
#else
PT_TRANSPOSE(VARIANT(transpose_4), uint32_t, V4, 4,
             PT_EXCHANGE(V4, 4, PT_FOUR, 2) PT_EXCHANGE(V4, 4, PT_FOUR, 1))
PT_TRANSPOSE(VARIANT(transpose_8), uint64_t, V8, 2, PT_EXCHANGE(V8, 2, PT_TWO, 1))
#endif

PT_PLANE(VARIANT(plane_1), uint8_t, 1, VARIANT(transpose_1))
PT_PLANE(VARIANT(plane_4), uint32_t, PT_VECTOR_BYTES / 4, VARIANT(transpose_4))
PT_PLANE(VARIANT(plane_8), uint64_t, PT_VECTOR_BYTES / 8, VARIANT(transpose_8))

PT_KERNEL pt_plane VARIANT(pt_plane_kernel)(int64_t element_size) {
  switch (element_size) {
    case 1: return VARIANT(plane_1);
    case 4: return VARIANT(plane_4);
    case 8: return VARIANT(plane_8);
    default: __builtin_trap();
  }
}

#undef V4
#undef V8
#undef PT_LOW
#undef PT_HIGH
#undef PT_TWO
#undef PT_FOUR
#undef PT_EIGHT
#undef PT_SIXTEEN
#undef PT_EXCHANGE
#undef PT_TRANSPOSE
#undef PT_PLANE
