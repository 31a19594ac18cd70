// Matrix products for one element type.

// One product and the part of it that is under way. C may be written with any strides.
struct TYPED(product) {
  int64_t m, n, k;
  const REAL *a;
  int64_t a_row_stride, a_column_stride;
  const REAL *b;
  int64_t b_row_stride, b_column_stride;
  REAL *c;
  int64_t c_row_stride, c_column_stride;
  bool accumulate;
  const struct TILES *tiles;
  REAL *packed_a, *packed_b;  // NULL where A is read in place, and where each range packs its own part of B
  int64_t range_rows, range_columns;
};

// The product's part of `m` by `n` by `k` that begins at (i, j, p).
static struct TYPED(product) TYPED(part)(const struct TYPED(product) *x, int64_t i, int64_t m, int64_t j,
                                         int64_t n, int64_t p, int64_t k) {
  struct TYPED(product) part = *x;
  part.m = m;
  part.n = n;
  part.k = k;
  part.a += i * x->a_row_stride + p * x->a_column_stride;
  part.b += p * x->b_row_stride + j * x->b_column_stride;
  part.c += i * x->c_row_stride + j * x->c_column_stride;
  part.accumulate = x->accumulate || p > 0;
  return part;
}

// The plain chain, for when there is no memory to pack into.
static void TYPED(compute_unpacked)(const struct TYPED(product) *x) {
  for (int64_t i = 0; i < x->m; i++) {
    for (int64_t j = 0; j < x->n; j++) {
      REAL *c = x->c + i * x->c_row_stride + j * x->c_column_stride;
      const REAL *a = x->a + i * x->a_row_stride, *b = x->b + j * x->b_column_stride;
      REAL sum = x->accumulate ? *c : 0;
      for (int64_t p = 0; p < x->k; p++) {
        sum = PT_FMA(a[p * x->a_column_stride], b[p * x->b_row_stride], sum);
      }
      *c = sum;
    }
  }
}

// The units that packing is cut into: as many panels of A as have about the elements of one of B, and panels of B.
static inline int64_t TYPED(a_unit)(const struct TYPED(product) *x) {
  return x->tiles->columns / x->tiles->rows * x->tiles->rows;
}

static inline int64_t TYPED(a_units)(const struct TYPED(product) *x) {
  return x->packed_a == NULL ? 0 : pieces(x->m, TYPED(a_unit)(x));
}

static inline int64_t TYPED(b_units)(const struct TYPED(product) *x) {
  return x->packed_b == NULL ? 0 : pieces(x->n, x->tiles->columns);
}

// Packs columns of B.
static void TYPED(pack_columns)(const struct TYPED(product) *x, int64_t first, int64_t count, REAL *packed) {
  x->tiles->pack(x->tiles->columns, count, x->k, x->b + first * x->b_column_stride, x->b_column_stride,
                 x->b_row_stride, packed);
}

// Packs units of A, counted first, and of B.
static void TYPED(pack_units)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(product) *x = context;
  int64_t rows = TYPED(a_unit)(x), columns = x->tiles->columns, a_units = TYPED(a_units)(x);
  if (begin < a_units) {
    int64_t first = begin * rows, last = least(least(end, a_units) * rows, x->m);
    x->tiles->pack(x->tiles->rows, last - first, x->k, x->a + first * x->a_row_stride, x->a_row_stride,
                   x->a_column_stride, x->packed_a + first * x->k);
  }
  if (end > a_units) {
    int64_t first = most(begin - a_units, 0) * columns, last = least((end - a_units) * columns, x->n);
    TYPED(pack_columns)(x, first, last - first, x->packed_b + first * x->k);
  }
}

