// Packing, micro-kernels and blocks for one instruction set and one element type.

#define LANES ((int64_t)(PT_VECTOR_BYTES / sizeof(REAL)))
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define VECTOR TYPED(vector)
#define SQUARE_ROW TYPED(square_row)

typedef REAL VECTOR
    __attribute__((ext_vector_type(PT_VECTOR_BYTES / sizeof(REAL)), aligned(sizeof(REAL)), may_alias));
typedef REAL SQUARE_ROW __attribute__((ext_vector_type(TRANSPOSE_SIDE), aligned(sizeof(REAL)), may_alias));

// Transposes a square of TRANSPOSE_SIDE rows in registers.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(transpose)(SQUARE_ROW *r) {
#if TRANSPOSE_SIDE == 8
  SQUARE_ROW pairs[8], quads[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 2; j++) {
      quads[i + 2 * j] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      quads[i + 2 * j + 1] =
          __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    r[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#else
  SQUARE_ROW pairs[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i += 2) {
    pairs[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 4, 2, 6);
    pairs[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 5, 3, 7);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    r[i] = __builtin_shufflevector(pairs[i], pairs[i + 2], 0, 1, 4, 5);
    r[i + 2] = __builtin_shufflevector(pairs[i], pairs[i + 2], 2, 3, 6, 7);
  }
#endif
}

// Packs one panel whose lines are contiguous along k, a square at a time. Where the width is no multiple of
// the square's side, the last square's columns reach into the next step's place: so it comes first, the others
// put right what it overwrote, and its last step doesn't come from a square.
PT_KERNEL void TYPED(pack_transposed)(int64_t width, int64_t count, int64_t k, const REAL *source,
                                      int64_t line_stride, REAL *packed) {
  for (int64_t first = (width - 1) / TRANSPOSE_SIDE * TRANSPOSE_SIDE; first >= 0; first -= TRANSPOSE_SIDE) {
    const REAL *lines[TRANSPOSE_SIDE];
    for (int64_t i = 0; i < TRANSPOSE_SIDE; i++) {
      lines[i] = source + (first + i < count ? first + i : count - 1) * line_stride;
    }
    int64_t p = 0, end = first + TRANSPOSE_SIDE <= width ? k : k - 1;
    for (; p + TRANSPOSE_SIDE <= end; p += TRANSPOSE_SIDE) {
      SQUARE_ROW square[TRANSPOSE_SIDE];
#pragma clang loop unroll(full)
      for (int i = 0; i < TRANSPOSE_SIDE; i++) square[i] = *(const SQUARE_ROW *)(lines[i] + p);
      TYPED(transpose)(square);
#pragma clang loop unroll(full)
      for (int i = 0; i < TRANSPOSE_SIDE; i++) *(SQUARE_ROW *)(packed + (p + i) * width + first) = square[i];
    }
    int64_t present = width - first < TRANSPOSE_SIDE ? width - first : TRANSPOSE_SIDE;
    for (; p < k; p++) {
      for (int64_t i = 0; i < present; i++) packed[p * width + first + i] = lines[i][p];
    }
  }
}

PT_KERNEL void TYPED(pack)(int64_t width, int64_t count, int64_t k, const REAL *source, int64_t line_stride,
                           int64_t k_stride, REAL *packed) {
  for (; count > 0; count -= width, source += width * line_stride, packed += width * k) {
    if (k_stride == 1 && line_stride != 1) {
      TYPED(pack_transposed)(width, count, k, source, line_stride, packed);
    } else if (line_stride == 1 && count >= width && width == TILE_COLUMNS) {
      for (int64_t p = 0; p < k; p++) {
        const VECTOR *from = (const VECTOR *)(source + p * k_stride);
        VECTOR *to = (VECTOR *)(packed + p * TILE_COLUMNS);
        for (int v = 0; v < TILE_VECTORS; v++) to[v] = from[v];
      }
    } else if (line_stride == 1 && count >= width && width == TILE_ROWS) {
      for (int64_t p = 0; p < k; p++) {
        memcpy(packed + p * TILE_ROWS, source + p * k_stride, TILE_ROWS * sizeof(REAL));
      }
    } else {
      int64_t present = count < width ? count : width;
      for (int64_t p = 0; p < k; p++) {
        REAL *to = packed + p * width;
        for (int64_t i = 0; i < present; i++) to[i] = source[i * line_stride + p * k_stride];
        for (int64_t i = present; i < width; i++) to[i] = to[present - 1];
      }
    }
  }
}

// `rows` by `vectors` of C; both are constants wherever this is called.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(micro)(const int rows, const int vectors, int64_t k,
                                                                  const REAL *restrict a,
                                                                  const REAL *restrict b, REAL *restrict c,
                                                                  int64_t c_row_stride, bool accumulate) {
  VECTOR sums[TILE_ROWS][TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      sums[i][v] = accumulate ? *(const VECTOR *)(c + i * c_row_stride + v * LANES) : (VECTOR)(REAL)0;
    }
  }
  for (int64_t p = 0; p < k; p++, a += TILE_ROWS, b += TILE_COLUMNS) {
    VECTOR columns[TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) columns[v] = *(const VECTOR *)(b + v * LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      VECTOR row = a[i];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] = __builtin_elementwise_fma(row, columns[v], sums[i][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) *(VECTOR *)(c + i * c_row_stride + v * LANES) = sums[i][v];
  }
}

// A tile of at most TILE_ROWS rows and a whole number of vectors, as micro-kernels of 8 or 6, 4, 2 and 1 rows.
#define ROWS_OF_TILE(count, vectors)                                                            \
  for (; m >= (count); m -= (count), a += (count), c += (count) * c_row_stride) {               \
    TYPED(micro)((count), (vectors), k, a, b, c, c_row_stride, accumulate);                     \
  }
