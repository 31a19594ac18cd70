// The loops of pooling and dropout, for each variant and float type.
//
// Pooling goes over one output row and one kernel element at a time, so that the innermost loop runs along the row.

// Sixteen elements, every second one where the stride is 2 and not 1.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(pick_lanes)(PT_REAL16 *lanes, int64_t stride,
                                                                       const PT_REAL *x) {
  *lanes = *(const PT_REAL16 *)x;
  if (stride == 1) return;
  PT_REAL16 second = *(const PT_REAL16 *)(x + PT_LANES - 1);
  *lanes = __builtin_shufflevector(*lanes, second, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
}

// Every stride-th of n elements, side by side: x itself where the stride is 1, else in buffer.
PT_KERNEL const PT_REAL *TYPED(pick)(int64_t n, int64_t stride, const PT_REAL *x, PT_REAL *restrict buffer) {
  if (stride == 1) return x;
  int64_t i = 0;
  for (; stride == 2 && i + PT_LANES <= n; i += PT_LANES) {
    TYPED(pick_lanes)((PT_REAL16 *)(buffer + i), 2, x + 2 * i);
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

// The sums of windows `from` to `to` of an output row, in passes over the row.
PT_KERNEL void TYPED(sum_some_windows)(const struct TYPED(pooling) *p, int64_t row, const PT_REAL *plane,
                                       PT_REAL *buffer, int64_t from, int64_t to, double *sums) {
  const struct pt_pool_shape *s = p->s;
  for (int64_t i = from; i < to; i++) sums[i] = 0;
  for (int64_t kh = 0; kh < s->kernel_height; kh++) {
    int64_t in_row = row * s->stride_height - s->pad_height + kh;
    if (in_row < 0 || in_row >= s->in_height) continue;
    for (int64_t kw = 0; kw < s->kernel_width; kw++) {
      struct span span = p->spans[kw];
      int64_t begin = pt_max_i64(span.begin, from), n = pt_min_i64(span.end, to) - begin;
      const PT_REAL *x = plane + in_row * s->in_width + span.source + (begin - span.begin) * s->stride_width;
      if (n > 0) TYPED(add_line)(n, TYPED(pick)(n, s->stride_width, x, buffer), sums + begin);
    }
  }
}

// The sums of the windows of an output row: sixteen at a time in registers, where they have all columns.
PT_KERNEL void TYPED(sum_windows)(const struct TYPED(pooling) *p, int64_t row, const PT_REAL *plane, PT_REAL *buffer,
                                  double *sums) {
  const struct pt_pool_shape *s = p->s;
  int64_t stride = s->stride_width, top = row * s->stride_height - s->pad_height;
  int64_t first = p->spans[0].begin, end = stride <= 2 ? p->spans[s->kernel_width - 1].end : 0, i = first;
  for (; i + PT_LANES <= end; i += PT_LANES) {
    pt_double16 total = {0};
    for (int64_t kh = pt_max_i64(-top, 0); kh < pt_min_i64(s->kernel_height, s->in_height - top); kh++) {
      const PT_REAL *x = plane + (top + kh) * s->in_width + i * stride - s->pad_width;
      for (int64_t part = 0; part < stride; part++) __builtin_prefetch(x + ROW_AHEAD + part * PT_LANES);
      for (int64_t kw = 0; kw < s->kernel_width; kw++) {
        PT_REAL16 lanes;
        TYPED(pick_lanes)(&lanes, stride, x + kw);
        total += __builtin_convertvector(lanes, pt_double16);
      }
    }
    *(pt_double16 *)(sums + i) = total;
  }
  if (i == first) first = i = 0;
  if (first > 0) TYPED(sum_some_windows)(p, row, plane, buffer, 0, first, sums);
  if (i < s->out_width) TYPED(sum_some_windows)(p, row, plane, buffer, i, s->out_width, sums);
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
  int64_t first;    // the places of a phase that all kernel columns reach, if the stride is at most 2
  int64_t end;
  double *columns;  // the counts of the columns
  double *inverses;
  PT_REAL *shares;  // of a plane: each output's gradient over its divisor
  PT_REAL *phases;  // an input row's columns, those that are congruent modulo the stride side by side
};

// The output rows whose windows have an input row.
struct TYPED(reach) {
  int64_t row, end;
};

// Adds up places `from` to `to` of each phase of an input row: the outputs in ascending order of row, then of kernel
// column.
PT_KERNEL void TYPED(gather_some)(const struct TYPED(pooling) *p, const struct TYPED(mean_scratch) *work,
                                  struct TYPED(reach) reach, int64_t from, int64_t to, PT_REAL *grad_input) {
  const struct pt_pool_shape *s = p->s;
  int64_t stride = s->stride_width;
  for (int64_t phase = 0; phase < stride; phase++) {
    for (int64_t i = from; i < to; i++) work->phases[phase * work->length + i] = 0;
  }
  for (int64_t row = reach.row; row < reach.end; row++) {
    for (int64_t kw = 0; kw < s->kernel_width; kw++) {
      struct span span = p->spans[kw];
      const PT_REAL *shares = work->shares + row * s->out_width + span.begin - span.place;
      PT_REAL *sums = work->phases + span.phase * work->length;
      int64_t begin = pt_max_i64(span.place, from), end = pt_min_i64(span.place + span.end - span.begin, to);
      for (int64_t i = begin; i < end; i++) sums[i] += shares[i];
    }
  }
  for (int64_t phase = 0; phase < stride; phase++) {
    int64_t end = pt_min_i64(to, (s->in_width - phase + stride - 1) / stride);
    for (int64_t i = from; i < end; i++) grad_input[i * stride + phase] = work->phases[phase * work->length + i];
  }
}

// Sixteen places of one phase of an input row, where all kernel columns of the phase reach them.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(gather_lanes)(
    PT_REAL16 *lanes, const struct TYPED(pooling) *p, const PT_REAL *shares, struct TYPED(reach) reach, int64_t phase,
    int64_t place) {
  PT_REAL16 sums = {0};
  for (int64_t row = reach.row; row < reach.end; row++) {
    for (int64_t kw = 0; kw < p->s->kernel_width; kw++) {
      struct span span = p->spans[kw];
      if (span.phase != phase) continue;
      sums += *(const PT_REAL16 *)(shares + row * p->s->out_width + place - span.place + span.begin);
    }
  }
  *lanes = sums;
}

// The gradient of an input row: sixteen places at a time in registers, where all kernel columns reach them.
PT_KERNEL void TYPED(gather_row)(const struct TYPED(pooling) *p, const struct TYPED(mean_scratch) *work,
                                 int64_t in_row, PT_REAL *grad_input) {
  const struct pt_pool_shape *s = p->s;
  int64_t below = in_row + s->pad_height, above = below - s->kernel_height + 1;
  struct TYPED(reach) reach = {above > 0 ? pt_pieces(above, s->stride_height) : 0,
                               pt_min_i64(below / s->stride_height + 1, s->out_height)};
  int64_t stride = s->stride_width, first = work->first, i = first;
  for (; i + PT_LANES <= work->end; i += PT_LANES) {
    PT_REAL16 even, odd;
    PT_REAL *to = grad_input + i * stride;
    TYPED(gather_lanes)(&even, p, work->shares, reach, 0, i);
    if (stride == 1) {
      *(PT_REAL16 *)to = even;
      continue;
    }
    TYPED(gather_lanes)(&odd, p, work->shares, reach, 1, i);
    *(PT_REAL16 *)to = __builtin_shufflevector(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    *(PT_REAL16 *)(to + PT_LANES) = __builtin_shufflevector(even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,
                                                            30, 15, 31);
  }
  if (i == first) first = i = 0;
  if (first > 0) TYPED(gather_some)(p, work, reach, 0, first, grad_input);
  if (i * stride < s->in_width) TYPED(gather_some)(p, work, reach, i, work->length, grad_input);
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
  work.end = s->stride_width <= 2 ? s->in_width / s->stride_width : 0;
  for (int64_t kw = 0; kw < s->kernel_width; kw++) {
    struct span span = p->spans[kw];
    work.first = pt_max_i64(work.first, span.place);
    work.end = pt_min_i64(work.end, span.place + span.end - span.begin);
  }
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
      TYPED(gather_row)(p, &work, row, p->y + (plane * s->in_height + row) * s->in_width);
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
