// The loops of reductions over one axis, for each variant and float type. The orders are in pt_reduce.h.
#include "columns.h"
#include "rows.h"

// A pass over x [outer, count, inner] that leaves one number for each [outer, inner].
struct TYPED(reduction) {
  enum measure measure;
  int64_t outer, count, inner;
  const PT_REAL *x;
  const double *means;  // of SQUARES
  double divisor;       // of the result
  PT_REAL *y;           // the result, or
  double *wide;         // the result in double
  double *partial;      // [outer, groups, inner] where the axis has several groups, else NULL
};

PT_KERNEL void TYPED(finish)(const struct TYPED(reduction) *r, int64_t index, double value) {
  if (r->wide != NULL) {
    r->wide[index] = value / r->divisor;
  } else if (r->measure == SUM) {
    r->y[index] = (PT_REAL)value / (PT_REAL)r->divisor;
  } else {
    r->y[index] = (PT_REAL)(value / r->divisor);
  }
}

// One group of a row.
PT_KERNEL double TYPED(row_group)(const struct TYPED(reduction) *r, int64_t n, const PT_REAL *x, double mean) {
  if (r->measure == MAXIMUM) return (double)TYPED(row_maximum)(n, x);
  if (r->measure == SUM) return TYPED(sum_row)(n, x);
  return TYPED(square_row)(n, x, mean);
}

// Whole rows.
PT_KERNEL void TYPED(reduce_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(reduction) *r = context;
  for (int64_t o = begin; o < end; o++) {
    double mean = r->measure == SQUARES ? r->means[o] : 0;
    TYPED(finish)(r, o, TYPED(row_group)(r, r->count, r->x + o * r->count, mean));
  }
}

// Groups of long rows.
PT_KERNEL void TYPED(reduce_row_groups)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(reduction) *r = context;
  int64_t groups = pt_pieces(r->count, ROW_GROUP);
  for (int64_t task = begin; task < end; task++) {
    int64_t o = task / groups, first = task % groups * ROW_GROUP;
    double mean = r->measure == SQUARES ? r->means[o] : 0;
    r->partial[task] = TYPED(row_group)(r, pt_min_i64(r->count - first, ROW_GROUP), r->x + o * r->count + first, mean);
  }
}

// One group of a strip of columns.
PT_KERNEL void TYPED(column_group)(const struct TYPED(reduction) *r, int64_t rows, int64_t width, const PT_REAL *x,
                                   const double *means, double *total) {
  if (r->measure == MAXIMUM) {
    PT_REAL maxima[STRIP];
    for (int64_t i = 0; i < width; i++) maxima[i] = (PT_REAL)-INFINITY;
    for (int64_t k = 0; k < rows; k++, x += r->inner) {
      for (int64_t i = 0; i < width; i++) maxima[i] = ((x[i] > maxima[i]) | (x[i] != x[i])) ? x[i] : maxima[i];
    }
    for (int64_t i = 0; i < width; i++) total[i] = (double)maxima[i];
    return;
  }
  TYPED(column_totals)(rows, width, r->inner, x, means, NULL, total);
}

PT_KERNEL void TYPED(reduce_columns)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(reduction) *r = context;
  int64_t groups = r->partial == NULL ? 1 : pt_pieces(r->count, COLUMN_GROUP);
  int64_t strips = pt_pieces(r->inner, STRIP);
  for (int64_t task = begin; task < end; task++) {
    int64_t o = task / strips / groups, k = task / strips % groups * COLUMN_GROUP, i = task % strips * STRIP;
    int64_t width = pt_min_i64(r->inner - i, STRIP);
    double total[STRIP];
    TYPED(column_group)(r, pt_min_i64(r->count - k, COLUMN_GROUP), width,
                        r->x + (o * r->count + k) * r->inner + i,
                        r->measure == SQUARES ? r->means + o * r->inner + i : NULL, total);
    if (groups == 1) {
      for (int64_t j = 0; j < width; j++) TYPED(finish)(r, o * r->inner + i + j, total[j]);
    } else {
      memcpy(r->partial + task / strips * r->inner + i, total, (size_t)width * sizeof(double));
    }
  }
}

