// Packing, micro-kernels and blocks for one instruction set and one element type.

#define LANES ((int64_t)(PT_VECTOR_BYTES / sizeof(REAL)))
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define VECTOR TYPED(vector)
#define SQUARE_ROW TYPED(square_row)

typedef PT_VECTOR_OF(REAL, PT_VECTOR_BYTES / sizeof(REAL)) VECTOR;
typedef PT_VECTOR_OF(REAL, TRANSPOSE_SIDE) SQUARE_ROW;

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
// the square's side, the last square's columns reach into the next step's place: so it comes first, the
// others put right what it overwrote, and its last step doesn't come from a square.
PT_KERNEL void TYPED(pack_transposed)(int64_t width, int64_t count, int64_t k, const REAL *source,
                                      int64_t line_stride, REAL *packed) {
  for (int64_t first = (width - 1) / TRANSPOSE_SIDE * TRANSPOSE_SIDE; first >= 0; first -= TRANSPOSE_SIDE) {
    if (first >= (count + LANES - 1) / LANES * LANES) continue;  // nobody reads these columns
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

// Packs panels of a constant width whose lines lie side by side, as many at once as make long stretches.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(pack_side_by_side)(
    const int width, int64_t panels, int64_t k, const REAL *source, int64_t k_stride, REAL *packed) {
  const int64_t at_once = 8;
  for (int64_t first = 0; first < panels; first += at_once) {
    int64_t count = panels - first < at_once ? panels - first : at_once;
    for (int64_t p = 0; p < k; p++) {
      const REAL *from = source + first * width + p * k_stride;
      REAL *to = packed + (first * k + p) * width;
      for (int64_t panel = 0; panel < count; panel++, from += width, to += k * width) {
        memcpy(to, from, (size_t)width * sizeof(REAL));
      }
    }
  }
}

PT_KERNEL void TYPED(pack)(int64_t width, int64_t count, int64_t k, const REAL *source, int64_t line_stride,
                           int64_t k_stride, REAL *packed) {
  // The micro-kernels compute whole vectors of columns: a subnormal number that memory held before would cost
  // over a hundred cycles wherever no line fills a vector.
  int64_t rest = count % width;
  if (width % LANES == 0 && rest % LANES > 0) {
    REAL *last = packed + (count - rest) * k + rest / LANES * LANES;
    for (int64_t p = 0; p < k; p++) *(VECTOR *)(last + p * width) = PT_SPLAT(VECTOR, (REAL)0);
  }
  if (k_stride == 1 && line_stride != 1) {
    for (; count > 0; count -= width, source += width * line_stride, packed += width * k) {
      TYPED(pack_transposed)(width, count, k, source, line_stride, packed);
    }
    return;
  }
  if (line_stride == 1) {
    int64_t panels = width == TILE_COLUMNS || width == TILE_ROWS ? count / width : 0;
    if (width == TILE_COLUMNS) {
      TYPED(pack_side_by_side)(TILE_COLUMNS, panels, k, source, k_stride, packed);
    } else {
      TYPED(pack_side_by_side)(TILE_ROWS, panels, k, source, k_stride, packed);
    }
    count -= panels * width;
    source += panels * width;
    packed += panels * width * k;
  }
  for (; count > 0; count -= width, source += width * line_stride, packed += width * k) {
    int64_t present = count < width ? count : width;
    for (int64_t p = 0; p < k; p++) {
      const REAL *from = source + p * k_stride;
      REAL *to = packed + p * width;
      int64_t i = 0;
      for (; line_stride == 1 && i + LANES <= present; i += LANES) *(VECTOR *)(to + i) = *(const VECTOR *)(from + i);
      for (; i < present; i++) to[i] = from[i * line_stride];
    }
  }
}

// Where the operands of a tile are: both packed; both as they are; A packed and B a patch of an image that is read at
// `offsets[p]` from the vectors' starts; or A lines that are read at `offsets[p]` and B packed.
struct TYPED(operands) {
  const REAL *a, *b, *bias;
  const REAL *const *lines;
  const int64_t *offsets, *starts;
  int64_t a_row_stride, a_column_stride, b_row_stride;
};

// `rows` by `vectors` of C, of depth k; `first` counts the rows of A before them. The first three parameters
// are constants wherever this is called.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(micro)(
    const enum tile_kind kind, const int rows, const int vectors, int64_t k, struct TYPED(operands) x,
    int64_t first, REAL *c, int64_t c_row_stride, enum pt_tile_start start) {
  VECTOR sums[TILE_ROWS][TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      sums[i][v] = PT_SPLAT(VECTOR, (REAL)0);
      if (start == PT_FROM_C) sums[i][v] = *(VECTOR *)(c + i * c_row_stride + v * LANES);
      if (kind == TILE_OF_TAPS && start == PT_FROM_BIAS) sums[i][v] = PT_SPLAT(VECTOR, x.bias[first + i]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (start != PT_FROM_C) __builtin_prefetch(c + i * c_row_stride + v * LANES, 1);
    }
  }
#pragma clang loop unroll_count(2)
  for (int64_t p = 0; p < k; p++) {
    VECTOR columns[TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      int64_t at = kind == TILE_OF_TAPS     ? x.offsets[p] + x.starts[v]
                   : kind == TILE_OF_ROWS   ? p * TILE_COLUMNS + v * LANES
                                            : p * x.b_row_stride + v * LANES;
      columns[v] = *(const VECTOR *)(x.b + at);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      REAL factor = kind == TILE_OF_LINES  ? x.lines[first + i][x.offsets[p]]
                    : kind == TILE_OF_TAPS ? x.a[p * TILE_ROWS + first + i]
                                           : x.a[(first + i) * x.a_row_stride + p * x.a_column_stride];
      VECTOR row = PT_SPLAT(VECTOR, factor);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] = PT_FMA_VECTOR(row, columns[v], sums[i][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      VECTOR *to = (VECTOR *)(c + i * c_row_stride + v * LANES);
      if (start == PT_ADD_TO_C) sums[i][v] = *to + sums[i][v];
      *to = sums[i][v];
    }
  }
}

// A tile of at most TILE_ROWS rows and a constant number of vectors, as micro-kernels of fewer rows.
#define ROWS_OF_TILE(count)                                                                           \
  for (; m - first >= (count); first += (count)) {                                                    \
    TYPED(micro)(kind, (count), vectors, k, x, first, c + first * c_row_stride, c_row_stride, start); \
  }
PT_KERNEL inline __attribute__((always_inline)) void TYPED(tile_of)(
    const enum tile_kind kind, const int vectors, int64_t m, int64_t k, struct TYPED(operands) x, REAL *c,
    int64_t c_row_stride, enum pt_tile_start start) {
  int64_t first = 0;
  ROWS_OF_TILE(TILE_ROWS)
  ROWS_OF_TILE(4)
  ROWS_OF_TILE(3)
  ROWS_OF_TILE(2)
  ROWS_OF_TILE(1)
}
#undef ROWS_OF_TILE

// A tile of at most TILE_ROWS rows and TILE_VECTORS vectors, by kind.
#define TILE_OF_KIND(name, kind)                                                                       \
  PT_KERNEL void TYPED(name)(int64_t m, int64_t vectors, int64_t k, struct TYPED(operands) x, REAL *c, \
                             int64_t c_row_stride, enum pt_tile_start start) {                         \
    switch (vectors) {                                                                                 \
      case 1: TYPED(tile_of)(kind, 1, m, k, x, c, c_row_stride, start); break;                         \
      case 2: TYPED(tile_of)(kind, 2, m, k, x, c, c_row_stride, start); break;                         \
      MORE_VECTORS(kind)                                                                               \
    }                                                                                                  \
  }
#if TILE_VECTORS == 4
#define MORE_VECTORS(kind)                                                 \
  case 3: TYPED(tile_of)(kind, 3, m, k, x, c, c_row_stride, start); break; \
  case 4: TYPED(tile_of)(kind, 4, m, k, x, c, c_row_stride, start); break;
#else
#define MORE_VECTORS(kind)
#endif
TILE_OF_KIND(tile, TILE_OF_ROWS)
TILE_OF_KIND(tile_direct, TILE_OF_MATRICES)
TILE_OF_KIND(tile_taps, TILE_OF_TAPS)
TILE_OF_KIND(tile_lines, TILE_OF_LINES)
#undef MORE_VECTORS
#undef TILE_OF_KIND

// A tile whose place in C isn't whole vectors: computed aside.
PT_KERNEL void TYPED(edge_tile)(int64_t m, int64_t n, int64_t k, struct TYPED(operands) x, REAL *c,
                                int64_t c_row_stride, int64_t c_column_stride, enum pt_tile_start start) {
  REAL aside[TILE_ROWS * TILE_COLUMNS];
  if (start != PT_FROM_ZERO) {
    for (int64_t i = 0; i < m; i++) {
      REAL *to = aside + i * TILE_COLUMNS;
      for (int64_t j = 0; j < n; j++) to[j] = c[i * c_row_stride + j * c_column_stride];
      for (int64_t j = n; j < TILE_COLUMNS; j++) to[j] = 0;
    }
  }
  TYPED(tile)(m, (n + LANES - 1) / LANES, k, x, aside, TILE_COLUMNS, start);
  for (int64_t i = 0; i < m; i++) {
    const REAL *from = aside + i * TILE_COLUMNS;
    for (int64_t j = 0; j < n; j++) c[i * c_row_stride + j * c_column_stride] = from[j];
  }
}

PT_KERNEL void TYPED(block)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t a_tile_stride,
                            int64_t a_row_stride, int64_t a_column_stride, const REAL *packed_b, REAL *c,
                            int64_t c_row_stride, int64_t c_column_stride, enum pt_tile_start start) {
  for (int64_t i = 0; i < m; i += TILE_ROWS, a += a_tile_stride) {
    int64_t rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
    for (int64_t j = 0; j < n; j += TILE_COLUMNS) {
      int64_t columns = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
      struct TYPED(operands) x = {
          .a = a, .b = packed_b + j * k, .a_row_stride = a_row_stride, .a_column_stride = a_column_stride};
      REAL *to = c + i * c_row_stride + j * c_column_stride;
      if (c_column_stride == 1 && columns % LANES == 0) {
        TYPED(tile)(rows, columns / LANES, k, x, to, c_row_stride, start);
      } else {
        TYPED(edge_tile)(rows, columns, k, x, to, c_row_stride, c_column_stride, start);
      }
    }
  }
}

