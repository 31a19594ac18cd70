// The loops of attention, for each variant and float type.
//
// A task takes a range of queries, or of keys in backward's second half, and packs what all of its groups multiply by.
// Of a causal attention each group computes no more than its triangle.
#include "softmax_rows.h"

#define TILES PT_CONCAT(pt_tiles, PT_REAL_SUFFIX)

struct TYPED(attention) {
  const struct pt_attention *s;
  const struct TILES *tiles;
  const PT_REAL *query, *key, *value, *mask, *grad_output;
  PT_REAL *weights, *output, *grad_query, *grad_key, *grad_value;
  PT_REAL *grad_scores;  // [batch, queries, keys]
};

// How many keys a query sees.
static inline int64_t TYPED(seen)(const struct pt_attention *s, int64_t query) {
  return s->is_causal ? pt_min_i64(query + 1, s->keys) : s->keys;
}

// A matrix (depth, columns) of contiguous rows and its packed form, in pieces of at most DEPTH rows.
struct TYPED(factor) {
  int64_t depth, columns, row_step;
  const PT_REAL *rows;
  PT_REAL *packed;
};

static inline int64_t TYPED(padded)(const struct TYPED(attention) *a, int64_t columns) {
  return pt_packed_size(a->tiles->columns, columns, 1);
}

PT_KERNEL void TYPED(pack_factor)(const struct TYPED(attention) *a, const struct TYPED(factor) *x) {
  for (int64_t p = 0; p < x->depth; p += DEPTH) {
    a->tiles->pack(a->tiles->columns, x->columns, pt_min_i64(x->depth - p, DEPTH), x->rows + p * x->row_step, 1,
                   x->row_step, x->packed + p * TYPED(padded)(a, x->columns));
  }
}

// c (count, x.columns) = lines times x, each line its own part of the chain over x's rows: line i those from begins[i]
// to ends[i]. The parts overlap in a stretch that the whole group computes at once; what a line has before it or after
// it is added by itself. Element (i, p) of the lines is at i*line_step + p*step.
PT_KERNEL void TYPED(multiply_group)(const struct TYPED(attention) *a, int64_t count, const int64_t *begins,
                                     const int64_t *ends, const PT_REAL *lines, int64_t line_step, int64_t step,
                                     const struct TYPED(factor) *x, PT_REAL *panel, PT_REAL *c) {
  int64_t n = x->columns, begin = begins[count - 1], end = ends[0] > begin ? ends[0] : begin;
  bool is_empty = true;
  for (int64_t i = 0; i < count && begin > begins[0]; i++) {
    memset(c + i * n, 0, (size_t)n * sizeof(PT_REAL));
    a->tiles->row(n, begin - begins[i], lines + i * line_step + begins[i] * step, step,
                  x->rows + begins[i] * x->row_step, x->row_step, c + i * n);
    is_empty = false;
  }
  for (int64_t p = begin; p < end;) {
    int64_t piece = p / DEPTH * DEPTH, depth = pt_min_i64(x->depth - piece, DEPTH);
    int64_t k = pt_min_i64(piece + depth, end) - p;
    a->tiles->pack(a->tiles->rows, count, k, lines + p * step, line_step, step, panel);
    for (int64_t j = 0; j < n; j += a->tiles->columns) {
      const PT_REAL *packed = x->packed + piece * TYPED(padded)(a, n) + j * depth + (p - piece) * a->tiles->columns;
      a->tiles->block(count, pt_min_i64(n - j, a->tiles->columns), k, panel, 0, packed, c + j, n, 1,
                      is_empty ? PT_FROM_ZERO : PT_FROM_C);
    }
    is_empty = false;
    p += k;
  }
  for (int64_t i = 0; i < count; i++) {
    if (is_empty) memset(c + i * n, 0, (size_t)n * sizeof(PT_REAL));
    if (ends[i] > end) {
      a->tiles->row(n, ends[i] - end, lines + i * line_step + end * step, step, x->rows + end * x->row_step,
                    x->row_step, c + i * n);
    }
  }
}

// c (count, ...) = lines (count, depth) times the transpose of the packed rows of another matrix, `columns` of them.
PT_KERNEL void TYPED(multiply_transposed)(const struct TYPED(attention) *a, int64_t count, int64_t columns,
                                          int64_t depth, const PT_REAL *lines, int64_t line_step,
                                          const PT_REAL *packed, PT_REAL *panel, PT_REAL *c, int64_t c_step) {
  int64_t n = pt_pieces(columns, a->tiles->lanes) * a->tiles->lanes;
  a->tiles->pack(a->tiles->rows, count, depth, lines, line_step, 1, panel);
  a->tiles->block(count, n, depth, panel, 0, packed, c, c_step, 1, PT_FROM_ZERO);
}