#define TILE_OF_VECTORS(vectors)                                                                \
  PT_KERNEL void TYPED(tile_##vectors)(int64_t m, int64_t k, const REAL *a, const REAL *b,      \
                                       REAL *c, int64_t c_row_stride, bool accumulate) {        \
    ROWS_OF_TILE(TILE_ROWS, vectors)                                                            \
    ROWS_OF_TILE(4, vectors)                                                                    \
    ROWS_OF_TILE(2, vectors)                                                                    \
    ROWS_OF_TILE(1, vectors)                                                                    \
  }
TILE_OF_VECTORS(1)
TILE_OF_VECTORS(2)
#if TILE_VECTORS == 4
TILE_OF_VECTORS(3)
TILE_OF_VECTORS(4)
#endif
#undef TILE_OF_VECTORS
#undef ROWS_OF_TILE

PT_KERNEL void TYPED(tile)(int64_t m, int64_t n, int64_t k, const REAL *a, const REAL *b, REAL *c,
                           int64_t c_row_stride, bool accumulate) {
  switch ((n + LANES - 1) / LANES) {
    case 1: TYPED(tile_1)(m, k, a, b, c, c_row_stride, accumulate); break;
    case 2: TYPED(tile_2)(m, k, a, b, c, c_row_stride, accumulate); break;
#if TILE_VECTORS == 4
    case 3: TYPED(tile_3)(m, k, a, b, c, c_row_stride, accumulate); break;
    case 4: TYPED(tile_4)(m, k, a, b, c, c_row_stride, accumulate); break;
#endif
  }
}

// A tile whose place in C isn't whole vectors: computed aside.
PT_KERNEL void TYPED(edge_tile)(int64_t m, int64_t n, int64_t k, const REAL *a, const REAL *b, REAL *c,
                                int64_t c_row_stride, int64_t c_column_stride, bool accumulate) {
  REAL aside[TILE_ROWS * TILE_COLUMNS];
  if (accumulate) {
    for (int64_t i = 0; i < m; i++) {
      REAL *to = aside + i * TILE_COLUMNS;
      for (int64_t j = 0; j < n; j++) to[j] = c[i * c_row_stride + j * c_column_stride];
      for (int64_t j = n; j < TILE_COLUMNS; j++) to[j] = 0;
    }
  }
  TYPED(tile)(m, n, k, a, b, aside, TILE_COLUMNS, accumulate);
  for (int64_t i = 0; i < m; i++) {
    const REAL *from = aside + i * TILE_COLUMNS;
    for (int64_t j = 0; j < n; j++) c[i * c_row_stride + j * c_column_stride] = from[j];
  }
}

PT_KERNEL void TYPED(block)(int64_t m, int64_t n, int64_t k, const REAL *packed_a, const REAL *packed_b,
                            REAL *c, int64_t c_row_stride, int64_t c_column_stride, bool accumulate) {
  for (int64_t j = 0; j < n; j += TILE_COLUMNS) {
    int64_t columns = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
    const REAL *b = packed_b + j * k;
    bool is_whole = c_column_stride == 1 && columns % LANES == 0;
    for (int64_t i = 0; i < m; i += TILE_ROWS) {
      int64_t rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
      const REAL *a = packed_a + i * k;
      REAL *to = c + i * c_row_stride + j * c_column_stride;
      if (is_whole) {
        TYPED(tile)(rows, columns, k, a, b, to, c_row_stride, accumulate);
      } else {
        TYPED(edge_tile)(rows, columns, k, a, b, to, c_row_stride, c_column_stride, accumulate);
      }
    }
  }
}

// Streams `depth` rows of B, a constant wherever this is called, through a stretch of C.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(add_rows)(const int depth, int64_t n, const REAL *a,
                                                                     int64_t a_stride, const REAL *b,
                                                                     int64_t b_row_stride, REAL *c) {
  int64_t j = 0;
  for (; j + LANES <= n; j += LANES) {
    VECTOR sum = *(const VECTOR *)(c + j);
#pragma clang loop unroll(full)
    for (int p = 0; p < depth; p++) {
      VECTOR row = a[p * a_stride];
      sum = __builtin_elementwise_fma(row, *(const VECTOR *)(b + p * b_row_stride + j), sum);
    }
    *(VECTOR *)(c + j) = sum;
  }
  for (; j < n; j++) {
    REAL sum = c[j];
    for (int p = 0; p < depth; p++) {
      sum = __builtin_elementwise_fma(a[p * a_stride], b[p * b_row_stride + j], sum);
    }
    c[j] = sum;
  }
}

PT_KERNEL void TYPED(row)(int64_t n, int64_t k, const REAL *a, int64_t a_stride, const REAL *b,
                          int64_t b_row_stride, REAL *c) {
  int64_t p = 0;
  for (; p + 8 <= k; p += 8) {
    TYPED(add_rows)(8, n, a + p * a_stride, a_stride, b + p * b_row_stride, b_row_stride, c);
  }
  for (; p < k; p++) {
    TYPED(add_rows)(1, n, a + p * a_stride, a_stride, b + p * b_row_stride, b_row_stride, c);
  }
}

static const TILES TYPED(tiles) = {
    .rows = TILE_ROWS,
    .columns = TILE_COLUMNS,
    .pack = TYPED(pack),
    .block = TYPED(block),
    .row = TYPED(row),
};

#undef LANES
#undef TILE_COLUMNS
#undef VECTOR
#undef SQUARE_ROW