PT_KERNEL void TYPED(direct)(int64_t m, int64_t vectors, int64_t k, const REAL *a, int64_t a_row_stride,
                             int64_t a_column_stride, const REAL *b, int64_t b_row_stride, REAL *c,
                             int64_t c_row_stride, enum pt_tile_start start) {
  for (int64_t v = 0; v < vectors; v += TILE_VECTORS) {
    for (int64_t i = 0; i < m; i += TILE_ROWS) {
      struct TYPED(operands) x = {.a = a + i * a_row_stride, .b = b + v * LANES, .a_row_stride = a_row_stride,
                                  .a_column_stride = a_column_stride, .b_row_stride = b_row_stride};
      TYPED(tile_direct)(m - i < TILE_ROWS ? m - i : TILE_ROWS,
                         vectors - v < TILE_VECTORS ? vectors - v : TILE_VECTORS, k, x,
                         c + i * c_row_stride + v * LANES, c_row_stride, start);
    }
  }
}

PT_KERNEL void TYPED(taps)(int64_t m, int64_t vectors, int64_t k, const REAL *packed_a, const REAL *patch,
                           const int64_t *offsets, const int64_t *starts, const REAL *bias, REAL *c,
                           int64_t c_row_stride, enum pt_tile_start start) {
  for (int64_t v = 0; v < vectors; v += TILE_VECTORS) {
    for (int64_t i = 0; i < m; i += TILE_ROWS) {
      struct TYPED(operands) x = {.a = packed_a + i * k, .b = patch, .offsets = offsets, .starts = starts + v};
      if (start == PT_FROM_BIAS) x.bias = bias + i;
      TYPED(tile_taps)(m - i < TILE_ROWS ? m - i : TILE_ROWS,
                       vectors - v < TILE_VECTORS ? vectors - v : TILE_VECTORS, k, x,
                       c + i * c_row_stride + v * LANES, c_row_stride, start);
    }
  }
}

