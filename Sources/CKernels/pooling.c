// Pooling and dropout: the public functions, and the geometry of windows.
#include "pt_pooling.h"

#include "real.h"

#include <math.h>

// The outputs of a row whose window has a given kernel column inside the plane, and where the first of them reads:
// at source, which is place * stride + phase. Found once, since divisions are slow.
struct span {
  int64_t begin, end, source, phase, place;
};

// The spans of all kernel columns.
static void find_spans(const struct pt_pool_shape *s, int64_t dilation, struct span *spans) {
  int64_t stride = s->stride_width;
  for (int64_t kw = 0; kw < s->kernel_width; kw++) {
    int64_t offset = kw * dilation - s->pad_width, last = s->in_width - 1 - offset;
    int64_t begin = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    int64_t end = last < 0 ? 0 : pt_min_i64(last / stride + 1, s->out_width), source = begin * stride + offset;
    spans[kw] = (struct span){begin, end, source, source % stride, source / stride};
  }
}

// How many elements of a window count along one axis; 0 where it has none.
static inline int64_t counted(bool with_padding, int64_t start, int64_t kernel, int64_t size,
                                          int64_t pad) {
  int64_t padded_end = pt_min_i64(start + kernel, size + pad);
  int64_t first = start < 0 ? 0 : start, end = pt_min_i64(padded_end, size);
  if (first >= end) return 0;
  return with_padding ? padded_end - start : end - first;
}

// A window's divisor is the product of what counts of its rows and of its columns.
static double count_rows(const struct pt_pool_shape *s, bool with_padding, int64_t row) {
  return (double)counted(with_padding, row * s->stride_height - s->pad_height, s->kernel_height, s->in_height,
                         s->pad_height);
}

static void count_columns(const struct pt_pool_shape *s, bool with_padding, double *columns) {
  for (int64_t i = 0; i < s->out_width; i++) {
    columns[i] = (double)counted(with_padding, i * s->stride_width - s->pad_width, s->kernel_width, s->in_width,
                                 s->pad_width);
  }
}

// 1 / count, if to multiply by it is to divide by the count: for powers of two; else 0.
static double exact_inverse(double count) {
  uint64_t bits;
  memcpy(&bits, &count, sizeof bits);
  return count > 0 && bits << 12 == 0 ? 1 / count : 0;
}

// Makes inverses of what counts of the columns, if all are exact.
static bool invert_columns(int64_t n, const double *columns, double *inverses) {
  bool is_exact = true;
  for (int64_t i = 0; i < n; i++) {
    inverses[i] = exact_inverse(columns[i]);
    is_exact &= inverses[i] > 0;
  }
  return is_exact;
}

#define PT_REAL_IMPL "pooling_impl.h"
#define PT_IMPL "each_real.h"
#include "each_variant.h"

#define DISPATCH(T, S)                                                                                              \
  PT_DISPATCH(void, pt_max_pool2d##S, (const struct pt_pool_shape *s, const T *x, T *y, int32_t *indices), (s,      \
              x, y, indices))                                                                                       \
  PT_DISPATCH(void, pt_max_pool2d_backward##S, (const struct pt_pool_shape *s, const int32_t *indices, const T      \
              *grad_output, T *grad_input), (s, indices, grad_output, grad_input))                                  \
  PT_DISPATCH(void, pt_avg_pool2d##S, (const struct pt_pool_shape *s, bool count_include_pad, const T *x, T *y),    \
              (s, count_include_pad, x, y))                                                                         \
  PT_DISPATCH(void, pt_avg_pool2d_backward##S, (const struct pt_pool_shape *s, bool count_include_pad, const T      \
              *grad_output, T *grad_input), (s, count_include_pad, grad_output, grad_input))                        \
  PT_DISPATCH(void, pt_dropout##S, (int64_t outer, int64_t inner, double scale, const T *x, const uint8_t *mask,    \
              T *y), (outer, inner, scale, x, mask, y))

DISPATCH(float, _f32)
DISPATCH(double, _f64)
