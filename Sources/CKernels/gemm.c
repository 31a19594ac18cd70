// Matrix products: how they are cut into blocks for the caches and ranges for the threads.
#include "pt_gemm.h"

#include "pt_memory.h"
#include "pt_threads.h"
#include "tile.h"
#include "vectors.h"

#include <stddef.h>
#include <string.h>

enum {
  // The sums that are taken at a time, where A is read in place and where it is packed, HEIGHT of its rows at a time.
  DEPTH = 1024,
  PACKED_DEPTH = 512,
  HEIGHT = 2064,
  // The bytes of packed B that stay in the second cache while tiles of A's rows go by, and where those are few.
  BLOCK_BYTES = 1 << 19,
  SMALL_BLOCK_BYTES = 1 << 17,
  FEW_ROWS = 128,
  // So many ranges of columns or more aren't cut across, and each packs its own part of B.
  MANY_RANGES = 4,
  RANGE_ROWS = 12,
  // Up to this size a dimension is not cut, and the other one is cut before packing.
  NARROW = 48,
  // From so many rows on a product by a larger transposed matrix is turned.
  LEAST_TURNED = 16,
  // What the elements of B may be for few rows to read it in place: a larger one goes by in strides too far apart.
  NEAR_ELEMENTS = 1 << 17,
  // Of so few sums small B stays in the first cache as it is.
  SHALLOW = 32,
  // What the elements of B in a small product may be for it to be read in place.
  DIRECT_ELEMENTS = 1 << 14,
  // What is worth a thread's while: elements to pack, multiply-adds to do.
  PACK_GRAIN = 1 << 15,
  WORK_GRAIN = 1 << 19,
  // A stretch of C that stays in the first cache while rows of B stream through it.
  ROW_STRETCH = 2048,
};

static inline int64_t least(int64_t x, int64_t y) { return x < y ? x : y; }
static inline int64_t most(int64_t x, int64_t y) { return x > y ? x : y; }
static inline int64_t pieces(int64_t x, int64_t size) { return (x + size - 1) / size; }

// The size of pieces that are as even as multiples of `unit` can be, and of about a given size.
static inline int64_t even_pieces(int64_t x, int64_t size, int64_t unit) {
  return pieces(pieces(x, pieces(x, size)), unit) * unit;
}

// A power of two of at least so many bytes: products of many shapes then find each other's scratch in the cache.
static inline int64_t scratch_bytes(int64_t bytes) {
  int64_t result = 1 << 16;
  while (result < bytes) result *= 2;
  return result;
}

#define REAL float
#define TYPED(name) name##_f32
#define TILES pt_tiles_f32
#include "gemm_typed.h"
#undef REAL
#undef TYPED
#undef TILES

#define REAL double
#define TYPED(name) name##_f64
#define TILES pt_tiles_f64
#include "gemm_typed.h"