PT_KERNEL void TYPED(scale_rows)(int64_t rows, int64_t n, const PT_REAL *x, int64_t x_step, double scale, PT_REAL *y) {
  PT_REAL factor = (PT_REAL)scale;
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t k = 0; k < n; k++) y[i * n + k] = x[i * x_step + k] * factor;
  }
}

// The length of a line of scores in scratch space: whole lanes.
static inline int64_t TYPED(line_length)(int64_t keys) { return pt_pieces(keys, PT_LANES) * PT_LANES; }

PT_KERNEL bool TYPED(is_masked)(int64_t n, const PT_REAL *scores) {
  for (int64_t j = 0; j < n; j++) {
    if (scores[j] != (PT_REAL)-INFINITY) return false;
  }
  return true;
}

// The softmax of a line of scores in place, zeros where no key is left; what follows the keys seen, up to whole lanes,
// becomes zeros.
PT_KERNEL void TYPED(weigh)(int64_t seen, PT_REAL *scores, const PT_REAL *mask, int64_t mask_step) {
  int64_t length = TYPED(line_length)(seen);
  if (mask != NULL) {
    for (int64_t j = 0; j < seen; j++) scores[j] += mask[j * mask_step];
  }
  for (int64_t j = seen; j < length; j++) scores[j] = (PT_REAL)-INFINITY;
  if (TYPED(is_masked)(length, scores)) {
    memset(scores, 0, (size_t)length * sizeof(PT_REAL));
    return;
  }
  PT_REAL maximum;
  double sum;
  TYPED(row_statistics)(length, scores, scores, &maximum, &sum);
  PT_REAL factor = (PT_REAL)(1 / sum);
  for (int64_t j = 0; j < length; j++) scores[j] *= factor;
}

PT_KERNEL void TYPED(attend)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(attention) *a = context;
  const struct pt_attention *s = a->s;
  int64_t ranges = pt_pieces(s->queries, RANGE), line = TYPED(line_length)(s->keys);
  int64_t keys_size = pt_packed_size(a->tiles->columns, s->keys, s->features);
  int64_t values_size = pt_packed_size(a->tiles->columns, s->value_features, s->keys);
  int64_t panel_size = pt_packed_size(a->tiles->rows, GROUP, s->features > DEPTH ? s->features : DEPTH);
  int64_t size = keys_size + values_size + panel_size + GROUP * (line + s->features);
  PT_REAL *keys = pt_scratch(size * (int64_t)sizeof(PT_REAL)), *values = keys + keys_size;
  PT_REAL *panel = values + values_size, *scores = panel + panel_size, *queries = scores + GROUP * line;
  for (int64_t task = begin; task < end; task++) {
    int64_t b = task / ranges, first = task % ranges * RANGE, last = pt_min_i64(first + RANGE, s->queries);
    int64_t seen = TYPED(seen)(s, last - 1);
    const PT_REAL *query = a->query + b * s->query_steps[0];
    struct TYPED(factor) value = {seen, s->value_features, s->value_steps[1], a->value + b * s->value_steps[0], values};
    a->tiles->pack(a->tiles->columns, seen, s->features, a->key + b * s->key_steps[0], s->key_steps[1], 1, keys);
    TYPED(pack_factor)(a, &value);
    for (int64_t i = first; i < last; i += GROUP) {
      int64_t count = pt_min_i64(last - i, GROUP), begins[GROUP] = {0}, ends[GROUP];
      TYPED(scale_rows)(count, s->features, query + i * s->query_steps[1], s->query_steps[1], s->scale, queries);
      TYPED(multiply_transposed)(a, count, TYPED(seen)(s, i + count - 1), s->features, queries, s->features, keys,
                                 panel, scores, line);
      for (int64_t q = 0; q < count; q++) {
        PT_REAL *row = scores + q * line;
        const PT_REAL *mask = a->mask == NULL ? NULL : a->mask + b * s->mask_steps[0] + (i + q) * s->mask_steps[1];
        ends[q] = TYPED(seen)(s, i + q);
        TYPED(weigh)(ends[q], row, mask, s->mask_steps[2]);
        if (a->weights == NULL) continue;
        memcpy(a->weights + (b * s->queries + i + q) * s->keys, row, (size_t)ends[q] * sizeof(PT_REAL));
      }
      TYPED(multiply_group)(a, count, begins, ends, scores, line, 1, &value, panel,
                            a->output + (b * s->queries + i) * s->value_features);
    }
  }
  pt_free(keys, size * (int64_t)sizeof(PT_REAL));
}