PT_KERNEL double TYPED(combine)(const struct TYPED(reduction) *r, int64_t groups, const double *partial) {
  if (r->measure == MAXIMUM) {
    double maximum = partial[0];
    for (int64_t g = 1; g < groups; g++) {
      double value = partial[g * r->inner];
      if (value > maximum || value != value) maximum = value;
    }
    return maximum;
  }
  if (r->inner > 1) {
    double total = 0;
    for (int64_t g = 0; g < groups; g++) total += partial[g * r->inner];
    return total;
  }
  struct pt_cascade sum = {.depth = 0};
  for (int64_t g = 0; g < groups; g++) pt_cascade_add(&sum, partial[g]);
  return pt_cascade_total(&sum);
}

// Runs a reduction, in parallel by rows or strips and by groups.
PT_KERNEL void TYPED(reduce)(struct TYPED(reduction) r) {
  if (r.outer == 0 || r.inner == 0) return;
  bool rows = r.inner == 1;
  int64_t size = rows ? ROW_GROUP : COLUMN_GROUP;
  int64_t groups = r.count > size ? pt_pieces(r.count, size) : 1;
  int64_t partial_bytes = r.outer * groups * r.inner * (int64_t)sizeof(double);
  if (groups > 1) r.partial = pt_scratch(partial_bytes);

  int64_t unit = pt_min_i64(r.count, size) * pt_min_i64(r.inner, STRIP);
  int64_t tasks = r.outer * groups * pt_pieces(r.inner, STRIP);
  pt_range_body row_body = groups > 1 ? TYPED(reduce_row_groups) : TYPED(reduce_rows);
  pt_parallel_for(tasks, pt_grain(unit), rows ? row_body : TYPED(reduce_columns), &r);
  if (groups == 1) return;
  for (int64_t o = 0; o < r.outer; o++) {
    for (int64_t i = 0; i < r.inner; i++) {
      TYPED(finish)(&r, o * r.inner + i, TYPED(combine)(&r, groups, r.partial + o * groups * r.inner + i));
    }
  }
  pt_free(r.partial, partial_bytes);
}

PT_KERNEL void TYPED(pt_sum)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *x, PT_REAL *y) {
  TYPED(reduce)((struct TYPED(reduction)){
    .measure = SUM, .outer = outer, .count = count, .inner = inner, .x = x, .divisor = 1, .y = y});
}

PT_KERNEL void TYPED(pt_mean)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *x, PT_REAL *y) {
  TYPED(reduce)((struct TYPED(reduction)){
    .measure = SUM, .outer = outer, .count = count, .inner = inner, .x = x, .divisor = (double)count, .y = y});
}

PT_KERNEL void TYPED(pt_amax)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *x, PT_REAL *y) {
  TYPED(reduce)((struct TYPED(reduction)){
    .measure = MAXIMUM, .outer = outer, .count = count, .inner = inner, .x = x, .divisor = 1, .y = y});
}

// The means in double, in scratch memory of outer·inner elements.
PT_KERNEL double *TYPED(wide_means)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *x) {
  double *means = pt_scratch(outer * inner * (int64_t)sizeof(double));
  TYPED(reduce)((struct TYPED(reduction)){
    .measure = SUM, .outer = outer, .count = count, .inner = inner, .x = x, .divisor = (double)count, .wide = means});
  return means;
}

PT_KERNEL void TYPED(pt_var)(int64_t outer, int64_t count, int64_t inner, double correction, const PT_REAL *x,
                             PT_REAL *y) {
  double *means = TYPED(wide_means)(outer, count, inner, x);
  double freedom = (double)count - correction;
  TYPED(reduce)((struct TYPED(reduction)){.measure = SQUARES, .outer = outer, .count = count, .inner = inner,
    .x = x, .means = means, .divisor = freedom > 0 ? freedom : 0, .y = y});
  pt_free(means, outer * inner * (int64_t)sizeof(double));
}

