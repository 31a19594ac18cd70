// Micro-kernels and blocks for one instruction set and one element type.

#define LANES ((int64_t)(PT_VECTOR_BYTES / sizeof(REAL)))
#define TILE_COLUMNS (TILE_VECTORS * LANES)
#define VECTOR TYPED(vector)
#define SQUARE_ROW TYPED(square_row)

typedef PT_VECTOR_OF(REAL, PT_VECTOR_BYTES / sizeof(REAL)) VECTOR;
typedef PT_VECTOR_OF(REAL, TRANSPOSE_SIDE) SQUARE_ROW;

#include "tile_pack_typed.h"

// Where the operands of a tile are: both packed; both as they are; A packed and B a patch of an image that is read at
// `offsets[p]` from the vectors' starts; or A lines that are read at `offsets[p]` and B packed.
struct TYPED(operands) {
  const REAL *a, *b, *bias;
  const REAL *const *lines;
  const int64_t *offsets, *starts;
  int64_t a_row_stride, a_column_stride, b_row_stride;
};

// Step p of a micro-kernel's chains: one multiply-add each.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(step)(
    const enum tile_kind kind, const int rows, const int vectors, struct TYPED(operands) x, int64_t first, int64_t p,
    VECTOR sums[TILE_ROWS][TILE_VECTORS]) {
  VECTOR columns[TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    bool is_panel = kind == TILE_OF_PANELS || kind == TILE_OF_ROWS;
    int64_t at = kind == TILE_OF_TAPS ? x.offsets[p] + x.starts[v]
                 : is_panel           ? p * TILE_COLUMNS + v * LANES
                                      : p * x.b_row_stride + v * LANES;
    columns[v] = *(const VECTOR *)(x.b + at);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    bool is_packed = kind == TILE_OF_PANELS || kind == TILE_OF_TAPS;
    REAL factor = kind == TILE_OF_LINES  ? x.lines[first + i][x.offsets[p]]
                  : is_packed            ? x.a[p * TILE_ROWS + first + i]
                  : kind == TILE_OF_ROWS ? x.a[(first + i) * x.a_row_stride + p]
                                         : x.a[(first + i) * x.a_row_stride + p * x.a_column_stride];
    VECTOR row = PT_SPLAT(VECTOR, factor);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[i][v] = PT_FMA_VECTOR(row, columns[v], sums[i][v]);
  }
}

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
  // Two steps at a time, but for lines, whose pointers leave no registers for a second one.
  if (kind == TILE_OF_LINES) {
#pragma clang loop unroll(disable)
    for (int64_t p = 0; p < k; p++) TYPED(step)(kind, rows, vectors, x, first, p, sums);
  } else {
#pragma clang loop unroll_count(2)
    for (int64_t p = 0; p < k; p++) TYPED(step)(kind, rows, vectors, x, first, p, sums);
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
TILE_OF_KIND(tile_panels, TILE_OF_PANELS)
TILE_OF_KIND(tile_rows, TILE_OF_ROWS)
TILE_OF_KIND(tile_direct, TILE_OF_MATRICES)
TILE_OF_KIND(tile_taps, TILE_OF_TAPS)
TILE_OF_KIND(tile_lines, TILE_OF_LINES)
#undef MORE_VECTORS
#undef TILE_OF_KIND

// Of packed columns by rows that are packed or, where x has a stride, as they are.
PT_KERNEL void TYPED(tile)(int64_t m, int64_t vectors, int64_t k, struct TYPED(operands) x, REAL *c,
                           int64_t c_row_stride, enum pt_tile_start start) {
  if (x.a_row_stride == 0) {
    TYPED(tile_panels)(m, vectors, k, x, c, c_row_stride, start);
  } else {
    TYPED(tile_rows)(m, vectors, k, x, c, c_row_stride, start);
  }
}

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

PT_KERNEL void TYPED(block)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t a_row_stride,
                            const REAL *packed_b, REAL *c, int64_t c_row_stride, int64_t c_column_stride,
                            enum pt_tile_start start) {
  for (int64_t i = 0; i < m; i += TILE_ROWS) {
    int64_t rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
    for (int64_t j = 0; j < n; j += TILE_COLUMNS) {
      int64_t columns = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
      struct TYPED(operands) x = {
          .a = a + i * (a_row_stride == 0 ? k : a_row_stride), .b = packed_b + j * k, .a_row_stride = a_row_stride};
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
