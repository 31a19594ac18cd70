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
  SMALLEST_CHUNK = 384,
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

// Lists the phases that have outputs, and their taps: those whose distance from the phase is a multiple of
// the stride. The patch begins `lead` rows and columns before the grid. Returns the number of phases.
static int64_t list_phases(const struct pt_conv_shape *shape, int64_t lead_y, int64_t lead_x, int64_t padded,
                           struct phase *phases, struct tap *taps) {
  int64_t weights = 0, phase_count = 0;
  int64_t stride_y = shape->stride_height, stride_x = shape->stride_width;
  for (int64_t y = 0; y < stride_y; y++) {
    int64_t out_y = y - shape->pad_top % stride_y;
    if ((out_y < 0 ? out_y + stride_y : out_y) >= shape->in_height) continue;
    for (int64_t x = 0; x < stride_x; x++) {
      int64_t out_x = x - shape->pad_left % stride_x;
      if ((out_x < 0 ? out_x + stride_x : out_x) >= shape->in_width) continue;
      struct phase *phase = &phases[phase_count++];
      *phase = (struct phase){.out_y = out_y, .out_x = out_x, .taps = taps, .weights = weights};
      for (int64_t kh = 0; kh < shape->kernel_height; kh++) {
        int64_t behind_y = kh * shape->dilation_height - y;
        if (behind_y % stride_y != 0) continue;
        for (int64_t kw = 0; kw < shape->kernel_width; kw++) {
          int64_t behind_x = kw * shape->dilation_width - x;
          if (behind_x % stride_x != 0) continue;
          *taps++ = (struct tap){.step_y = lead_y - behind_y / stride_y,
                                 .step_x = lead_x - behind_x / stride_x,
                                 .place = kh * shape->kernel_width + kw};
          phase->count++;
        }
      }
      weights += phase->count * padded * shape->out_channels;
    }
  }
  return phase_count;
}

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