// A pass that writes the gradient by x [outer, count, inner] from what each [outer, inner] has.
struct TYPED(spread) {
  int64_t outer, count, inner;
  double scale;
  const PT_REAL *x, *y, *grad_output;
  const double *means;
  PT_REAL *grad_input;
};

// Pieces of rows.
PT_KERNEL void TYPED(spread_var_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(spread) *s = context;
  int64_t pieces = pt_pieces(s->count, PT_TASK);
  for (int64_t task = begin; task < end; task++) {
    int64_t o = task / pieces, first = task % pieces * PT_TASK, n = pt_min_i64(s->count - first, PT_TASK);
    const PT_REAL *x = s->x + o * s->count + first;
    PT_REAL *grad_input = s->grad_input + o * s->count + first;
    double scale = s->scale * (double)s->grad_output[o], mean = s->means[o];
    for (int64_t k = 0; k < n; k++) grad_input[k] = (PT_REAL)(scale * (x[k] - mean));
  }
}

// Lines of inner elements.
PT_KERNEL void TYPED(spread_var_lines)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(spread) *s = context;
  for (int64_t line = begin; line < end; line++) {
    int64_t o = line / s->count;
    const PT_REAL *x = s->x + line * s->inner, *grad_output = s->grad_output + o * s->inner;
    const double *means = s->means + o * s->inner;
    PT_REAL *grad_input = s->grad_input + line * s->inner;
    for (int64_t i = 0; i < s->inner; i++) {
      grad_input[i] = (PT_REAL)(s->scale * (double)grad_output[i] * (x[i] - means[i]));
    }
  }
}

PT_KERNEL void TYPED(pt_var_backward)(int64_t outer, int64_t count, int64_t inner, double correction,
                                      const PT_REAL *x, const PT_REAL *grad_output, PT_REAL *grad_input) {
  if (outer == 0 || count == 0 || inner == 0) return;
  double *means = TYPED(wide_means)(outer, count, inner, x);
  struct TYPED(spread) s = {.outer = outer, .count = count, .inner = inner, .x = x, .grad_output = grad_output,
    .scale = 2 / ((double)count - correction), .means = means, .grad_input = grad_input};
  if (inner == 1) {
    pt_parallel_for(outer * pt_pieces(count, PT_TASK), pt_grain(count), TYPED(spread_var_rows), &s);
  } else {
    pt_parallel_for(outer * count, pt_grain(inner), TYPED(spread_var_lines), &s);
  }
  pt_free(means, outer * inner * (int64_t)sizeof(double));
}

PT_KERNEL void TYPED(spread_amax)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(spread) *s = context;
  for (int64_t o = begin; o < end; o++) {
    for (int64_t i = 0; i < s->inner; i++) {
      const PT_REAL *x = s->x + o * s->count * s->inner + i;
      PT_REAL *grad_input = s->grad_input + o * s->count * s->inner + i;
      PT_REAL maximum = s->y[o * s->inner + i], grad = s->grad_output[o * s->inner + i];
      int64_t ties = 0;
      for (int64_t k = 0; k < s->count; k++) ties += x[k * s->inner] == maximum;
      PT_REAL share = grad / (PT_REAL)ties, rest = grad * 0 / (PT_REAL)ties;
      for (int64_t k = 0; k < s->count; k++) grad_input[k * s->inner] = x[k * s->inner] == maximum ? share : rest;
    }
  }
}

PT_KERNEL void TYPED(pt_amax_backward)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *x,
                                       const PT_REAL *y, const PT_REAL *grad_output, PT_REAL *grad_input) {
  struct TYPED(spread) s = {.outer = outer, .count = count, .inner = inner, .x = x, .y = y,
    .grad_output = grad_output, .grad_input = grad_input};
  pt_parallel_for(outer, pt_grain(count * inner), TYPED(spread_amax), &s);
}

