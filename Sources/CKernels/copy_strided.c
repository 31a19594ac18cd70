// Strided copies: rows at once where both sides allow it, tiles where one side is the other transposed.
#include "pt_copy.h"

#include "elementwise_walk.h"
#include "pt_threads.h"

#include <stdbool.h>
#include <string.h>

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

typedef uint32_t four_words __attribute__((vector_size(16)));
typedef uint64_t two_words __attribute__((vector_size(16)));

/// Transposes a square of as many elements as fit 16 bytes, or a single element: to[j][i] = from[i][j].
static inline void transpose_1(uint8_t *to, int64_t row_stride, const uint8_t *from, int64_t column_stride) {
  (void)row_stride, (void)column_stride;
  *to = *from;
}

static inline void transpose_4(uint32_t *to, int64_t row_stride, const uint32_t *from,
                               int64_t column_stride) {
  four_words a, b, c, d;
  memcpy(&a, from, sizeof a);
  memcpy(&b, from + column_stride, sizeof b);
  memcpy(&c, from + 2 * column_stride, sizeof c);
  memcpy(&d, from + 3 * column_stride, sizeof d);
  const four_words ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const four_words ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const four_words cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const four_words cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  b = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  c = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  d = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
  memcpy(to, &a, sizeof a);
  memcpy(to + row_stride, &b, sizeof b);
  memcpy(to + 2 * row_stride, &c, sizeof c);
  memcpy(to + 3 * row_stride, &d, sizeof d);
}

static inline void transpose_8(uint64_t *to, int64_t row_stride, const uint64_t *from,
                               int64_t column_stride) {
  two_words a, b;
  memcpy(&a, from, sizeof a);
  memcpy(&b, from + column_stride, sizeof b);
  const two_words low = __builtin_shufflevector(a, b, 0, 2);
  const two_words high = __builtin_shufflevector(a, b, 1, 3);
  memcpy(to, &low, sizeof low);
  memcpy(to + row_stride, &high, sizeof high);
}

/// Elements on a side of the tiles that a plane is copied in: what they touch stays in the first cache.
enum { TILE = 16 };

/// Kernels for elements `T`: a row, and a plane of `rows` (at most a tile's) by `columns` elements whose
/// columns are adjacent in the destination and rows in the source. Tiles are made of squares of `side`.
#define PT_COPY_KERNELS(T, side, transpose, row, plane)                                                     \
  static void row(int64_t n, void *const *operands, const int64_t *strides) {                               \
    T *restrict dst = operands[0];                                                                          \
    const T *restrict src = operands[1];                                                                    \
    const int64_t dst_stride = strides[0], src_stride = strides[1];                                         \
    if (dst_stride == 1 && src_stride == 1) {                                                               \
      memcpy(dst, src, (size_t)n * sizeof(T));                                                              \
    } else if (dst_stride == 1 && src_stride == 0) {                                                        \
      const T value = *src;                                                                                 \
      for (int64_t i = 0; i < n; i++) dst[i] = value;                                                       \
    } else {                                                                                                \
      for (int64_t i = 0; i < n; i++) dst[i * dst_stride] = src[i * src_stride];                            \
    }                                                                                                       \
  }                                                                                                         \
  static void plane(int64_t rows, int64_t columns, void *to, int64_t row_stride, const void *from,          \
                    int64_t column_stride) {                                                                \
    for (int64_t column = 0; column < columns; column += TILE) {                                            \
      T *dst = (T *)to + column;                                                                            \
      const T *src = (const T *)from + column * column_stride;                                              \
      if (rows == TILE && columns - column >= TILE) {                                                       \
        for (int64_t i = 0; i < TILE; i += side) {                                                          \
          for (int64_t j = 0; j < TILE; j += side) {                                                        \
            transpose(dst + j * row_stride + i, row_stride, src + i * column_stride + j, column_stride);    \
          }                                                                                                 \
        }                                                                                                   \
      } else {                                                                                              \
        const int64_t width = columns - column < TILE ? columns - column : TILE;                            \
        for (int64_t j = 0; j < rows; j++) {                                                                \
          for (int64_t i = 0; i < width; i++) dst[j * row_stride + i] = src[i * column_stride + j];         \
        }                                                                                                   \
      }                                                                                                     \
    }                                                                                                       \
  }

PT_COPY_KERNELS(uint8_t, 1, transpose_1, copy_row_1, copy_plane_1)
PT_COPY_KERNELS(uint32_t, 4, transpose_4, copy_row_4, copy_plane_4)
PT_COPY_KERNELS(uint64_t, 2, transpose_8, copy_row_8, copy_plane_8)

