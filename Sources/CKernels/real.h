// What kernels that are written once for both float types share: names, sixteen lanes, sums of partial sums.
//
// Such a topic `x` compiles `x_impl.h` for each variant and type, and calls the type PT_REAL in it:
//
//     #define PT_REAL_IMPL "x_impl.h"
//     #define PT_IMPL "each_real.h"
//     #include "each_variant.h"
#ifndef PT_REAL_H
#define PT_REAL_H

#include "pt_memory.h"
#include "pt_threads.h"
#include "variant.h"

#include <stdio.h>
#include <stdlib.h>

// `name_f32_v3` and so on.
#define TYPED(name) VARIANT(PT_CONCAT(name, PT_REAL_SUFFIX))

// Sixteen lanes; they may be loaded from any address that the elements may have.
typedef float pt_float16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef double pt_double16 __attribute__((vector_size(128), aligned(8), may_alias));
typedef double pt_double8 __attribute__((vector_size(64)));
typedef double pt_double4 __attribute__((vector_size(32)));
typedef double pt_double2 __attribute__((vector_size(16)));

enum {
  PT_LANES = 16,
  PT_TASK = 1 << 16,           // elements that are worth a thread
  ROW_BLOCK = 4096,            // terms of a row whose lanes are combined
  ROW_GROUP = 64 * ROW_BLOCK,  // a whole subtree of blocks
  ROW_AHEAD = 512,             // how many elements ahead memory is asked for
  COLUMN_BLOCK = 64,           // terms of a column that are added one after the other
  COLUMN_GROUP = 64 * COLUMN_BLOCK,
  STRIP = 1024,  // columns that are taken together
};

static inline int64_t pt_min_i64(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t pt_max_i64(int64_t a, int64_t b) { return a > b ? a : b; }

static inline int64_t pt_pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

// How many units of a size make a thread's task.
static inline int64_t pt_grain(int64_t unit) { return unit >= PT_TASK ? 1 : PT_TASK / (unit > 0 ? unit : 1); }

// Memory for a kernel's own use; pt_free gives it back.
static inline void *pt_scratch(int64_t bytes) {
  void *memory = pt_alloc(bytes);
  if (memory == NULL) {
    fprintf(stderr, "PuruTorch: no memory for %lld bytes of scratch space\n", (long long)bytes);
    abort();
  }
  return memory;
}

// The lanes combined as a binary tree: l[i] += l[i + 8], then 4, 2, 1.
static inline __attribute__((always_inline)) double pt_sum_lanes(const pt_double16 *lanes) {
  pt_double8 eight[2];
  pt_double4 four[2];
  pt_double2 two[2];
  memcpy(eight, lanes, sizeof eight);
  eight[0] += eight[1];
  memcpy(four, eight, sizeof four);
  four[0] += four[1];
  memcpy(two, four, sizeof two);
  two[0] += two[1];
  return two[0][0] + two[0][1];
}

// A sum of any number of terms as a binary tree whose first half has the largest power of two of terms that is
// below their number.
struct pt_cascade {
  double partial[64];
  int depth;
  uint64_t count;
};

static inline void pt_cascade_add(struct pt_cascade *c, double term) {
  for (uint64_t i = c->count++; i & 1; i >>= 1) term = c->partial[--c->depth] + term;
  c->partial[c->depth++] = term;
}

static inline double pt_cascade_total(const struct pt_cascade *c) {
  if (c->depth == 0) return 0;
  double total = c->partial[c->depth - 1];
  for (int i = c->depth - 2; i >= 0; i--) total = c->partial[i] + total;
  return total;
}

#endif
