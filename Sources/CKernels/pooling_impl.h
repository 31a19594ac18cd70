// The loops of pooling and dropout, for each variant and float type.
//
// Pooling goes over one output row and one kernel element at a time, so that the innermost loop runs along the row.

// Every stride-th of n elements, side by side: x itself where the stride is 1, else in buffer.
PT_KERNEL const PT_REAL *TYPED(pick)(int64_t n, int64_t stride, const PT_REAL *x, PT_REAL *restrict buffer) {
  if (stride == 1) return x;
  int64_t i = 0;
  if (stride == 2) {
    for (; i + PT_LANES <= n; i += PT_LANES) {
      PT_REAL16 first = *(const PT_REAL16 *)(x + 2 * i), second = *(const PT_REAL16 *)(x + 2 * i + PT_LANES - 1);
      *(PT_REAL16 *)(buffer + i) = __builtin_shufflevector(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25,
                                                           27, 29, 31);
    }
  }
  for (; i < n; i++) buffer[i] = x[i * stride];
  return buffer;
}

PT_KERNEL void TYPED(max_line)(int32_t n, int32_t stride, const PT_REAL *restrict x, int32_t place,
                               PT_REAL *restrict y, int32_t *restrict indices) {
  for (int32_t i = 0; i < n; i++) {
    bool wins = (x[i] > y[i]) | (x[i] != x[i]) | (indices[i] < 0);
    y[i] = wins ? x[i] : y[i];
    indices[i] = wins ? place + i * stride : indices[i];
  }
}

PT_KERNEL void TYPED(max_values)(int64_t n, const PT_REAL *restrict x, PT_REAL *restrict y) {
  for (int64_t i = 0; i < n; i++) y[i] = ((x[i] > y[i]) | (x[i] != x[i])) ? x[i] : y[i];
}

PT_KERNEL void TYPED(add_line)(int64_t n, const PT_REAL *restrict x, double *restrict sums) {
  for (int64_t i = 0; i < n; i++) sums[i] += (double)x[i];
}

struct TYPED(pooling) {
  const struct pt_pool_shape *s;
  const struct span *spans;  // of the kernel's columns
  bool count_include_pad;
  const PT_REAL *x;  // grad_output in backward
  PT_REAL *y;        // grad_input in backward
  int32_t *indices;
};

PT_KERNEL void TYPED(max_row)(const struct pt_pool_shape *s, const struct span *spans, int64_t row,
                              const PT_REAL *plane, PT_REAL *buffer, PT_REAL *y, int32_t *indices) {
  for (int64_t i = 0; i < s->out_width; i++) y[i] = (PT_REAL)-INFINITY;
  if (indices != NULL) memset(indices, 0xff, (size_t)s->out_width * sizeof(int32_t));
  for (int64_t kh = 0; kh < s->kernel_height; kh++) {
    int64_t in_row = row * s->stride_height - s->pad_height + kh * s->dilation_height;
    if (in_row < 0 || in_row >= s->in_height) continue;
    for (int64_t kw = 0; kw < s->kernel_width; kw++) {
      struct span span = spans[kw];
      int64_t n = span.end - span.begin, place = in_row * s->in_width + span.source;
      const PT_REAL *x = TYPED(pick)(n, s->stride_width, plane + place, buffer);
      if (indices == NULL) {
        TYPED(max_values)(n, x, y + span.begin);
      } else {
        TYPED(max_line)((int32_t)n, (int32_t)s->stride_width, x, (int32_t)place, y + span.begin,
                        indices + span.begin);
      }
    }
  }
}

PT_KERNEL void TYPED(max_planes)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(pooling) *p = context;
  const struct pt_pool_shape *s = p->s;
  int64_t bytes = s->out_width * (int64_t)sizeof(PT_REAL);
  PT_REAL *buffer = pt_scratch(bytes);
  for (int64_t plane = begin; plane < end; plane++) {
    const PT_REAL *x = p->x + plane * s->in_height * s->in_width;
    for (int64_t row = 0; row < s->out_height; row++) {
      int64_t place = (plane * s->out_height + row) * s->out_width;
      TYPED(max_row)(s, p->spans, row, x, buffer, p->y + place, p->indices == NULL ? NULL : p->indices + place);
    }
  }
  pt_free(buffer, bytes);
}

PT_KERNEL void TYPED(max_backward_planes)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(pooling) *p = context;
  int64_t in_size = p->s->in_height * p->s->in_width, out_size = p->s->out_height * p->s->out_width;
  for (int64_t plane = begin; plane < end; plane++) {
    PT_REAL *grad_input = p->y + plane * in_size;
    memset(grad_input, 0, (size_t)in_size * sizeof(PT_REAL));
    for (int64_t i = plane * out_size; i < (plane + 1) * out_size; i++) {
      if (p->indices[i] >= 0) grad_input[p->indices[i]] += p->x[i];
    }
  }
}

