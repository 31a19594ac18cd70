// Packing for one instruction set and one element type. Part of tile_typed.h.

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
