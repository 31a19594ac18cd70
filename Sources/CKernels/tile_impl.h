// The tiles for one instruction set: sizes that fill its registers, for both element types.

#if PT_VECTOR_BYTES == 64
#define TILE_ROWS 6
#define TILE_VECTORS 4
#elif PT_VECTOR_BYTES == 32
#define TILE_ROWS 6
#define TILE_VECTORS 2
#elif defined(__aarch64__)
#define TILE_ROWS 6
#define TILE_VECTORS 4
#else
#define TILE_ROWS 4
#define TILE_VECTORS 2
#endif

#define REAL float
#define TYPED(name) VARIANT(name##_f32)
#define TILES struct pt_tiles_f32
#define TRANSPOSE_SIDE 8
#include "tile_typed.h"
#undef REAL
#undef TYPED
#undef TILES
#undef TRANSPOSE_SIDE

#define REAL double
#define TYPED(name) VARIANT(name##_f64)
#define TILES struct pt_tiles_f64
#define TRANSPOSE_SIDE 4
#include "tile_typed.h"
#undef REAL
#undef TYPED
#undef TILES
#undef TRANSPOSE_SIDE

#undef TILE_ROWS
#undef TILE_VECTORS
