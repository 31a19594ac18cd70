// Moving elements: strided copies, conversion between element types, filling, selecting, adding up.
//
// Sizes of zero are legal. Large work is shared by threads; the result does not depend on how many.
#ifndef PT_COPY_H
#define PT_COPY_H

#include <stdint.h>

/// The element types; a bool is a byte that holds 0 or 1.
enum pt_dtype { PT_FLOAT32, PT_FLOAT64, PT_INT64, PT_BOOL };

/// Copies a tensor of `ndim` (0 to 8) dimensions element by element, from and to any strides.
///
/// Elements have 1, 4 or 8 bytes; strides count elements and may be negative. A source stride of 0 repeats
/// elements (broadcasting). The destination's elements must be distinct, and none may be one of the source's.
void pt_copy_strided(int64_t element_size, int ndim, const int64_t *shape, void *dst,
                     const int64_t *dst_strides, const void *src, const int64_t *src_strides);

/// Converts `n` contiguous elements.
///
/// To int64 a float is truncated towards zero; beyond the range it becomes the nearest bound, and NaN 0. To
/// bool anything but zero is 1. To float32 the nearest value is taken, ties to even. Equal types are copied.
void pt_cast(enum pt_dtype from, enum pt_dtype to, int64_t n, const void *src, void *dst);

/// Sets `n` elements to `value`.
void pt_fill_f32(int64_t n, float *dst, float value);
/// Sets `n` elements to `value`.
void pt_fill_f64(int64_t n, double *dst, double value);
/// Sets `n` elements to `value`.
void pt_fill_i64(int64_t n, int64_t *dst, int64_t value);
/// Sets `n` elements to `value`.
void pt_fill_u8(int64_t n, uint8_t *dst, uint8_t value);

/// `y[i] += x[i]` for `n` elements.
void pt_accumulate_f32(int64_t n, float *y, const float *x);
/// As `pt_accumulate_f32`, float64.
void pt_accumulate_f64(int64_t n, double *y, const double *x);

/// `out[i] = condition[i] != 0 ? a[i] : b[i]` for `n` elements of 1, 4 or 8 bytes; `out` may be `a` or `b`.
void pt_where(int64_t element_size, int64_t n, const uint8_t *condition, const void *a, const void *b,
              void *out);

#endif
