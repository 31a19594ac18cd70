// The loops of batch normalisation, for each variant and float type.
#include "columns.h"
#include "rows.h"

struct TYPED(batch_norm) {
  int64_t batch, channels, inner;
  bool is_training;
  double eps;
  const PT_REAL *x, *weight, *bias, *grad_output;
  PT_REAL *y, *grad_input, *grad_weight, *grad_bias;
  double *mean, *inverse_std, *unbiased_variance;  // [channels]
  double *sums, *squares;                          // [batch, channels], of rows with inner > 1
  struct channel_gradient *gradients;              // [channels], with inner > 1
};

PT_KERNEL void TYPED(save_statistics)(const struct TYPED(batch_norm) *s, int64_t c, double squares) {
  double count = (double)(s->batch * s->inner);
  s->inverse_std[c] = 1 / __builtin_sqrt(squares / count + s->eps);
  s->unbiased_variance[c] = squares / (count - 1);
}

// Each row's sum and its Σ (x - mean of the row)², with inner > 1.
PT_KERNEL void TYPED(measure_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch_norm) *s = context;
  for (int64_t row = begin; row < end; row++) {
    const PT_REAL *x = s->x + row * s->inner;
    s->sums[row] = TYPED(sum_row)(s->inner, x);
    s->squares[row] = TYPED(square_row)(s->inner, x, s->sums[row] / (double)s->inner);
  }
}

// The channels' statistics from those of the rows.
PT_KERNEL void TYPED(combine_rows)(const struct TYPED(batch_norm) *s) {
  double count = (double)(s->batch * s->inner), inner = (double)s->inner;
  for (int64_t c = 0; c < s->channels; c++) {
    double sum = 0, squares = 0;
    for (int64_t row = c; row < s->batch * s->channels; row += s->channels) sum += s->sums[row];
    double mean = sum / count;
    for (int64_t row = c; row < s->batch * s->channels; row += s->channels) {
      double distance = s->sums[row] / inner - mean;
      squares += s->squares[row] + inner * (distance * distance);
    }
    s->mean[c] = mean;
    TYPED(save_statistics)(s, c, squares);
  }
}

// Σ over a strip's columns by groups, as in pt_reduce.h.
PT_KERNEL void TYPED(strip_totals)(const struct TYPED(batch_norm) *s, int64_t c, int64_t width, const PT_REAL *x,
                                   const double *means, const PT_REAL *y, double *total) {
  memset(total, 0, (size_t)width * sizeof(double));
  for (int64_t b = 0; b < s->batch; b += COLUMN_GROUP) {
    double group[CHANNELS];
    int64_t start = b * s->channels + c;
    TYPED(column_totals)(pt_min_i64(s->batch - b, COLUMN_GROUP), width, s->channels, x + start, means,
                         y == NULL ? NULL : y + start, group);
    for (int64_t i = 0; i < width; i++) total[i] += group[i];
  }
}

// Statistics of a strip of channels with inner == 1.
PT_KERNEL void TYPED(measure_strip)(const struct TYPED(batch_norm) *s, int64_t c, int64_t width) {
  double total[CHANNELS];
  TYPED(strip_totals)(s, c, width, s->x, NULL, NULL, total);
  for (int64_t i = 0; i < width; i++) s->mean[c + i] = total[i] / (double)s->batch;
  TYPED(strip_totals)(s, c, width, s->x, s->mean + c, NULL, total);
  for (int64_t i = 0; i < width; i++) TYPED(save_statistics)(s, c + i, total[i]);
}

PT_KERNEL inline double TYPED(channel_value)(const PT_REAL *values, int64_t c, double missing) {
  return values == NULL ? missing : (double)values[c];
}

PT_KERNEL void TYPED(normalise_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch_norm) *s = context;
  for (int64_t row = begin; row < end; row++) {
    int64_t c = row % s->channels;
    double mean = s->mean[c], scale = s->inverse_std[c] * TYPED(channel_value)(s->weight, c, 1);
    double shift = TYPED(channel_value)(s->bias, c, 0);
    const PT_REAL *x = s->x + row * s->inner;
    PT_REAL *y = s->y + row * s->inner;
    for (int64_t i = 0; i < s->inner; i++) y[i] = (PT_REAL)((x[i] - mean) * scale + shift);
  }
}

PT_KERNEL void TYPED(normalise_strips)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch_norm) *s = context;
  for (int64_t task = begin; task < end; task++) {
    int64_t c = task * CHANNELS, width = pt_min_i64(s->channels - c, CHANNELS);
    if (s->is_training) TYPED(measure_strip)(s, c, width);
    double mean[CHANNELS], scale[CHANNELS], shift[CHANNELS];
    for (int64_t i = 0; i < width; i++) {
      mean[i] = s->mean[c + i];
      scale[i] = s->inverse_std[c + i] * TYPED(channel_value)(s->weight, c + i, 1);
      shift[i] = TYPED(channel_value)(s->bias, c + i, 0);
    }
    for (int64_t b = 0; b < s->batch; b++) {
      const PT_REAL *x = s->x + b * s->channels + c;
      PT_REAL *y = s->y + b * s->channels + c;
      for (int64_t i = 0; i < width; i++) y[i] = (PT_REAL)((x[i] - mean[i]) * scale[i] + shift[i]);
    }
  }
}