// The gradient of the scores, and from it that of the queries.
PT_KERNEL void TYPED(attend_backward)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(attention) *a = context;
  const struct pt_attention *s = a->s;
  int64_t ranges = pt_pieces(s->queries, RANGE), line = TYPED(line_length)(s->keys);
  int64_t keys_size = pt_packed_size(a->tiles->columns, s->features, s->keys);
  int64_t values_size = pt_packed_size(a->tiles->columns, s->keys, s->value_features);
  int64_t panel_size = pt_packed_size(a->tiles->rows, GROUP, s->value_features > DEPTH ? s->value_features : DEPTH);
  int64_t size = keys_size + values_size + panel_size + GROUP * line;
  PT_REAL *keys = pt_scratch(size * (int64_t)sizeof(PT_REAL)), *values = keys + keys_size;
  PT_REAL *panel = values + values_size, *scores = panel + panel_size;
  for (int64_t task = begin; task < end; task++) {
    int64_t b = task / ranges, first = task % ranges * RANGE, last = pt_min_i64(first + RANGE, s->queries);
    int64_t seen = TYPED(seen)(s, last - 1);
    struct TYPED(factor) key = {seen, s->features, s->key_steps[1], a->key + b * s->key_steps[0], keys};
    a->tiles->pack(a->tiles->columns, seen, s->value_features, a->value + b * s->value_steps[0], s->value_steps[1], 1,
                   values);
    if (a->grad_query != NULL) TYPED(pack_factor)(a, &key);
    for (int64_t i = first; i < last; i += GROUP) {
      int64_t count = pt_min_i64(last - i, GROUP), begins[GROUP] = {0}, ends[GROUP], row = b * s->queries + i;
      TYPED(multiply_transposed)(a, count, TYPED(seen)(s, i + count - 1), s->value_features,
                                 a->grad_output + row * s->value_features, s->value_features, values, panel, scores,
                                 line);
      for (int64_t q = 0; q < count; q++) {
        const PT_REAL *weights = a->weights + (row + q) * s->keys, *grad_weights = scores + q * line;
        PT_REAL *grad_scores = a->grad_scores + (row + q) * s->keys;
        ends[q] = TYPED(seen)(s, i + q);
        double sum = TYPED(dot_block)(ends[q], weights, 0, grad_weights);
        for (int64_t j = 0; j < ends[q]; j++) {
          grad_scores[j] = (PT_REAL)((double)weights[j] * ((double)grad_weights[j] - sum));
        }
      }
      if (a->grad_query == NULL) continue;
      PT_REAL *grad_query = a->grad_query + row * s->features;
      TYPED(multiply_group)(a, count, begins, ends, a->grad_scores + row * s->keys, s->keys, 1, &key, panel,
                            grad_query);
      TYPED(scale_rows)(count, s->features, grad_query, s->features, s->scale, grad_query);
    }
  }
  pt_free(keys, size * (int64_t)sizeof(PT_REAL));
}

// grad = the transpose of a range's columns of lines [queries, keys] times x, whose rows are the queries from `first`.
PT_KERNEL void TYPED(multiply_columns)(const struct TYPED(attention) *a, int64_t first, int64_t last,
                                       const PT_REAL *lines, const struct TYPED(factor) *x, PT_REAL *panel,
                                       PT_REAL *grad) {
  const struct pt_attention *s = a->s;
  int64_t unseen = s->queries - x->depth;  // queries before x's first row
  for (int64_t j = first; j < last; j += GROUP) {
    int64_t count = pt_min_i64(last - j, GROUP), begins[GROUP], ends[GROUP];
    for (int64_t k = 0; k < count; k++) {
      begins[k] = s->is_causal ? pt_min_i64(j + k - unseen, x->depth) : 0;
      ends[k] = x->depth;
    }
    TYPED(multiply_group)(a, count, begins, ends, lines + unseen * s->keys + j, 1, s->keys, x, panel,
                          grad + j * x->columns);
  }
}