// Computes ranges of a block, counted down its columns of ranges.
static void TYPED(compute_ranges)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(product) *x = context;
  int64_t down = pieces(x->m, x->range_rows);
  int64_t own_size = x->packed_b != NULL ? 0 : pt_packed_size(x->tiles->columns, x->range_columns, x->k);
  int64_t bytes = scratch_bytes(own_size * (int64_t)sizeof(REAL));
  REAL *own = own_size == 0 ? NULL : pt_alloc(bytes);
  for (int64_t range = begin; range < end; range++) {
    int64_t i = range % down * x->range_rows, j = range / down * x->range_columns;
    int64_t m = least(x->m - i, x->range_rows), n = least(x->n - j, x->range_columns);
    struct TYPED(product) part = TYPED(part)(x, i, m, j, n, 0, x->k);
    if (x->packed_b == NULL && own == NULL) {
      TYPED(compute_unpacked)(&part);
      continue;
    }
    if (own != NULL) TYPED(pack_columns)(x, j, n, own);
    const REAL *packed_b = own != NULL ? own : x->packed_b + j * x->k;
    const REAL *a = x->packed_a != NULL ? x->packed_a + i * x->k : part.a;
    x->tiles->block(m, n, x->k, a, x->packed_a != NULL ? 0 : x->a_row_stride, packed_b, part.c, x->c_row_stride,
                    x->c_column_stride, x->accumulate ? PT_FROM_C : PT_FROM_ZERO);
  }
  pt_free(own, bytes);
}

// Block after block, of all columns.
static void TYPED(compute)(struct TYPED(product) *x) {
  bool is_in_place = x->a_column_stride == 1 && x->a_row_stride != 0;
  int64_t rows = x->tiles->rows, columns = x->tiles->columns;
  int64_t depth = pieces(x->k, pieces(x->k, is_in_place ? DEPTH : PACKED_DEPTH));
  int64_t height = is_in_place ? x->m : least(x->m, HEIGHT);
  int64_t block_bytes = x->m > FEW_ROWS ? BLOCK_BYTES : SMALL_BLOCK_BYTES;
  int64_t width = even_pieces(x->n, most(block_bytes / (int64_t)sizeof(REAL) / depth, columns), columns);
  bool shares_b = pieces(x->n, width) < MANY_RANGES;
  int64_t a_size = is_in_place ? 0 : pt_packed_size(rows, height, depth);
  int64_t b_size = shares_b ? pt_packed_size(columns, x->n, depth) : 0;
  // Apart, so that products of other shapes, and results, find their memory in the cache.
  int64_t a_bytes = scratch_bytes(a_size * (int64_t)sizeof(REAL));
  int64_t b_bytes = scratch_bytes(b_size * (int64_t)sizeof(REAL));
  REAL *packed_a = a_size == 0 ? NULL : pt_alloc(a_bytes), *packed_b = b_size == 0 ? NULL : pt_alloc(b_bytes);
  if ((a_size > 0 && packed_a == NULL) || (b_size > 0 && packed_b == NULL)) {
    pt_free(packed_a, a_bytes);
    pt_free(packed_b, b_bytes);
    TYPED(compute_unpacked)(x);
    return;
  }
  for (int64_t i = 0; i < x->m; i += height) {
    for (int64_t p = 0; p < x->k; p += depth) {
      struct TYPED(product) block =
          TYPED(part)(x, i, least(x->m - i, height), 0, x->n, p, least(x->k - p, depth));
      block.packed_a = packed_a;
      block.packed_b = packed_b;
      block.range_rows = shares_b ? even_pieces(block.m, RANGE_ROWS, rows) : block.m;
      block.range_columns = width;
      pt_parallel_for(TYPED(a_units)(&block) + TYPED(b_units)(&block), PACK_GRAIN / (columns * block.k),
                      TYPED(pack_units), &block);
      int64_t ranges = pieces(block.m, block.range_rows) * pieces(block.n, width);
      pt_parallel_for(ranges, WORK_GRAIN / (block.range_rows * width * block.k), TYPED(compute_ranges), &block);
    }
  }
  pt_free(packed_a, a_bytes);
  pt_free(packed_b, b_bytes);
}