// Writes a channel's grad_weight and grad_bias from Σ grad_output and Σ (x - mean) · grad_output.
PT_KERNEL struct channel_gradient TYPED(finish_channel)(const struct TYPED(batch_norm) *s, int64_t c, double sum,
                                                        double dot) {
  double count = (double)(s->batch * s->inner), inverse_std = s->inverse_std[c];
  if (s->grad_weight != NULL) s->grad_weight[c] = (PT_REAL)(dot * inverse_std);
  if (s->grad_bias != NULL) s->grad_bias[c] = (PT_REAL)sum;
  return (struct channel_gradient){.mean = s->mean[c], .shift = sum / count,
    .slope = dot / count * inverse_std * inverse_std,
    .scale = inverse_std * TYPED(channel_value)(s->weight, c, 1)};
}

// Each row's Σ grad_output and Σ (x - mean) · grad_output, with inner > 1.
PT_KERNEL void TYPED(project_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch_norm) *s = context;
  for (int64_t row = begin; row < end; row++) {
    const PT_REAL *x = s->x + row * s->inner, *grad_output = s->grad_output + row * s->inner;
    s->sums[row] = TYPED(sum_row)(s->inner, grad_output);
    s->squares[row] = TYPED(dot_row)(s->inner, x, s->mean[row % s->channels], grad_output);
  }
}

PT_KERNEL void TYPED(combine_projections)(const struct TYPED(batch_norm) *s) {
  for (int64_t c = 0; c < s->channels; c++) {
    double sum = 0, dot = 0;
    for (int64_t row = c; row < s->batch * s->channels; row += s->channels) {
      sum += s->sums[row];
      dot += s->squares[row];
    }
    s->gradients[c] = TYPED(finish_channel)(s, c, sum, dot);
  }
}

PT_KERNEL void TYPED(gradient_rows)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch_norm) *s = context;
  for (int64_t row = begin; row < end; row++) {
    struct channel_gradient g = s->gradients[row % s->channels];
    const PT_REAL *x = s->x + row * s->inner, *grad_output = s->grad_output + row * s->inner;
    PT_REAL *grad_input = s->grad_input + row * s->inner;
    if (s->is_training) {
      for (int64_t i = 0; i < s->inner; i++) {
        grad_input[i] = (PT_REAL)(((grad_output[i] - g.shift) - (x[i] - g.mean) * g.slope) * g.scale);
      }
    } else {
      for (int64_t i = 0; i < s->inner; i++) grad_input[i] = (PT_REAL)(grad_output[i] * g.scale);
    }
  }
}

PT_KERNEL void TYPED(gradient_strips)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(batch_norm) *s = context;
  for (int64_t task = begin; task < end; task++) {
    int64_t c = task * CHANNELS, width = pt_min_i64(s->channels - c, CHANNELS);
    double sum[CHANNELS], dot[CHANNELS], mean[CHANNELS], shift[CHANNELS], slope[CHANNELS], scale[CHANNELS];
    TYPED(strip_totals)(s, c, width, s->grad_output, NULL, NULL, sum);
    TYPED(strip_totals)(s, c, width, s->x, s->mean + c, s->grad_output, dot);
    for (int64_t i = 0; i < width; i++) {
      struct channel_gradient g = TYPED(finish_channel)(s, c + i, sum[i], dot[i]);
      mean[i] = g.mean;
      shift[i] = g.shift;
      slope[i] = g.slope;
      scale[i] = g.scale;
    }
    if (s->grad_input == NULL) continue;
    for (int64_t b = 0; b < s->batch; b++) {
      const PT_REAL *x = s->x + b * s->channels + c, *grad_output = s->grad_output + b * s->channels + c;
      PT_REAL *grad_input = s->grad_input + b * s->channels + c;
      if (s->is_training) {
        for (int64_t i = 0; i < width; i++) {
          grad_input[i] = (PT_REAL)(((grad_output[i] - shift[i]) - (x[i] - mean[i]) * slope[i]) * scale[i]);
        }
      } else {
        for (int64_t i = 0; i < width; i++) grad_input[i] = (PT_REAL)(grad_output[i] * scale[i]);
      }
    }
  }
}

PT_KERNEL void TYPED(normalise)(struct TYPED(batch_norm) s) {
  if (s.inner == 1) {
    pt_parallel_for(pt_pieces(s.channels, CHANNELS), pt_grain(s.batch * CHANNELS), TYPED(normalise_strips), &s);
    return;
  }
  int64_t rows = s.batch * s.channels, bytes = 2 * rows * (int64_t)sizeof(double);
  if (s.is_training) {
    s.sums = pt_scratch(bytes);
    s.squares = s.sums + rows;
    pt_parallel_for(rows, pt_grain(s.inner), TYPED(measure_rows), &s);
    TYPED(combine_rows)(&s);
    pt_free(s.sums, bytes);
  }
  pt_parallel_for(rows, pt_grain(s.inner), TYPED(normalise_rows), &s);
}