// The sums of the windows of an output row.
PT_KERNEL void TYPED(sum_windows)(const struct TYPED(pooling) *p, int64_t row, const PT_REAL *plane, PT_REAL *buffer,
                                  double *sums) {
  const struct pt_pool_shape *s = p->s;
  memset(sums, 0, (size_t)s->out_width * sizeof(double));
  for (int64_t kh = 0; kh < s->kernel_height; kh++) {
    int64_t in_row = row * s->stride_height - s->pad_height + kh;
    if (in_row < 0 || in_row >= s->in_height) continue;
    for (int64_t kw = 0; kw < s->kernel_width; kw++) {
      struct span span = p->spans[kw];
      int64_t n = span.end - span.begin;
      const PT_REAL *x = plane + in_row * s->in_width + span.source;
      TYPED(add_line)(n, TYPED(pick)(n, s->stride_width, x, buffer), sums + span.begin);
    }
  }
}

PT_KERNEL void TYPED(mean_planes)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(pooling) *p = context;
  const struct pt_pool_shape *s = p->s;
  int64_t bytes = 4 * s->out_width * (int64_t)sizeof(double);
  double *sums = pt_scratch(bytes), *columns = sums + s->out_width, *inverses = columns + s->out_width;
  PT_REAL *buffer = (PT_REAL *)(inverses + s->out_width);
  count_columns(s, p->count_include_pad, columns);
  bool is_exact = invert_columns(s->out_width, columns, inverses);
  for (int64_t plane = begin; plane < end; plane++) {
    for (int64_t row = 0; row < s->out_height; row++) {
      TYPED(sum_windows)(p, row, p->x + plane * s->in_height * s->in_width, buffer, sums);
      PT_REAL *y = p->y + (plane * s->out_height + row) * s->out_width;
      double rows = count_rows(s, p->count_include_pad, row), inverse = exact_inverse(rows);
      if (is_exact && inverse > 0) {
        for (int64_t i = 0; i < s->out_width; i++) y[i] = (PT_REAL)(sums[i] * (inverse * inverses[i]));
        continue;
      }
      for (int64_t i = 0; i < s->out_width; i++) {
        double count = rows * columns[i];
        y[i] = count > 0 ? (PT_REAL)(sums[i] / count) : 0;
      }
    }
  }
  pt_free(sums, bytes);
}

// The scratch space of mean pooling's backward.
struct TYPED(mean_scratch) {
  int64_t length;   // of a phase
  double *columns;  // the counts of the columns
  double *inverses;
  PT_REAL *shares;  // of a plane: each output's gradient over its divisor
  PT_REAL *phases;  // an input row's columns, those that are congruent modulo the stride side by side
};

// Adds up an input row in phases: the outputs in ascending order of row, then of kernel column.
PT_KERNEL void TYPED(gather_row)(const struct pt_pool_shape *s, const struct span *spans,
                                 const struct TYPED(mean_scratch) *work, int64_t in_row) {
  int64_t stride = s->stride_width;
  memset(work->phases, 0, (size_t)(stride * work->length) * sizeof(PT_REAL));
  for (int64_t kh = s->kernel_height - 1; kh >= 0; kh--) {
    int64_t start = in_row + s->pad_height - kh, row = start / s->stride_height;
    if (start < 0 || start % s->stride_height != 0 || row >= s->out_height) continue;
    for (int64_t kw = 0; kw < s->kernel_width; kw++) {
      struct span span = spans[kw];
      const PT_REAL *shares = work->shares + row * s->out_width;
      PT_REAL *sums = work->phases + span.phase * work->length + span.place - span.begin;
      for (int64_t i = span.begin; i < span.end; i++) sums[i] += shares[i];
    }
  }
}

// Writes a row from its phases.
PT_KERNEL void TYPED(interleave)(int64_t width, int64_t stride, int64_t length, const PT_REAL *restrict phases,
                                 PT_REAL *restrict row) {
  int64_t first = 0;
  if (stride == 2) {
    for (; first + 2 * PT_LANES <= width; first += 2 * PT_LANES) {
      PT_REAL16 even = *(const PT_REAL16 *)(phases + first / 2);
      PT_REAL16 odd = *(const PT_REAL16 *)(phases + length + first / 2);
      *(PT_REAL16 *)(row + first) = __builtin_shufflevector(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22,
                                                            7, 23);
      *(PT_REAL16 *)(row + first + PT_LANES) = __builtin_shufflevector(even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                                                       13, 29, 14, 30, 15, 31);
    }
  }
  for (int64_t phase = 0; phase < stride; phase++) {
    for (int64_t i = first + phase; i < width; i += stride) row[i] = phases[phase * length + i / stride];
  }
}