PT_KERNEL void TYPED(lines)(int64_t m, int64_t vectors, int64_t k, const REAL *const *lines,
                            const int64_t *offsets, const REAL *packed_b, REAL *c, int64_t c_row_stride,
                            enum pt_tile_start start) {
  for (int64_t v = 0; v < vectors; v += TILE_VECTORS) {
    for (int64_t i = 0; i < m; i += TILE_ROWS) {
      struct TYPED(operands) x = {.lines = lines + i, .b = packed_b + v * LANES * k, .offsets = offsets,
                                  .b_row_stride = vectors < TILE_VECTORS ? vectors * LANES : TILE_COLUMNS};
      TYPED(tile_lines)(m - i < TILE_ROWS ? m - i : TILE_ROWS,
                        vectors - v < TILE_VECTORS ? vectors - v : TILE_VECTORS, k, x,
                        c + i * c_row_stride + v * LANES, c_row_stride, start);
    }
  }
}

// Streams `depth` rows of B, a constant wherever this is called, through a stretch of C.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(add_rows)(
    const int depth, int64_t n, const REAL *a, int64_t a_stride, const REAL *b, int64_t b_row_stride,
    REAL *c) {
  int64_t j = 0;
  for (; j + LANES <= n; j += LANES) {
    VECTOR sum = *(const VECTOR *)(c + j);
#pragma clang loop unroll(full)
    for (int p = 0; p < depth; p++) {
      VECTOR row = PT_SPLAT(VECTOR, a[p * a_stride]);
      sum = PT_FMA_VECTOR(row, *(const VECTOR *)(b + p * b_row_stride + j), sum);
    }
    *(VECTOR *)(c + j) = sum;
  }
  for (; j < n; j++) {
    REAL sum = c[j];
    for (int p = 0; p < depth; p++) {
      sum = PT_FMA(a[p * a_stride], b[p * b_row_stride + j], sum);
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

// The lines of B a square's side at a time, so that their chains fill a vector.
PT_KERNEL void TYPED(dots)(int64_t n, int64_t k, const REAL *a, int64_t a_stride, const REAL *b,
                           int64_t b_line_stride, REAL *c) {
  int64_t j = 0;
  for (; j + TRANSPOSE_SIDE <= n; j += TRANSPOSE_SIDE) {
    const REAL *lines = b + j * b_line_stride;
    SQUARE_ROW sums = *(SQUARE_ROW *)(c + j);
    int64_t p = 0;
    for (; p + TRANSPOSE_SIDE <= k; p += TRANSPOSE_SIDE) {
      SQUARE_ROW square[TRANSPOSE_SIDE];
#pragma clang loop unroll(full)
      for (int i = 0; i < TRANSPOSE_SIDE; i++) {
        square[i] = *(const SQUARE_ROW *)(lines + i * b_line_stride + p);
      }
      TYPED(transpose)(square);
#pragma clang loop unroll(full)
      for (int i = 0; i < TRANSPOSE_SIDE; i++) {
        SQUARE_ROW row = PT_SPLAT(SQUARE_ROW, a[(p + i) * a_stride]);
        sums = PT_FMA_VECTOR(row, square[i], sums);
      }
    }
    for (; p < k; p++) {
      for (int i = 0; i < TRANSPOSE_SIDE; i++) {
        sums[i] = PT_FMA(a[p * a_stride], lines[i * b_line_stride + p], sums[i]);
      }
    }
    *(SQUARE_ROW *)(c + j) = sums;
  }
  for (; j < n; j++) {
    for (int64_t p = 0; p < k; p++) {
      c[j] = PT_FMA(a[p * a_stride], b[j * b_line_stride + p], c[j]);
    }
  }
}

static const TILES TYPED(tiles) = {
    .rows = TILE_ROWS,
    .columns = TILE_COLUMNS,
    .lanes = LANES,
    .pack = TYPED(pack),
    .block = TYPED(block),
    .direct = TYPED(direct),
    .taps = TYPED(taps),
    .lines = TYPED(lines),
    .row = TYPED(row),
    .dots = TYPED(dots),
};

#undef LANES
#undef TILE_COLUMNS
#undef VECTOR
#undef SQUARE_ROW
