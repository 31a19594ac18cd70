// Convolutions: sums over taps of image patches, cut into chunks of positions for caches and threads.
#include "pt_conv.h"

#include "patch.h"
#include "pt_memory.h"
#include "pt_threads.h"
#include "tile.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

enum {
  // The taps that are summed at a time, where a channel hasn't more.
  DEPTH = 256,
  // The output positions of a chunk, over all its phases.
  CHUNK = 512,
  SMALLEST_CHUNK = 128,
  // Multiply-adds that are worth a thread's while.
  WORK_GRAIN = 1 << 19,
  // The positions of one chain of a weight's gradient.
  RUN = 256,
  LEAST_STRETCH = 8,
  STRETCH_ELEMENTS = 2048,
  // The taps whose gradients a thread sums at a time, where a channel hasn't more.
  WEIGHT_TAPS = 512,
};

static inline int64_t least(int64_t x, int64_t y) { return x < y ? x : y; }
static inline int64_t most(int64_t x, int64_t y) { return x > y ? x : y; }
static inline int64_t pieces(int64_t x, int64_t size) { return (x + size - 1) / size; }

// A tap of the kernel: where it reads, in steps from the patch's beginning, and its place in the kernel.
struct tap {
  int64_t step_y, step_x, place;
};

// The outputs with one remainder on division by the steps, and the taps that reach them.
struct phase {
  int64_t out_y, out_x, count;
  const struct tap *taps;
  int64_t weights;  // where its packed weights begin
};

#define REAL float
#define TYPED(name) name##_f32
#define TILES pt_tiles_f32
#include "conv_sum_typed.h"
#include "conv_weight_typed.h"
#undef REAL
#undef TYPED
#undef TILES

#define REAL double
#define TYPED(name) name##_f64
#define TILES pt_tiles_f64
#include "conv_sum_typed.h"
#include "conv_weight_typed.h"