// A small product whose A is read in place, and B and C too where their rows are contiguous whole vectors.
static void TYPED(compute_directly)(struct TYPED(product) *x) {
  int64_t lanes = x->tiles->lanes, width = pieces(x->n, lanes) * lanes;
  int64_t c_size = width == x->n ? 0 : x->m * width;
  int64_t b_size = c_size == 0 && x->b_column_stride == 1 ? 0 : width * x->k;
  int64_t bytes = (b_size + c_size) * (int64_t)sizeof(REAL);
  REAL *b = bytes == 0 ? NULL : pt_alloc(bytes), *aside = c_size == 0 ? NULL : b + b_size;
  if (bytes > 0 && b == NULL) {
    TYPED(compute_unpacked)(x);
    return;
  }
  if (b_size > 0) x->tiles->pack(width, x->n, x->k, x->b, x->b_column_stride, x->b_row_stride, b);
  for (int64_t i = 0; aside != NULL && x->accumulate && i < x->m; i++) {
    memcpy(aside + i * width, x->c + i * x->c_row_stride, (size_t)x->n * sizeof(REAL));
    for (int64_t j = x->n; j < width; j++) aside[i * width + j] = 0;
  }
  x->tiles->direct(x->m, width / lanes, x->k, x->a, x->a_row_stride, x->a_column_stride,
                   b_size > 0 ? b : x->b, b_size > 0 ? width : x->b_row_stride, aside != NULL ? aside : x->c,
                   aside != NULL ? width : x->c_row_stride, x->accumulate ? PT_FROM_C : PT_FROM_ZERO);
  for (int64_t i = 0; aside != NULL && i < x->m; i++) {
    memcpy(x->c + i * x->c_row_stride, aside + i * width, (size_t)x->n * sizeof(REAL));
  }
  pt_free(b, bytes);
}

// Of a few rows or sums: B is read in place where it can be, since packing it isn't worth while.
static void TYPED(compute_columns)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(product) *x = context;
  struct TYPED(product) part = TYPED(part)(x, 0, x->m, begin, end - begin, 0, x->k);
  bool stays_near = x->n * x->k <= NEAR_ELEMENTS;
  if (stays_near && x->b_column_stride == 1 && x->c_column_stride == 1 && part.n % x->tiles->lanes == 0) {
    TYPED(compute_directly)(&part);
  } else {
    TYPED(compute)(&part);
  }
}

static void TYPED(compute_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(product) *x = context;
  struct TYPED(product) part = TYPED(part)(x, begin, end - begin, 0, x->n, 0, x->k);
  TYPED(compute)(&part);
}

// A row times a matrix of contiguous rows or columns.
static void TYPED(compute_row)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(product) *x = context;
  for (int64_t j = begin; j < end; j += ROW_STRETCH) {
    int64_t n = least(end - j, ROW_STRETCH);
    if (!x->accumulate) {
      for (int64_t i = 0; i < n; i++) x->c[j + i] = 0;
    }
    if (x->b_column_stride == 1) {
      x->tiles->row(n, x->k, x->a, x->a_column_stride, x->b + j, x->b_row_stride, x->c + j);
    } else {
      x->tiles->dots(n, x->k, x->a, x->a_column_stride, x->b + j * x->b_column_stride, x->b_column_stride,
                     x->c + j);
    }
  }
}

static void TYPED(multiply)(struct TYPED(product) x);

// The product of the transposed operands.
static struct TYPED(product) TYPED(turned)(const struct TYPED(product) *x) {
  return (struct TYPED(product)){
      .m = x->n, .n = x->m, .k = x->k, .a = x->b, .a_row_stride = x->b_column_stride,
      .a_column_stride = x->b_row_stride, .b = x->a, .b_row_stride = x->a_column_stride,
      .b_column_stride = x->a_row_stride, .c = x->c, .c_row_stride = x->c_column_stride,
      .c_column_stride = x->c_row_stride, .accumulate = x->accumulate, .tiles = x->tiles};
}

// A product by a transposed matrix larger than A, which is read in place as the first operand of the turned product.
// The result is turned again: that is what packing does.
static bool TYPED(compute_turned)(const struct TYPED(product) *x) {
  int64_t bytes = scratch_bytes(x->m * x->n * (int64_t)sizeof(REAL));
  REAL *c = pt_alloc(bytes);
  if (c == NULL) return false;
  struct TYPED(product) y = TYPED(turned)(x);
  y.c = c;
  y.c_row_stride = x->m;
  y.c_column_stride = 1;
  TYPED(multiply)(y);
  x->tiles->pack(x->n, x->n, x->m, c, x->m, 1, x->c);
  pt_free(c, bytes);
  return true;
}

