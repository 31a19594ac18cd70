// Sums over columns side by side in the order that pt_reduce.h states, for each variant and float type.
//
// A strip is up to STRIP columns; x points at its first row, and rows are inner elements apart.

// Adds rows to block in ascending order, each two of them first to each other in their own type.
PT_KERNEL void TYPED(add_rows)(int64_t rows, int64_t width, int64_t inner, const PT_REAL *restrict x,
                               double *restrict block) {
  int64_t k = 0;
  for (; k + 4 <= rows; k += 4, x += 4 * inner) {
    const PT_REAL *x1 = x + inner, *x2 = x1 + inner, *x3 = x2 + inner;
    for (int64_t i = 0; i < width; i++) block[i] = (block[i] + (x[i] + x1[i])) + (x2[i] + x3[i]);
  }
  for (; k + 2 <= rows; k += 2, x += 2 * inner) {
    for (int64_t i = 0; i < width; i++) block[i] += x[i] + x[inner + i];
  }
  if (k < rows) {
    for (int64_t i = 0; i < width; i++) block[i] += x[i];
  }
}

// Adds (x - mean)² of rows to block in ascending order.
PT_KERNEL void TYPED(add_squares)(int64_t rows, int64_t width, int64_t inner, const PT_REAL *restrict x,
                                  const double *restrict means, double *restrict block) {
  int64_t k = 0;
  for (; k + 4 <= rows; k += 4, x += 4 * inner) {
    const PT_REAL *x1 = x + inner, *x2 = x1 + inner, *x3 = x2 + inner;
    for (int64_t i = 0; i < width; i++) {
      double a = x[i] - means[i], b = x1[i] - means[i], c = x2[i] - means[i], d = x3[i] - means[i];
      block[i] = (((block[i] + a * a) + b * b) + c * c) + d * d;
    }
  }
  for (; k < rows; k++, x += inner) {
    for (int64_t i = 0; i < width; i++) block[i] += (x[i] - means[i]) * (x[i] - means[i]);
  }
}

// Adds (x - mean) · y of rows to block in ascending order.
PT_KERNEL void TYPED(add_dots)(int64_t rows, int64_t width, int64_t inner, const PT_REAL *restrict x,
                               const double *restrict means, const PT_REAL *restrict y, double *restrict block) {
  int64_t k = 0;
  for (; k + 2 <= rows; k += 2, x += 2 * inner, y += 2 * inner) {
    const PT_REAL *x1 = x + inner, *y1 = y + inner;
    for (int64_t i = 0; i < width; i++) {
      block[i] = (block[i] + (x[i] - means[i]) * y[i]) + (x1[i] - means[i]) * y1[i];
    }
  }
  for (; k < rows; k++, x += inner, y += inner) {
    for (int64_t i = 0; i < width; i++) block[i] += (x[i] - means[i]) * y[i];
  }
}

// total = Σ x by blocks; means and y are NULL, or total = Σ (x - mean)² and y is NULL, or Σ (x - mean) · y.
PT_KERNEL void TYPED(column_totals)(int64_t rows, int64_t width, int64_t inner, const PT_REAL *x,
                                    const double *means, const PT_REAL *y, double *total) {
  memset(total, 0, (size_t)width * sizeof(double));
  for (int64_t k = 0; k < rows; k += COLUMN_BLOCK) {
    double block[STRIP];
    memset(block, 0, (size_t)width * sizeof(double));
    int64_t n = pt_min_i64(rows - k, COLUMN_BLOCK);
    if (means == NULL) {
      TYPED(add_rows)(n, width, inner, x + k * inner, block);
    } else if (y == NULL) {
      TYPED(add_squares)(n, width, inner, x + k * inner, means, block);
    } else {
      TYPED(add_dots)(n, width, inner, x + k * inner, means, y + k * inner, block);
    }
    for (int64_t i = 0; i < width; i++) total[i] += block[i];
  }
}
