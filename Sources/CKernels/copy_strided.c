// Strided copies: rows at once where both sides allow it, tiles where one side is the other transposed.
#include "pt_copy.h"

#include "elementwise_rows.h"
#include "elementwise_walk.h"
#include "pt_threads.h"
#include "variant.h"

#include <stdbool.h>
#include <string.h>

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

typedef void (*pt_plane)(int64_t rows, int64_t columns, void *to, int64_t row_stride, const void *from,
                         int64_t column_stride, bool asks);

/// Elements on a side of the tiles that a plane is copied in: what they touch stays in the first cache.
enum { PT_TILE = 16 };

#define PT_IMPL "transpose_impl.h"
#include "each_variant.h"

static PT_DISPATCH(pt_plane, pt_plane_kernel, (int64_t element_size), (element_size))

#define PT_LOOP PT_INDEPENDENT

#define PT_COPY_ROW(T, name)                                                       \
  static void name(int64_t n, void *const *operands, const int64_t *strides,       \
                   int64_t ahead) {                                                \
    T *restrict dst = operands[0];                                                 \
    const T *restrict src = operands[1];                                           \
    const int64_t dst_stride = strides[0], src_stride = strides[1];                \
    if (dst_stride == 1 && src_stride == 1 && ahead == 0) {                        \
      memcpy(dst, src, (size_t)n * sizeof(T));                                     \
    } else if (dst_stride == 1 && src_stride == 1) {                               \
      PT_EACH(PT_ASK(src) PT_ASK(dst), dst[i] = src[i];)                           \
    } else if (dst_stride == 1 && src_stride == 0) {                               \
      const T value = *src;                                                        \
      PT_EACH(PT_ASK(dst), dst[i] = value;)                                        \
    } else {                                                                       \
      for (int64_t i = 0; i < n; i++) dst[i * dst_stride] = src[i * src_stride];   \
    }                                                                              \
  }

PT_COPY_ROW(uint8_t, copy_row_1)
PT_COPY_ROW(uint32_t, copy_row_4)
PT_COPY_ROW(uint64_t, copy_row_8)

static pt_row row_kernel(int64_t element_size) {
  switch (element_size) {
    case 1: return copy_row_1;
    case 4: return copy_row_4;
    case 8: return copy_row_8;
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
  pt_plane plane;
  int64_t per_plane;
};

static void copy_strips(void *context, int64_t begin, int64_t end) {
  const struct strips *strips = context;
  const struct pt_walk *walk = strips->walk;
  const int columns = walk->ndim - 1, rows = walk->ndim - 2;
  const int64_t size = walk->sizes[0];
  for (int64_t strip = begin; strip < end; strip++) {
    const int64_t first = strip % strips->per_plane * PT_TILE;
    int64_t to = first * walk->strides[0][rows], from = first;
    int64_t rest = strip / strips->per_plane;
    for (int d = rows - 1; d >= 0; d--) {
      const int64_t index = rest % walk->shape[d];
      rest /= walk->shape[d];
      to += index * walk->strides[0][d];
      from += index * walk->strides[1][d];
    }
    const int64_t left = walk->shape[rows] - first;
    strips->plane(left < PT_TILE ? left : PT_TILE, walk->shape[columns], (char *)walk->bases[0] + to * size,
                          walk->strides[0][rows], (const char *)walk->bases[1] + from * size,
                          walk->strides[1][columns], walk->ahead > 0);
  }
}

void pt_copy_strided(int64_t element_size, int ndim, const int64_t *shape, void *dst,
                     const int64_t *dst_strides, const void *src, const int64_t *src_strides) {
  struct pt_walk walk = {.row = row_kernel(element_size),
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
  struct strips strips = {&walk, pt_plane_kernel(element_size), (walk.shape[walk.ndim - 2] + PT_TILE - 1) / PT_TILE};
  int64_t total = strips.per_plane;
  for (int d = 0; d < walk.ndim - 2; d++) total *= walk.shape[d];
  const int64_t grain = PT_GRAIN_CHEAP / (PT_TILE * walk.shape[walk.ndim - 1]) + 1;
  pt_parallel_for(total, grain, copy_strips, &strips);
}