PT_KERNEL void TYPED(mean_backward_planes)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(pooling) *p = context;
  const struct pt_pool_shape *s = p->s;
  struct TYPED(mean_scratch) work = {.length = s->in_width / s->stride_width + 1};
  int64_t out_size = s->out_height * s->out_width, sized = out_size + s->stride_width * work.length;
  int64_t bytes = 2 * s->out_width * (int64_t)sizeof(double) + sized * (int64_t)sizeof(PT_REAL);
  work.columns = pt_scratch(bytes);
  work.inverses = work.columns + s->out_width;
  work.shares = (PT_REAL *)(work.inverses + s->out_width);
  work.phases = work.shares + out_size;
  count_columns(s, p->count_include_pad, work.columns);
  bool is_exact = invert_columns(s->out_width, work.columns, work.inverses);
  for (int64_t plane = begin; plane < end; plane++) {
    for (int64_t row = 0; row < s->out_height; row++) {
      const PT_REAL *grad_output = p->x + plane * out_size + row * s->out_width;
      PT_REAL *shares = work.shares + row * s->out_width;
      double rows = count_rows(s, p->count_include_pad, row), inverse = exact_inverse(rows);
      if (is_exact && inverse > 0) {
        for (int64_t i = 0; i < s->out_width; i++) {
          shares[i] = (PT_REAL)((double)grad_output[i] * (inverse * work.inverses[i]));
        }
        continue;
      }
      for (int64_t i = 0; i < s->out_width; i++) {
        shares[i] = (PT_REAL)((double)grad_output[i] / (rows * work.columns[i]));
      }
    }
    for (int64_t row = 0; row < s->in_height; row++) {
      TYPED(gather_row)(s, p->spans, &work, row);
      TYPED(interleave)(s->in_width, s->stride_width, work.length, work.phases,
                        p->y + (plane * s->in_height + row) * s->in_width);
    }
  }
  pt_free(work.columns, bytes);
}

PT_KERNEL void TYPED(run_pooling)(struct TYPED(pooling) p, int64_t dilation, pt_range_body body) {
  int64_t bytes = p.s->kernel_width * (int64_t)sizeof(struct span);
  struct span *spans = pt_scratch(bytes);
  find_spans(p.s, dilation, spans);
  p.spans = spans;
  int64_t in_size = p.s->in_height * p.s->in_width, out_size = p.s->out_height * p.s->out_width;
  int64_t window = p.s->kernel_height * p.s->kernel_width;
  pt_parallel_for(p.s->planes, pt_grain(in_size + out_size * window), body, &p);
  pt_free(spans, bytes);
}

PT_KERNEL void TYPED(pt_max_pool2d)(const struct pt_pool_shape *s, const PT_REAL *x, PT_REAL *y, int32_t *indices) {
  TYPED(run_pooling)((struct TYPED(pooling)){.s = s, .x = x, .y = y, .indices = indices}, s->dilation_width,
                     TYPED(max_planes));
}

PT_KERNEL void TYPED(pt_max_pool2d_backward)(const struct pt_pool_shape *s, const int32_t *indices,
                                             const PT_REAL *grad_output, PT_REAL *grad_input) {
  TYPED(run_pooling)((struct TYPED(pooling)){.s = s, .x = grad_output, .y = grad_input,
    .indices = (int32_t *)indices}, s->dilation_width, TYPED(max_backward_planes));
}

PT_KERNEL void TYPED(pt_avg_pool2d)(const struct pt_pool_shape *s, bool count_include_pad, const PT_REAL *x,
                                    PT_REAL *y) {
  TYPED(run_pooling)((struct TYPED(pooling)){.s = s, .count_include_pad = count_include_pad, .x = x, .y = y}, 1,
                     TYPED(mean_planes));
}

PT_KERNEL void TYPED(pt_avg_pool2d_backward)(const struct pt_pool_shape *s, bool count_include_pad,
                                             const PT_REAL *grad_output, PT_REAL *grad_input) {
  TYPED(run_pooling)((struct TYPED(pooling)){.s = s, .count_include_pad = count_include_pad, .x = grad_output,
    .y = grad_input}, 1, TYPED(mean_backward_planes));
}

struct TYPED(dropout) {
  int64_t inner;
  PT_REAL scale;
  const PT_REAL *x;
  const uint8_t *mask;
  PT_REAL *y;
};

PT_KERNEL void TYPED(drop)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(dropout) *d = context;
  if (d->inner == 1) {
    for (int64_t o = begin; o < end; o++) d->y[o] = d->x[o] * ((PT_REAL)d->mask[o] * d->scale);
    return;
  }
  for (int64_t o = begin; o < end; o++) {
    PT_REAL factor = (PT_REAL)d->mask[o] * d->scale;
    for (int64_t i = o * d->inner; i < (o + 1) * d->inner; i++) d->y[i] = d->x[i] * factor;
  }
}

PT_KERNEL void TYPED(pt_dropout)(int64_t outer, int64_t inner, double scale, const PT_REAL *x, const uint8_t *mask,
                                 PT_REAL *y) {
  struct TYPED(dropout) d = {.inner = inner, .scale = (PT_REAL)scale, .x = x, .mask = mask, .y = y};
  pt_parallel_for(outer, pt_grain(inner), TYPED(drop), &d);
}
