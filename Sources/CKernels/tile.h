// Packed, register-tiled blocks of products: what matrix products and convolutions are built from.
//
// A block of C = A B comes from packed operands. Packed A is a row of panels of `rows` rows each, packed B a
// row of panels of `columns` columns each; a panel of width w and depth k holds element (i, p), counted across
// and along k, at p*w + i. Every element of C is one chain of fma in ascending p.
#ifndef PT_TILE_H
#define PT_TILE_H

#include <stdbool.h>
#include <stdint.h>

enum {
  /// No tile has more rows or columns than this.
  PT_MOST_TILE_ROWS = 8,
  PT_MOST_TILE_COLUMNS = 32,
};

#define PT_DECLARE_TILES(REAL, suffix)                                                                       \
  struct pt_tiles_##suffix {                                                                                 \
    int64_t rows, columns;                                                                                   \
    /* Packs `count` lines of length k as panels of width `width`; the last panel's missing lines hold */    \
    /* copies of its last one. Element (i, p) of the source is at i*line_stride + p*k_stride. */             \
    void (*pack)(int64_t width, int64_t count, int64_t k, const REAL *source, int64_t line_stride,           \
                 int64_t k_stride, REAL *packed);                                                            \
    /* C (m, n) from packed operands of depth k, starting from C's values if `accumulate`, else from 0. */   \
    void (*block)(int64_t m, int64_t n, int64_t k, const REAL *packed_a, const REAL *packed_b, REAL *c,      \
                  int64_t c_row_stride, int64_t c_column_stride, bool accumulate);                           \
    /* C (n) += A (k) B (k, n), rows of B contiguous, a_stride between A's elements. */                      \
    void (*row)(int64_t n, int64_t k, const REAL *a, int64_t a_stride, const REAL *b, int64_t b_row_stride,  \
                REAL *c);                                                                                    \
  };                                                                                                         \
  /* The tiles for the active variant. */                                                                    \
  const struct pt_tiles_##suffix *pt_tiles_##suffix(void);

PT_DECLARE_TILES(float, f32)
PT_DECLARE_TILES(double, f64)

/// The number of elements that `count` lines of length k take when packed to a width.
static inline int64_t pt_packed_size(int64_t width, int64_t count, int64_t k) {
  return (count + width - 1) / width * width * k;
}

#endif
