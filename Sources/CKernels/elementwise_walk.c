// Collapsing of dimensions, the odometer over what remains, and its division among threads.
#include "elementwise_walk.h"

#include "pt_threads.h"

#include <stdbool.h>

/// Whether a step along dimension `outer` is as far as `size` steps along the last one kept, everywhere.
static bool continues(const struct pt_walk *walk, int outer, int inner, int64_t size) {
  for (int o = 0; o < walk->operands; o++) {
    if (walk->strides[o][outer] != size * walk->strides[o][inner]) return false;
  }
  return true;
}

/// Each thread's part counts, since each core has caches of its own.
static int64_t ahead_of(int64_t count) { return count / PT_BEYOND_CACHES >= pt_num_threads() ? PT_AHEAD : 0; }

int64_t pt_walk_collapse(struct pt_walk *walk) {
  int64_t count = 1;
  int kept = 0;
  for (int d = 0; d < walk->ndim; d++) {
    int64_t size = walk->shape[d];
    count *= size;
    if (size == 1) continue;
    int to = kept;
    if (kept > 0 && continues(walk, kept - 1, d, size)) {
      to = kept - 1;
      size *= walk->shape[to];
    } else {
      kept++;
    }
    walk->shape[to] = size;
    for (int o = 0; o < walk->operands; o++) walk->strides[o][to] = walk->strides[o][d];
  }
  if (kept == 0) {
    walk->shape[0] = 1;
    for (int o = 0; o < walk->operands; o++) walk->strides[o][0] = 1;
    kept = 1;
  }
  walk->ndim = kept;
  walk->ahead = ahead_of(count);
  return count;
}

void pt_walk_range(void *context, int64_t begin, int64_t end) {
  const struct pt_walk *walk = context;
  const int last = walk->ndim - 1, operands = walk->operands;
  int64_t index[PT_MAX_DIMENSIONS], row_strides[PT_MAX_OPERANDS];
  char *at[PT_MAX_OPERANDS];
  for (int o = 0; o < operands; o++) {
    at[o] = walk->bases[o];
    row_strides[o] = walk->strides[o][last];
  }
  int64_t rest = begin;
  for (int d = last; d >= 0; d--) {
    index[d] = d > 0 ? rest % walk->shape[d] : rest;
    rest /= walk->shape[d];
    for (int o = 0; o < operands; o++) at[o] += index[d] * walk->strides[o][d] * walk->sizes[o];
  }
  while (begin < end) {
    int64_t left = walk->shape[last] - index[last];
    int64_t n = left < end - begin ? left : end - begin;
    walk->row(n, (void *const *)at, row_strides, walk->ahead);
    begin += n;
    index[last] += n;
    for (int o = 0; o < operands; o++) at[o] += n * row_strides[o] * walk->sizes[o];
    for (int d = last; d > 0 && index[d] == walk->shape[d]; d--) {
      index[d] = 0;
      index[d - 1]++;
      for (int o = 0; o < operands; o++) {
        at[o] += (walk->strides[o][d - 1] - walk->shape[d] * walk->strides[o][d]) * walk->sizes[o];
      }
    }
  }
}

void pt_walk_run(struct pt_walk *walk, int64_t grain) {
  int64_t count = pt_walk_collapse(walk);
  if (count == 0) return;
  if (count <= grain) {
    pt_walk_range(walk, 0, count);
  } else {
    pt_parallel_for(count, grain, pt_walk_range, walk);
  }
}

void pt_walk_contiguous(pt_row row, int64_t grain, int64_t n, int operands, void *const *bases,
                        const int64_t *sizes, int repeated) {
  if (n <= grain) {
    int64_t strides[PT_MAX_OPERANDS];
    for (int o = 0; o < operands; o++) strides[o] = o != repeated;
    row(n, bases, strides, 0);
    return;
  }
  struct pt_walk walk = {.row = row, .operands = operands, .ndim = 1, .shape = {n}, .ahead = ahead_of(n)};
  for (int o = 0; o < operands; o++) {
    walk.bases[o] = bases[o];
    walk.sizes[o] = sizes[o];
    walk.strides[o][0] = o != repeated;
  }
  pt_parallel_for(n, grain, pt_walk_range, &walk);
}
