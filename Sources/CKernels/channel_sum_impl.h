// Sums of channels for one instruction set, in double.

typedef PT_VECTOR_OF(float, LANES) VARIANT(lanes_f32);
typedef PT_VECTOR_OF(double, LANES) VARIANT(lanes_f64);

#define DEFINE_SUM_CHANNELS(REAL, suffix)                                                                  \
  /* The sum of one row: 16 lanes, then their tree. */                                                     \
  PT_KERNEL double VARIANT(row_sum_##suffix)(const REAL *x, int64_t count) {                               \
    VARIANT(lanes_f64) sums = {0};                                                                         \
    int64_t i = 0;                                                                                         \
    for (; i + LANES <= count; i += LANES) {                                                               \
      sums += __builtin_convertvector(*(const VARIANT(lanes_##suffix) *)(x + i), VARIANT(lanes_f64));      \
    }                                                                                                      \
    double lanes[LANES];                                                                                   \
    *(VARIANT(lanes_f64) *)lanes = sums;                                                                   \
    for (int lane = 0; i + lane < count; lane++) lanes[lane] += (double)x[i + lane];                       \
    for (int width = LANES / 2; width > 0; width /= 2) {                                                   \
      for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];                         \
    }                                                                                                      \
    return lanes[0];                                                                                       \
  }                                                                                                        \
                                                                                                           \
  PT_KERNEL void VARIANT(sum_channels_##suffix)(void *context, int64_t begin, int64_t end) {               \
    const struct channel_sum *s = context;                                                                 \
    for (int64_t first = begin; first < end; first += COLUMNS) {                                           \
      int64_t count = end - first < COLUMNS ? end - first : COLUMNS;                                       \
      double totals[COLUMNS] = {0};                                                                        \
      for (int64_t b = 0; b < s->batch; b++) {                                                             \
        const REAL *rows = (const REAL *)s->x + (b * s->channels + first) * s->inner;                      \
        for (int64_t c = 0; c < count; c++) {                                                              \
          const REAL *row = rows + c * s->inner;                                                           \
          totals[c] += s->inner == 1 ? (double)*row : VARIANT(row_sum_##suffix)(row, s->inner);            \
        }                                                                                                  \
      }                                                                                                    \
      for (int64_t c = 0; c < count; c++) ((REAL *)s->out)[first + c] = (REAL)totals[c];                   \
    }                                                                                                      \
  }

DEFINE_SUM_CHANNELS(float, f32)
DEFINE_SUM_CHANNELS(double, f64)
#undef DEFINE_SUM_CHANNELS