typedef void (*plane_kernel)(int64_t rows, int64_t columns, void *to, int64_t row_stride, const void *from,
                             int64_t column_stride);

/// How elements of one size are copied.
struct kernels {
  pt_row row;
  plane_kernel plane;
};

static struct kernels kernels_for(int64_t element_size) {
  switch (element_size) {
    case 1: return (struct kernels){copy_row_1, copy_plane_1};
    case 4: return (struct kernels){copy_row_4, copy_plane_4};
    case 8: return (struct kernels){copy_row_8, copy_plane_8};
    default: __builtin_trap();
  }
}

/// Exchanges two dimensions.
static void swap_dimensions(struct pt_walk *walk, int d, int e) {
  int64_t size = walk->shape[d];
  walk->shape[d] = walk->shape[e];
  walk->shape[e] = size;
  for (int o = 0; o < 2; o++) {
    int64_t stride = walk->strides[o][d];
    walk->strides[o][d] = walk->strides[o][e];
    walk->strides[o][e] = stride;
  }
}

/// Puts the destination's shorter steps later: no element depends on another, so any order will do.
static void sort_dimensions(struct pt_walk *walk) {
  for (int end = 1; end < walk->ndim; end++) {
    for (int d = end; d > 0; d--) {
      if (magnitude(walk->strides[0][d - 1]) >= magnitude(walk->strides[0][d])) break;
      swap_dimensions(walk, d - 1, d);
    }
  }
}

/// Moves the dimension along which the source is contiguous to the last but one place, if planes pay there.
static bool find_planes(struct pt_walk *walk) {
  const int last = walk->ndim - 1;
  if (walk->strides[0][last] != 1 || magnitude(walk->strides[1][last]) <= 1) return false;
  for (int d = 0; d < last; d++) {
    if (walk->strides[1][d] != 1 || walk->shape[d] < 4) continue;
    swap_dimensions(walk, d, last - 1);
    return true;
  }
  return false;
}

/// A copy as strips, each the last dimension by a tile's side of the last but one.
struct strips {
  const struct pt_walk *walk;
  struct kernels kernels;
  int64_t per_plane;
};

static void copy_strips(void *context, int64_t begin, int64_t end) {
  const struct strips *strips = context;
  const struct pt_walk *walk = strips->walk;
  const int columns = walk->ndim - 1, rows = walk->ndim - 2;
  const int64_t size = walk->sizes[0];
  for (int64_t strip = begin; strip < end; strip++) {
    const int64_t first = strip % strips->per_plane * TILE;
    int64_t to = first * walk->strides[0][rows], from = first;
    int64_t rest = strip / strips->per_plane;
    for (int d = rows - 1; d >= 0; d--) {
      const int64_t index = rest % walk->shape[d];
      rest /= walk->shape[d];
      to += index * walk->strides[0][d];
      from += index * walk->strides[1][d];
    }
    const int64_t left = walk->shape[rows] - first;
    strips->kernels.plane(left < TILE ? left : TILE, walk->shape[columns], (char *)walk->bases[0] + to * size,
                          walk->strides[0][rows], (const char *)walk->bases[1] + from * size,
                          walk->strides[1][columns]);
  }
}

void pt_copy_strided(int64_t element_size, int ndim, const int64_t *shape, void *dst,
                     const int64_t *dst_strides, const void *src, const int64_t *src_strides) {
  const struct kernels kernels = kernels_for(element_size);
  struct pt_walk walk = {.row = kernels.row,
                         .operands = 2,
                         .bases = {dst, (void *)src},
                         .sizes = {element_size, element_size},
                         .ndim = ndim};
  for (int d = 0; d < ndim; d++) {
    walk.shape[d] = shape[d];
    walk.strides[0][d] = dst_strides[d];
    walk.strides[1][d] = src_strides[d];
  }
  sort_dimensions(&walk);
  const int64_t count = pt_walk_collapse(&walk);
  if (count == 0) return;
  if (!find_planes(&walk)) {
    pt_walk_run(&walk, PT_GRAIN_CHEAP);
    return;
  }
  struct strips strips = {&walk, kernels, (walk.shape[walk.ndim - 2] + TILE - 1) / TILE};
  int64_t total = strips.per_plane;
  for (int d = 0; d < walk.ndim - 2; d++) total *= walk.shape[d];
  const int64_t grain = PT_GRAIN_CHEAP / (TILE * walk.shape[walk.ndim - 1]) + 1;
  pt_parallel_for(total, grain, copy_strips, &strips);
}
