// Public functions that convert, fill, select and add up contiguous elements.
#include "pt_copy.h"

#include "elementwise_rows.h"
#include "elementwise_walk.h"
#include "variant.h"

#define PT_IMPL "copy_impl.h"
#include "each_variant.h"

static PT_DISPATCH(pt_row, pt_cast_row, (enum pt_dtype from, enum pt_dtype to), (from, to))
static PT_DISPATCH(pt_row, pt_fill_row, (int64_t element_size), (element_size))
static PT_DISPATCH(pt_row, pt_where_row, (int64_t element_size), (element_size))

static const int64_t dtype_sizes[] = {[PT_FLOAT32] = 4, [PT_FLOAT64] = 8, [PT_INT64] = 8, [PT_BOOL] = 1};

void pt_cast(enum pt_dtype from, enum pt_dtype to, int64_t n, const void *src, void *dst) {
  if (from == to) {
    const int64_t one = 1;
    pt_copy_strided(dtype_sizes[from], 1, &n, dst, &one, src, &one);
    return;
  }
  void *const bases[] = {dst, (void *)src};
  const int64_t sizes[] = {dtype_sizes[to], dtype_sizes[from]};
  pt_walk_contiguous(pt_cast_row(from, to), PT_GRAIN_CHEAP, n, 2, bases, sizes, -1);
}

static void fill(int64_t n, void *dst, const void *value, int64_t size) {
  void *const bases[] = {dst, (void *)value};
  const int64_t sizes[] = {size, size};
  pt_walk_contiguous(pt_fill_row(size), PT_GRAIN_CHEAP, n, 2, bases, sizes, 1);
}

void pt_fill_f32(int64_t n, float *dst, float value) { fill(n, dst, &value, sizeof value); }
void pt_fill_f64(int64_t n, double *dst, double value) { fill(n, dst, &value, sizeof value); }
void pt_fill_i64(int64_t n, int64_t *dst, int64_t value) { fill(n, dst, &value, sizeof value); }
void pt_fill_u8(int64_t n, uint8_t *dst, uint8_t value) { fill(n, dst, &value, sizeof value); }

void pt_accumulate_f32(int64_t n, float *y, const float *x) {
  pt_binary_contiguous_f32(PT_ADD, n, y, y, x);
}

void pt_accumulate_f64(int64_t n, double *y, const double *x) {
  pt_binary_contiguous_f64(PT_ADD, n, y, y, x);
}

void pt_where(int64_t element_size, int64_t n, const uint8_t *condition, const void *a, const void *b,
              void *out) {
  void *const bases[] = {out, (void *)condition, (void *)a, (void *)b};
  const int64_t sizes[] = {element_size, 1, element_size, element_size};
  pt_walk_contiguous(pt_where_row(element_size), PT_GRAIN_CHEAP, n, 4, bases, sizes, -1);
}
