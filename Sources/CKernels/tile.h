// Register-tiled blocks of products: what matrix products and convolutions are built from.
//
// Packed A is a row of panels of `rows` rows each, packed B a row of panels of `columns` columns each; a
// panel of width w and depth k holds element (i, p), counted across and along k, at p*w + i. Every element
// of C is one chain of fma in ascending p.
#ifndef PT_TILE_H
#define PT_TILE_H

#include <stdbool.h>
#include <stdint.h>

/// What the chains of a block start from and what becomes of their ends.
enum pt_tile_start {
  PT_FROM_ZERO,  ///< from +0; C is what comes out
  PT_FROM_C,     ///< from C's values; C is what comes out
  PT_FROM_BIAS,  ///< from one value for each row (`taps` only); C is what comes out
  PT_ADD_TO_C,   ///< from +0; C becomes C plus what comes out
};

#define PT_DECLARE_TILES(REAL, suffix)                                                                       \
  struct pt_tiles_##suffix {                                                                                 \
    /* The size of a tile, and the elements in a vector; `columns` is a multiple of `lanes`. */              \
    int64_t rows, columns, lanes;                                                                            \
    /* Packs `count` lines of length k as panels of a width: `rows`, `columns`, or all lines in one panel of */\
    /* whole vectors. What the last panel has beyond them is undefined. Element (i, p) is at */              \
    /* i*line_stride + p*k_stride. */                                                                        \
    void (*pack)(int64_t width, int64_t count, int64_t k, const REAL *source, int64_t line_stride,           \
                 int64_t k_stride, REAL *packed);                                                            \
    /* C (m, n) of depth k from packed B and from A: packed if a_row_stride is 0, else rows so far apart. */ \
    void (*block)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t a_row_stride,                      \
                  const REAL *packed_b, REAL *c, int64_t c_row_stride, int64_t c_column_stride,              \
                  enum pt_tile_start start);                                                                 \
    /* C (m, vectors * lanes) from matrices as they are, the rows of B and C contiguous. */                  \
    void (*direct)(int64_t m, int64_t vectors, int64_t k, const REAL *a, int64_t a_row_stride,               \
                   int64_t a_column_stride, const REAL *b, int64_t b_row_stride, REAL *c,                    \
                   int64_t c_row_stride, enum pt_tile_start start);                                          \
    /* C (m, vectors * lanes) from packed A and, as vector v of row p of B, what lies in the patch at */     \
    /* offsets[p] + starts[v]. `bias` has m elements if C starts from it. */                                 \
    void (*taps)(int64_t m, int64_t vectors, int64_t k, const REAL *packed_a, const REAL *patch,             \
                 const int64_t *offsets, const int64_t *starts, const REAL *bias, REAL *c,                   \
                 int64_t c_row_stride, enum pt_tile_start start);                                            \
    /* C (m, vectors * lanes) from lines[i][offsets[p]] as element (i, p) of A and from B, packed to a */    \
    /* width of `columns`, or of all vectors where these are fewer. */                                       \
    void (*lines)(int64_t m, int64_t vectors, int64_t k, const REAL *const *lines, const int64_t *offsets,   \
                  const REAL *packed_b, REAL *c, int64_t c_row_stride, enum pt_tile_start start);            \
    /* C (n) += A (k) B (k, n), the rows of B contiguous, a_stride between A's elements. */                  \
    void (*row)(int64_t n, int64_t k, const REAL *a, int64_t a_stride, const REAL *b, int64_t b_row_stride,  \
                REAL *c);                                                                                    \
    /* The same, the columns of B contiguous, b_line_stride between them. */                                 \
    void (*dots)(int64_t n, int64_t k, const REAL *a, int64_t a_stride, const REAL *b,                       \
                 int64_t b_line_stride, REAL *c);                                                            \
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