PT_KERNEL void TYPED(pt_max_backward)(int64_t n, const PT_REAL *x, PT_REAL maximum, PT_REAL grad_output,
                                      PT_REAL *grad_input) {
  bool is_nan = maximum != maximum;
  int64_t ties = 0;
  for (int64_t k = 0; k < n; k++) ties += is_nan ? x[k] != x[k] : x[k] == maximum;
  PT_REAL share = grad_output / (PT_REAL)ties, rest = share * 0;
  for (int64_t k = 0; k < n; k++) grad_input[k] = (is_nan ? x[k] != x[k] : x[k] == maximum) ? share : rest;
}

// A search for maxima and their places, or the scattering of gradients to them.
struct TYPED(search) {
  int64_t outer, count, inner;
  const PT_REAL *x;
  PT_REAL *values;
  int64_t *indices;
};

PT_KERNEL void TYPED(search_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(search) *s = context;
  for (int64_t o = begin; o < end; o++) {
    const PT_REAL *x = s->x + o * s->count;
    PT_REAL maximum = TYPED(row_maximum)(s->count, x);
    int64_t k = 0;
    for (; k + PT_LANES < s->count; k += PT_LANES) {
      int found = 0;
      for (int i = 0; i < PT_LANES; i++) {
        found |= maximum == maximum ? x[k + i] == maximum : x[k + i] != x[k + i];
      }
      if (found) break;
    }
    while (maximum == maximum ? x[k] != maximum : x[k] == x[k]) k++;
    s->values[o] = maximum;
    s->indices[o] = k;
  }
}

PT_KERNEL void TYPED(search_columns)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(search) *s = context;
  int64_t strips = pt_pieces(s->inner, STRIP);
  for (int64_t task = begin; task < end; task++) {
    int64_t o = task / strips, i = task % strips * STRIP, width = pt_min_i64(s->inner - i, STRIP);
    const PT_REAL *x = s->x + o * s->count * s->inner + i;
    PT_REAL maxima[STRIP];
    uint32_t places[STRIP];
    memset(places, 0, (size_t)width * sizeof(uint32_t));
    memcpy(maxima, x, (size_t)width * sizeof(PT_REAL));
    for (int64_t k = 1; k < s->count; k++) {
      x += s->inner;
      for (int64_t j = 0; j < width; j++) {
        bool wins = (x[j] > maxima[j]) | ((x[j] != x[j]) & (maxima[j] == maxima[j]));
        maxima[j] = wins ? x[j] : maxima[j];
        places[j] = wins ? (uint32_t)k : places[j];
      }
    }
    memcpy(s->values + o * s->inner + i, maxima, (size_t)width * sizeof(PT_REAL));
    for (int64_t j = 0; j < width; j++) s->indices[o * s->inner + i + j] = (int64_t)places[j];
  }
}

PT_KERNEL void TYPED(pt_max_index)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *x, PT_REAL *values,
                                   int64_t *indices) {
  struct TYPED(search) s = {.outer = outer, .count = count, .inner = inner, .x = x, .values = values,
    .indices = indices};
  if (inner == 1) {
    pt_parallel_for(outer, pt_grain(count), TYPED(search_rows), &s);
  } else {
    int64_t unit = count * pt_min_i64(inner, STRIP);
    pt_parallel_for(outer * pt_pieces(inner, STRIP), pt_grain(unit), TYPED(search_columns), &s);
  }
}

PT_KERNEL void TYPED(pt_scatter_index)(int64_t outer, int64_t count, int64_t inner, const PT_REAL *grad_output,
                                       const int64_t *indices, PT_REAL *grad_input) {
  if (count * inner == 0) return;
  for (int64_t o = 0; o < outer; o++) {
    PT_REAL *plane = grad_input + o * count * inner;
    memset(plane, 0, (size_t)(count * inner) * sizeof(PT_REAL));
    for (int64_t i = 0; i < inner; i++) plane[indices[o * inner + i] * inner + i] = grad_output[o * inner + i];
  }
}