PT_KERNEL void TYPED(differentiate)(struct TYPED(batch_norm) s) {
  if (s.inner == 1) {
    pt_parallel_for(pt_pieces(s.channels, CHANNELS), pt_grain(s.batch * CHANNELS), TYPED(gradient_strips), &s);
    return;
  }
  int64_t rows = s.batch * s.channels;
  int64_t bytes = 2 * rows * (int64_t)sizeof(double) + s.channels * (int64_t)sizeof(struct channel_gradient);
  s.sums = pt_scratch(bytes);
  s.squares = s.sums + rows;
  s.gradients = (struct channel_gradient *)(s.squares + rows);
  pt_parallel_for(rows, pt_grain(s.inner), TYPED(project_rows), &s);
  TYPED(combine_projections)(&s);
  if (s.grad_input != NULL) pt_parallel_for(rows, pt_grain(s.inner), TYPED(gradient_rows), &s);
  pt_free(s.sums, bytes);
}

PT_KERNEL void TYPED(pt_batch_norm_training)(int64_t batch, int64_t channels, int64_t inner, double eps,
                                             const PT_REAL *x, const PT_REAL *weight, const PT_REAL *bias,
                                             PT_REAL *y, double *mean, double *inverse_std,
                                             double *unbiased_variance) {
  TYPED(normalise)((struct TYPED(batch_norm)){.batch = batch, .channels = channels, .inner = inner,
    .is_training = true, .eps = eps, .x = x, .weight = weight, .bias = bias, .y = y, .mean = mean,
    .inverse_std = inverse_std, .unbiased_variance = unbiased_variance});
}

PT_KERNEL void TYPED(pt_batch_norm_training_backward)(int64_t batch, int64_t channels, int64_t inner,
                                                      const PT_REAL *x, const PT_REAL *weight, const double *mean,
                                                      const double *inverse_std, const PT_REAL *grad_output,
                                                      PT_REAL *grad_input, PT_REAL *grad_weight,
                                                      PT_REAL *grad_bias) {
  TYPED(differentiate)((struct TYPED(batch_norm)){.batch = batch, .channels = channels, .inner = inner,
    .is_training = true, .x = x, .weight = weight, .mean = (double *)mean, .inverse_std = (double *)inverse_std,
    .grad_output = grad_output, .grad_input = grad_input, .grad_weight = grad_weight, .grad_bias = grad_bias});
}

PT_KERNEL void TYPED(pt_batch_norm_update_running)(int64_t channels, double momentum, const double *batch_statistic,
                                                   PT_REAL *running) {
  for (int64_t c = 0; c < channels; c++) {
    running[c] = (PT_REAL)((1 - momentum) * (double)running[c] + momentum * batch_statistic[c]);
  }
}

// Running statistics as means and inverse standard deviations in double, in scratch memory of 2·channels.
PT_KERNEL double *TYPED(wide_statistics)(int64_t channels, double eps, const PT_REAL *mean, const PT_REAL *var) {
  double *wide = pt_scratch(2 * channels * (int64_t)sizeof(double));
  for (int64_t c = 0; c < channels; c++) {
    wide[c] = (double)mean[c];
    wide[channels + c] = 1 / __builtin_sqrt((double)var[c] + eps);
  }
  return wide;
}

PT_KERNEL void TYPED(pt_batch_norm_evaluation)(int64_t batch, int64_t channels, int64_t inner, double eps,
                                               const PT_REAL *x, const PT_REAL *weight, const PT_REAL *bias,
                                               const PT_REAL *running_mean, const PT_REAL *running_var,
                                               PT_REAL *y) {
  double *wide = TYPED(wide_statistics)(channels, eps, running_mean, running_var);
  TYPED(normalise)((struct TYPED(batch_norm)){.batch = batch, .channels = channels, .inner = inner, .x = x,
    .weight = weight, .bias = bias, .y = y, .mean = wide, .inverse_std = wide + channels});
  pt_free(wide, 2 * channels * (int64_t)sizeof(double));
}

PT_KERNEL void TYPED(pt_batch_norm_evaluation_backward)(int64_t batch, int64_t channels, int64_t inner, double eps,
                                                        const PT_REAL *x, const PT_REAL *weight,
                                                        const PT_REAL *running_mean, const PT_REAL *running_var,
                                                        const PT_REAL *grad_output, PT_REAL *grad_input,
                                                        PT_REAL *grad_weight, PT_REAL *grad_bias) {
  double *wide = TYPED(wide_statistics)(channels, eps, running_mean, running_var);
  TYPED(differentiate)((struct TYPED(batch_norm)){.batch = batch, .channels = channels, .inner = inner, .x = x,
    .weight = weight, .mean = wide, .inverse_std = wide + channels, .grad_output = grad_output,
    .grad_input = grad_input, .grad_weight = grad_weight, .grad_bias = grad_bias});
  pt_free(wide, 2 * channels * (int64_t)sizeof(double));
}