// The gradients of keys and values from those of the scores.
PT_KERNEL void TYPED(gather)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(attention) *a = context;
  const struct pt_attention *s = a->s;
  int64_t ranges = pt_pieces(s->keys, RANGE), packed_size = TYPED(padded)(a, s->features) * s->queries;
  int64_t values_size = TYPED(padded)(a, s->value_features) * s->queries;
  int64_t panel_size = pt_packed_size(a->tiles->rows, GROUP, DEPTH);
  if (packed_size < values_size) packed_size = values_size;
  int64_t size = packed_size + panel_size + s->queries * s->features;
  PT_REAL *packed = pt_scratch(size * (int64_t)sizeof(PT_REAL)), *panel = packed + packed_size;
  PT_REAL *queries = panel + panel_size;
  for (int64_t task = begin; task < end; task++) {
    int64_t b = task / ranges, first = task % ranges * RANGE, last = pt_min_i64(first + RANGE, s->keys);
    int64_t unseen = s->is_causal ? pt_min_i64(first, s->queries) : 0, depth = s->queries - unseen;
    int64_t row = b * s->queries, scores = row * s->keys;
    if (a->grad_value != NULL) {
      struct TYPED(factor) grad_output = {depth, s->value_features, s->value_features,
                                          a->grad_output + (row + unseen) * s->value_features, packed};
      TYPED(pack_factor)(a, &grad_output);
      TYPED(multiply_columns)(a, first, last, a->weights + scores, &grad_output, panel,
                              a->grad_value + b * s->keys * s->value_features);
    }
    if (a->grad_key != NULL) {
      struct TYPED(factor) query = {depth, s->features, s->features, queries, packed};
      TYPED(scale_rows)(depth, s->features, a->query + b * s->query_steps[0] + unseen * s->query_steps[1],
                        s->query_steps[1], s->scale, queries);
      TYPED(pack_factor)(a, &query);
      TYPED(multiply_columns)(a, first, last, a->grad_scores + scores, &query, panel,
                              a->grad_key + b * s->keys * s->features);
    }
  }
  pt_free(packed, size * (int64_t)sizeof(PT_REAL));
}

PT_KERNEL void TYPED(pt_attention)(const struct pt_attention *s, const PT_REAL *query, const PT_REAL *key,
                                   const PT_REAL *value, const PT_REAL *mask, PT_REAL *weights, PT_REAL *output) {
  struct TYPED(attention) a = {.s = s, .tiles = TILES(), .query = query, .key = key, .value = value, .mask = mask,
    .weights = weights, .output = output};
  int64_t unit = pt_min_i64(s->queries, RANGE) * s->keys * (s->features + s->value_features) / MULTIPLY_ADDS;
  pt_parallel_for(s->batch * pt_pieces(s->queries, RANGE), pt_grain(unit), TYPED(attend), &a);
}

PT_KERNEL void TYPED(pt_attention_backward)(const struct pt_attention *s, const PT_REAL *query, const PT_REAL *key,
                                            const PT_REAL *value, const PT_REAL *weights, const PT_REAL *grad_output,
                                            PT_REAL *grad_query, PT_REAL *grad_key, PT_REAL *grad_value) {
  int64_t bytes = s->batch * s->queries * s->keys * (int64_t)sizeof(PT_REAL);
  struct TYPED(attention) a = {.s = s, .tiles = TILES(), .query = query, .key = key, .value = value,
    .weights = (PT_REAL *)weights, .grad_output = grad_output, .grad_query = grad_query, .grad_key = grad_key,
    .grad_value = grad_value, .grad_scores = pt_scratch(bytes)};
  int64_t features = s->features + s->value_features;
  if (grad_query != NULL || grad_key != NULL) {
    int64_t unit = pt_min_i64(s->queries, RANGE) * s->keys * features / MULTIPLY_ADDS;
    pt_parallel_for(s->batch * pt_pieces(s->queries, RANGE), pt_grain(unit), TYPED(attend_backward), &a);
  }
  if (grad_key != NULL || grad_value != NULL) {
    int64_t unit = pt_min_i64(s->keys, RANGE) * s->queries * features / MULTIPLY_ADDS;
    pt_parallel_for(s->batch * pt_pieces(s->keys, RANGE), pt_grain(unit), TYPED(gather), &a);
  }
  pt_free(a.grad_scores, bytes);
}

#undef TILES
