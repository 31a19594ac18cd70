// The register-tiled blocks of products, compiled for each instruction set.
#include "tile.h"

#include "variant.h"
#include "vectors.h"

// What a tile multiplies: packed operands, rows anywhere by packed columns, matrices as they are, packed rows by the taps
// of a patch, or lines by packed columns.
enum tile_kind { TILE_OF_PANELS, TILE_OF_ROWS, TILE_OF_MATRICES, TILE_OF_TAPS, TILE_OF_LINES };

#define PT_IMPL "tile_impl.h"
#include "each_variant.h"

#if defined(__x86_64__)
#define ACTIVE(name)                                  \
  switch (pt_active_variant()) {                      \
    case PT_VARIANT_V4: return &name##_v4;            \
    case PT_VARIANT_V3: return &name##_v3;            \
    default: return &name##_baseline;                 \
  }
#else
#define ACTIVE(name) return &name##_baseline;
#endif

const struct pt_tiles_f32 *pt_tiles_f32(void) { ACTIVE(tiles_f32) }
const struct pt_tiles_f64 *pt_tiles_f64(void) { ACTIVE(tiles_f64) }
