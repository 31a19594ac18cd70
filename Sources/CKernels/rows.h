// Sums and maxima over contiguous rows in the order that pt_reduce.h states, for each variant and float type.

// Sixteen lanes of a row as doubles; `count` of them, the rest zeros.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(load_lanes)(pt_double16 *lanes, const PT_REAL *x,
                                                                       int64_t count) {
  if (count >= PT_LANES) {
    *lanes = __builtin_convertvector(*(const PT_REAL16 *)x, pt_double16);
  } else {
    PT_REAL tail[PT_LANES] = {0};
    for (int64_t i = 0; i < count; i++) tail[i] = x[i];
    *lanes = __builtin_convertvector(*(const PT_REAL16 *)tail, pt_double16);
  }
}

// Asks for the memory of the `count` elements that come ROW_AHEAD later: the hardware looks ahead only within a page.
PT_KERNEL inline __attribute__((always_inline)) void TYPED(ask_ahead)(const PT_REAL *x, int count) {
  for (size_t byte = 0; byte < (size_t)count * sizeof(PT_REAL); byte += 64) {
    __builtin_prefetch((const char *)(x + ROW_AHEAD) + byte);
  }
}

// Σ x over at most one block.
PT_KERNEL double TYPED(sum_block)(int64_t n, const PT_REAL *x) {
  pt_double16 sums = {0};
  int64_t k = 0;
  for (; k + 2 * PT_LANES <= n; k += 2 * PT_LANES) {
    TYPED(ask_ahead)(x + k, 2 * PT_LANES);
    PT_REAL16 pairs = *(const PT_REAL16 *)(x + k) + *(const PT_REAL16 *)(x + k + PT_LANES);
    sums += __builtin_convertvector(pairs, pt_double16);
  }
  if (k < n) {
    PT_REAL tail[2 * PT_LANES] = {0};
    memcpy(tail, x + k, (size_t)(n - k) * sizeof(PT_REAL));
    PT_REAL16 pairs = *(const PT_REAL16 *)tail + *(const PT_REAL16 *)(tail + PT_LANES);
    sums += __builtin_convertvector(pairs, pt_double16);
  }
  return pt_sum_lanes(&sums);
}

// Σ (x - mean)² over at most one block.
PT_KERNEL double TYPED(square_block)(int64_t n, const PT_REAL *x, double mean) {
  pt_double16 sums = {0}, lanes;
  int64_t k = 0;
  for (; k + PT_LANES <= n; k += PT_LANES) {
    TYPED(ask_ahead)(x + k, PT_LANES);
    TYPED(load_lanes)(&lanes, x + k, PT_LANES);
    lanes -= mean;
    sums += lanes * lanes;
  }
  if (k < n) {
    double tail[PT_LANES] = {0};
    for (int64_t i = 0; i < n - k; i++) tail[i] = ((double)x[k + i] - mean) * ((double)x[k + i] - mean);
    sums += *(const pt_double16 *)tail;
  }
  return pt_sum_lanes(&sums);
}

// Σ (x - mean) · y over at most one block.
PT_KERNEL double TYPED(dot_block)(int64_t n, const PT_REAL *x, double mean, const PT_REAL *y) {
  pt_double16 sums = {0}, lanes, others;
  for (int64_t k = 0; k < n; k += PT_LANES) {
    TYPED(load_lanes)(&lanes, x + k, n - k);
    TYPED(load_lanes)(&others, y + k, n - k);
    sums += (lanes - mean) * others;
  }
  return pt_sum_lanes(&sums);
}

// The same over rows of any length.
PT_KERNEL double TYPED(sum_row)(int64_t n, const PT_REAL *x) {
  if (n <= ROW_BLOCK) return TYPED(sum_block)(n, x);
  struct pt_cascade sum = {.depth = 0};
  for (int64_t k = 0; k < n; k += ROW_BLOCK) {
    pt_cascade_add(&sum, TYPED(sum_block)(pt_min_i64(n - k, ROW_BLOCK), x + k));
  }
  return pt_cascade_total(&sum);
}

PT_KERNEL double TYPED(square_row)(int64_t n, const PT_REAL *x, double mean) {
  if (n <= ROW_BLOCK) return TYPED(square_block)(n, x, mean);
  struct pt_cascade sum = {.depth = 0};
  for (int64_t k = 0; k < n; k += ROW_BLOCK) {
    pt_cascade_add(&sum, TYPED(square_block)(pt_min_i64(n - k, ROW_BLOCK), x + k, mean));
  }
  return pt_cascade_total(&sum);
}

PT_KERNEL double TYPED(dot_row)(int64_t n, const PT_REAL *x, double mean, const PT_REAL *y) {
  if (n <= ROW_BLOCK) return TYPED(dot_block)(n, x, mean, y);
  struct pt_cascade sum = {.depth = 0};
  for (int64_t k = 0; k < n; k += ROW_BLOCK) {
    pt_cascade_add(&sum, TYPED(dot_block)(pt_min_i64(n - k, ROW_BLOCK), x + k, mean, y + k));
  }
  return pt_cascade_total(&sum);
}

// The greater, or NaN if either is.
PT_KERNEL inline PT_REAL TYPED(greater)(PT_REAL a, PT_REAL b) { return ((b > a) | (b != b)) ? b : a; }

// The greater, or a if either is NaN.
PT_KERNEL inline PT_REAL TYPED(greater_number)(PT_REAL a, PT_REAL b) { return b > a ? b : a; }

PT_KERNEL inline __attribute__((always_inline)) PT_REAL TYPED(maximum_by_lanes)(int width, bool sees_nan, int64_t n,
                                                                                const PT_REAL *x) {
  PT_REAL lanes[4 * PT_LANES];
  for (int i = 0; i < width; i++) lanes[i] = (PT_REAL)-INFINITY;
  for (; n >= width; n -= width, x += width) {
    TYPED(ask_ahead)(x, width);
    for (int i = 0; i < width; i++) {
      lanes[i] = sees_nan ? TYPED(greater)(lanes[i], x[i]) : TYPED(greater_number)(lanes[i], x[i]);
    }
  }
  for (int i = 0; i < n; i++) {
    lanes[i] = sees_nan ? TYPED(greater)(lanes[i], x[i]) : TYPED(greater_number)(lanes[i], x[i]);
  }
  for (int half = width / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] = TYPED(greater)(lanes[i], lanes[i + half]);
  }
  return lanes[0];
}

// The maximum of a row, or NaN if there is one; -∞ for an empty row.
PT_KERNEL PT_REAL TYPED(row_maximum)(int64_t n, const PT_REAL *x) {
  if (n < 8 * PT_LANES) return TYPED(maximum_by_lanes)(PT_LANES, true, n, x);
  return TYPED(maximum_by_lanes)(4 * PT_LANES, true, n, x);
}

// The maximum of a row's numbers; -∞ if there are none.
PT_KERNEL PT_REAL TYPED(row_maximum_number)(int64_t n, const PT_REAL *x) {
  if (n < 8 * PT_LANES) return TYPED(maximum_by_lanes)(PT_LANES, false, n, x);
  return TYPED(maximum_by_lanes)(4 * PT_LANES, false, n, x);
}