static void TYPED(multiply)(struct TYPED(product) x) {
  if (x.m == 0 || x.n == 0) return;
  if (x.k == 0) {
    for (int64_t i = 0; i < x.m && !x.accumulate; i++) {
      for (int64_t j = 0; j < x.n; j++) x.c[i * x.c_row_stride + j * x.c_column_stride] = 0;
    }
    return;
  }
  if (x.n < 8 && x.n < x.m) x = TYPED(turned)(&x);  // the turned product fills the vectors
  int64_t columns = x.tiles->columns;
  bool is_turnable = x.b_row_stride == 1 && x.b_column_stride != 1 && x.c_row_stride == x.n &&
                     x.c_column_stride == 1 && !x.accumulate && x.m >= LEAST_TURNED && x.n >= 2 * x.m;
  bool is_shallow = x.k <= SHALLOW && x.n * x.k <= DIRECT_ELEMENTS && x.b_column_stride == 1 &&
                    x.n % x.tiles->lanes == 0;
  if (x.m == 1 && (x.b_column_stride == 1 || x.b_row_stride == 1) && x.c_column_stride == 1) {
    pt_parallel_for(x.n, most(WORK_GRAIN / 8 / x.k / columns, 4) * columns, TYPED(compute_row), &x);
  } else if (x.m * x.n * x.k <= WORK_GRAIN && x.n * x.k <= DIRECT_ELEMENTS &&
             x.c_column_stride == 1) {
    TYPED(compute_directly)(&x);
  } else if (is_turnable && TYPED(compute_turned)(&x)) {
    return;
  } else if (x.m <= NARROW || is_shallow) {
    pt_parallel_for(x.n, most(WORK_GRAIN / x.m / x.k / columns, 4) * columns, TYPED(compute_columns), &x);
  } else if (x.n <= NARROW) {
    pt_parallel_for(x.m, most(WORK_GRAIN / x.n / x.k / RANGE_ROWS, 1) * RANGE_ROWS, TYPED(compute_rows), &x);
  } else {
    TYPED(compute)(&x);
  }
}

void TYPED(pt_gemm)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t a_row_stride,
                    int64_t a_column_stride, const REAL *b, int64_t b_row_stride, int64_t b_column_stride,
                    REAL *c, int64_t c_row_stride, bool accumulate) {
  TYPED(multiply)((struct TYPED(product)){
      .m = m, .n = n, .k = k, .a = a, .a_row_stride = a_row_stride, .a_column_stride = a_column_stride,
      .b = b, .b_row_stride = b_row_stride, .b_column_stride = b_column_stride, .c = c,
      .c_row_stride = c_row_stride, .c_column_stride = 1, .accumulate = accumulate, .tiles = TILES()});
}

struct TYPED(batch) {
  struct TYPED(product) first;
  int64_t a_stride, b_stride, c_stride;
};

static void TYPED(compute_batch)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch) *batch = context;
  for (int64_t i = begin; i < end; i++) {
    struct TYPED(product) x = batch->first;
    x.a += i * batch->a_stride;
    x.b += i * batch->b_stride;
    x.c += i * batch->c_stride;
    TYPED(multiply)(x);
  }
}

void TYPED(pt_gemm_batched)(int64_t batch, int64_t m, int64_t n, int64_t k, const REAL *a,
                            int64_t a_batch_stride, int64_t a_row_stride, int64_t a_column_stride,
                            const REAL *b, int64_t b_batch_stride, int64_t b_row_stride,
                            int64_t b_column_stride, REAL *c, int64_t c_batch_stride, int64_t c_row_stride,
                            bool accumulate) {
  if (b_batch_stride == 0 && a_batch_stride == m * a_row_stride && c_batch_stride == m * c_row_stride) {
    m *= batch;
    batch = batch < 1 ? batch : 1;
  }
  struct TYPED(batch) all = {
      .first = {.m = m, .n = n, .k = k, .a = a, .a_row_stride = a_row_stride,
                .a_column_stride = a_column_stride, .b = b, .b_row_stride = b_row_stride,
                .b_column_stride = b_column_stride, .c = c, .c_row_stride = c_row_stride,
                .c_column_stride = 1, .accumulate = accumulate, .tiles = TILES()},
      .a_stride = a_batch_stride, .b_stride = b_batch_stride, .c_stride = c_batch_stride};
  // A few large products are better cut each by itself than given one to a thread.
  int64_t work = most(m * n * k, 1);
  if (batch < 8 && work > WORK_GRAIN) {
    TYPED(compute_batch)(&all, 0, batch);
  } else {
    pt_parallel_for(batch, WORK_GRAIN / work, TYPED(compute_batch), &all);
  }
}
