// Convolution and its input's gradient for one element type: both sum over channels and taps of a patch.

// Copies `count` elements that are `split` apart.
static void TYPED(copy_apart)(int64_t count, int64_t split, const REAL *from, REAL *to) {
  if (split == 1) {
    memcpy(to, from, (size_t)count * sizeof(REAL));
  } else if (split == 2) {  // at a constant distance the compiler takes vectors
    for (int64_t j = 0; j < count; j++) to[j] = from[2 * j];
  } else {
#pragma clang loop unroll_count(4)
    for (int64_t j = 0; j < count; j++) to[j] = from[j * split];
  }
}

// Clears columns begin to end of rows that are `length` apart: a column at a time, since they are few.
static void TYPED(clear_columns)(int64_t rows, int64_t length, int64_t begin, int64_t end, REAL *plane) {
  for (int64_t j = begin; j < end; j++) {
    for (int64_t i = 0; i < rows; i++) plane[i * length + j] = 0;
  }
}

// Copies what taps read of the channels of an image into a patch, plane by plane.
static void TYPED(fill_patch)(const REAL *image, int64_t channels, const struct pt_patch_axis *y,
                              const struct pt_patch_axis *x, REAL *patch) {
  int64_t planes = y->split * x->split, plane_size = y->length * x->length;
  for (int64_t plane = 0; plane < planes; plane++) {
    int64_t plane_y = plane / x->split, plane_x = plane % x->split;
    int64_t top = pt_patch_begin(y, plane_y);
    if (top >= y->length || pt_patch_begin(x, plane_x) >= x->length) continue;
    // What lies outside the image is 0.
    int64_t left = x->first + plane_x;
    int64_t begin = least(left < 0 ? pieces(-left, x->split) : 0, x->length);
    int64_t end = most(least(left < x->size ? pieces(x->size - left, x->split) : 0, x->length), begin);
    for (int64_t channel = 0; channel < channels; channel++) {
      const REAL *from = image + channel * y->size * x->size + left + begin * x->split;
      REAL *to = patch + (channel * planes + plane) * plane_size;
      for (int64_t i = top; i < y->length; i++) {
        if (!pt_patch_reads(y, plane_y, i)) continue;
        int64_t row = y->first + plane_y + i * y->split;
        if (row < 0 || row >= y->size) {
          memset(to + i * x->length, 0, (size_t)x->length * sizeof(REAL));
        } else {
          TYPED(copy_apart)(end - begin, x->split, from + row * x->size, to + i * x->length + begin);
        }
      }
      TYPED(clear_columns)(y->length, x->length, 0, begin, to);
      TYPED(clear_columns)(y->length, x->length, end, x->length, to);
    }
  }
}

// Sums over the channels and taps of images. A grid of positions, the same for all phases, is cut into
// chunks.
struct TYPED(sums) {
  const struct TILES *tiles;
  int64_t batch, groups;
  // The images that are read, and the channels of one group.
  const REAL *images;
  int64_t channels, height, width;
  int64_t split_y, split_x, first_y, first_x;  // position (q, t) begins at first + (q, t) * split
  int64_t kernel_height, kernel_width, step_y, step_x;
  // What is written: position (q, t) of a phase is (q, t) * scale + the phase's (out_y, out_x).
  REAL *out;
  int64_t out_channels, out_height, out_width, scale_y, scale_x;
  const REAL *bias;
  // The weights' strides, and the weights packed by phase, group and block of channels.
  const REAL *weights;
  int64_t out_channel_stride, channel_stride, group_stride;
  REAL *packed;
  const struct phase *phases;
  int64_t phase_count;
  int64_t grid_height, grid_width, chunk_height, chunk_width, channel_block;
  atomic_bool failed;
};

// Packs the weights of phases and groups, counted groups first.
static void TYPED(pack_weights)(void *context, int64_t begin, int64_t end) {
  struct TYPED(sums) *s = context;
  int64_t rows = s->tiles->rows, padded = pieces(s->out_channels, rows) * rows;
  for (int64_t index = begin; index < end; index++) {
    int64_t group = index % s->groups;
    const struct phase *phase = &s->phases[index / s->groups];
    const REAL *weights = s->weights + group * s->group_stride;
    REAL *to = s->packed + phase->weights + group * padded * s->channels * phase->count;
    for (int64_t first = 0; first < s->channels; first += s->channel_block) {
      int64_t last = least(first + s->channel_block, s->channels);
      for (int64_t panel = 0; panel < s->out_channels; panel += rows) {
        for (int64_t channel = first; channel < last; channel++) {
          for (int64_t t = 0; t < phase->count; t++) {
            const REAL *from = weights + channel * s->channel_stride + phase->taps[t].place;
            for (int64_t i = 0; i < rows; i++) {
              *to++ = from[least(panel + i, s->out_channels - 1) * s->out_channel_stride];
            }
          }
        }
      }
    }
  }
}

// The chunk that a range computes.
struct TYPED(chunk) {
  int64_t image, group, q, t, height, width;
  struct pt_patch_axis y, x;
  bool reads_image, writes_output, is_flat;
  int64_t vectors;
};

static struct TYPED(chunk) TYPED(chunk_at)(const struct TYPED(sums) *s, int64_t range) {
  struct TYPED(chunk) c;
  int64_t across = pieces(s->grid_width, s->chunk_width), down = pieces(s->grid_height, s->chunk_height);
  c.t = range % across * s->chunk_width;
  c.q = range / across % down * s->chunk_height;
  c.group = range / across / down % s->groups;
  c.image = range / across / down / s->groups;
  c.height = least(s->chunk_height, s->grid_height - c.q);
  c.width = least(s->chunk_width, s->grid_width - c.t);
  c.y = pt_patch_axis(s->first_y + c.q * s->split_y, s->height, s->split_y, 1, c.height, s->kernel_height,
                      s->step_y);
  c.x = pt_patch_axis(s->first_x + c.t * s->split_x, s->width, s->split_x, 1, c.width, s->kernel_width,
                      s->step_x);
  // Either each row of positions begins with a vector, or the vectors run on through the patch's rows.
  int64_t lanes = s->tiles->lanes, by_row = c.height * pieces(c.width, lanes);
  int64_t flat = pieces((c.height - 1) * c.x.length + c.width, lanes);
  c.is_flat = flat < by_row;
  c.vectors = c.is_flat ? flat : by_row;
  bool is_whole = !c.is_flat && c.width % lanes == 0;
  c.reads_image = is_whole && pt_patch_is_inside(&c.y) && pt_patch_is_inside(&c.x);
  c.writes_output = is_whole && s->phase_count == 1 && s->scale_y == 1 && s->scale_x == 1 &&
                    (c.height == 1 || c.width == s->out_width);
  return c;
}

// Writes `count` pairs, their first elements and their second ones side by side.
static void TYPED(write_pairs)(int64_t count, const REAL *restrict first, const REAL *restrict second,
                               REAL *restrict to) {
  for (int64_t j = 0; j < count; j++) {
    to[2 * j] = first[j];
    to[2 * j + 1] = second[j];
  }
}

// Writes one row of the output from the rows of `count` phases, `distance` apart. Position j of a phase
// belongs to column left + out_x + j * scale.
static void TYPED(write_row)(const struct phase *phases, int64_t count, int64_t scale, int64_t left,
                             int64_t width, int64_t out_width, const REAL *from, int64_t distance, REAL *to) {
  if (scale == 2 && count == 2) {  // neighbours; the first column may be left of the row, and the last one alone
    int64_t x = left + phases->out_x, begin = x < 0, end = least(most(out_width - x, 0) / 2, width);
    if (x < 0) to[0] = from[distance];
    TYPED(write_pairs)(end - begin, from + begin, from + distance + begin, to + x + 2 * begin);
    if (end < width && x + 2 * end < out_width) to[x + 2 * end] = from[end];
    return;
  }
  for (int64_t f = 0; f < count; f++, from += distance) {
    int64_t x = left + phases[f].out_x;
    int64_t begin = x < 0 ? pieces(-x, scale) : 0;
    int64_t end = least(x < out_width ? pieces(out_width - x, scale) : 0, width);
    if (scale == 1 && begin < end) {
      memcpy(to + x + begin, from + begin, (size_t)(end - begin) * sizeof(REAL));
    } else {
      for (int64_t j = begin; j < end; j++) to[x + j * scale] = from[j];
    }
  }
}

// Copies the sums of all phases, rows of `stride` elements, to where they belong in the output.
static void TYPED(write_sums)(const struct TYPED(sums) *s, const struct TYPED(chunk) *c, const REAL *sums,
                              int64_t stride, REAL *out) {
  int64_t row_stride = c->is_flat ? c->x.length : stride / c->height;
  int64_t phase_stride = s->out_channels * stride, count = 0;
  for (int64_t channel = 0; channel < s->out_channels; channel++) {
    for (int64_t f = 0; f < s->phase_count; f += count) {
      const struct phase *phases = &s->phases[f];
      for (count = 1; f + count < s->phase_count && phases[count].out_y == phases->out_y;) count++;
      for (int64_t q = 0; q < c->height; q++) {
        int64_t row = (c->q + q) * s->scale_y + phases->out_y;
        if (row < 0 || row >= s->out_height) continue;
        TYPED(write_row)(phases, count, s->scale_x, c->t * s->scale_x, c->width, s->out_width,
                         sums + f * phase_stride + channel * stride + q * row_stride, phase_stride,
                         out + (channel * s->out_height + row) * s->out_width);
      }
    }
  }
}

// Sums one chunk over all channels. `numbers` has room for the vectors' starts and the taps' offsets.
static void TYPED(sum_chunk)(const struct TYPED(sums) *s, const struct TYPED(chunk) *c, int64_t *numbers,
                             REAL *patch, REAL *sums) {
  int64_t lanes = s->tiles->lanes, rows = s->tiles->rows, padded = pieces(s->out_channels, rows) * rows;
  const REAL *image = s->images + (c->image * s->groups + c->group) * s->channels * s->height * s->width;
  REAL *out = s->out + (c->image * s->groups + c->group) * s->out_channels * s->out_height * s->out_width;
  const REAL *bias = s->bias == NULL ? NULL : s->bias + c->group * s->out_channels;
  int64_t stride = c->vectors * lanes;
  if (c->writes_output) {
    sums = out + c->q * s->out_width + c->t;
    stride = s->out_height * s->out_width;
  }
  // The image serves as a patch whose rows and channels are longer.
  struct pt_patch_axis y = c->y, x = c->x;
  if (c->reads_image) {
    y.length = s->height;
    x.length = s->width;
  }
  int64_t channel_size = pt_patch_size(&y, &x);
  int64_t *starts = numbers, *offsets = numbers + c->vectors;
  int64_t per_row = c->vectors / c->height;
  for (int64_t v = 0; v < c->vectors; v++) {
    starts[v] = c->is_flat ? v * lanes : v / per_row * x.length + v % per_row * lanes;
  }
  int64_t first = 0;
  do {
    int64_t channels = least(s->channel_block, s->channels - first);
    const REAL *source = image + first * s->height * s->width;
    if (c->reads_image) {
      source += y.first * s->width + x.first;
    } else {
      TYPED(fill_patch)(source, channels, &y, &x, patch);
      source = patch;
    }
    for (int64_t f = 0; f < s->phase_count; f++) {
      const struct phase *phase = &s->phases[f];
      REAL *to = sums + f * s->out_channels * stride;
      enum pt_tile_start start = first > 0 ? PT_ADD_TO_C : bias != NULL ? PT_FROM_BIAS : PT_FROM_ZERO;
      int64_t depth = 0;
      for (int64_t channel = 0; channel < channels; channel++) {
        for (int64_t t = 0; t < phase->count; t++) {
          const struct tap *tap = &phase->taps[t];
          offsets[depth++] = channel * channel_size + pt_patch_offset(&y, &x, tap->step_y, tap->step_x);
        }
      }
      const REAL *weights =
          s->packed + phase->weights + (c->group * s->channels + first) * phase->count * padded;
      s->tiles->taps(s->out_channels, c->vectors, depth, weights, source, offsets, starts, bias, to, stride,
                     start);
    }
    first += channels;
  } while (first < s->channels);
  if (!c->writes_output) TYPED(write_sums)(s, c, sums, stride, out);
}

static void TYPED(sum_ranges)(void *context, int64_t begin, int64_t end) {
  struct TYPED(sums) *s = context;
  for (int64_t range = begin; range < end; range++) {
    struct TYPED(chunk) c = TYPED(chunk_at)(s, range);
    int64_t lanes = s->tiles->lanes;
    // The last vector may reach past the patch's end.
    int64_t patch = c.reads_image ? 0 : s->channel_block * pt_patch_size(&c.y, &c.x) + lanes;
    int64_t sums = c.writes_output ? 0 : s->phase_count * s->out_channels * c.vectors * lanes;
    int64_t numbers = c.vectors + s->channel_block * s->kernel_height * s->kernel_width;
    int64_t bytes = numbers * (int64_t)sizeof(int64_t) + (patch + sums) * (int64_t)sizeof(REAL);
    int64_t *scratch = pt_alloc(bytes);
    if (scratch == NULL) {
      atomic_store(&s->failed, true);
      return;
    }
    REAL *reals = (REAL *)(scratch + numbers);
    TYPED(sum_chunk)(s, &c, scratch, reals, reals + patch);
    pt_free(scratch, bytes);
  }
}

// Packs the weights and sums all chunks.
static bool TYPED(compute_sums)(struct TYPED(sums) *s) {
  if (s->batch == 0 || s->out_channels == 0 || s->out_height == 0 || s->out_width == 0) return true;
  // Where single elements meet there are no rows: a product of matrices.
  bool is_product = s->kernel_height * s->kernel_width == 1 && s->split_y * s->split_x == 1 &&
                    s->scale_y * s->scale_x == 1 && s->first_y == 0 && s->first_x == 0 &&
                    s->height == s->out_height && s->width == s->out_width;
  if (is_product) {
    s->width = s->out_width = s->grid_width = s->height * s->width;
    s->height = s->out_height = s->grid_height = 1;
  }
  int64_t most_taps = 1, all_taps = 0;
  for (int64_t f = 0; f < s->phase_count; f++) {
    most_taps = most(most_taps, s->phases[f].count);
    all_taps += s->phases[f].count;
  }
  s->channel_block = most(least(s->channels, DEPTH / most_taps), 1);
  int64_t chunk = most(CHUNK / s->phase_count, SMALLEST_CHUNK);
  s->chunk_width = least(s->grid_width, chunk);
  s->chunk_height = least(s->grid_height, s->chunk_width < s->grid_width ? 1 : chunk / s->grid_width);
  s->chunk_height = pieces(s->grid_height, pieces(s->grid_height, s->chunk_height));

  int64_t rows = s->tiles->rows, padded = pieces(s->out_channels, rows) * rows;
  int64_t bytes = s->groups * s->channels * padded * all_taps * (int64_t)sizeof(REAL);
  s->packed = pt_alloc(bytes);
  if (s->packed == NULL) return false;
  pt_parallel_for(s->phase_count * s->groups, WORK_GRAIN / 8 / most(padded * s->channels * most_taps, 1),
                  TYPED(pack_weights), s);
  int64_t ranges = s->batch * s->groups * pieces(s->grid_height, s->chunk_height) *
                   pieces(s->grid_width, s->chunk_width);
  int64_t work = s->chunk_height * s->chunk_width * s->out_channels * most(s->channels * all_taps, 1);
  pt_parallel_for(ranges, WORK_GRAIN / work, TYPED(sum_ranges), s);
  pt_free(s->packed, bytes);
  return !atomic_load(&s->failed);
}

bool TYPED(pt_conv2d)(const struct pt_conv_shape *shape, const REAL *input, const REAL *weight,
                      const REAL *bias, REAL *output) {
  int64_t taps = shape->kernel_height * shape->kernel_width, channels = shape->in_channels / shape->groups;
  int64_t bytes = taps * (int64_t)sizeof(struct tap);
  struct tap *list = pt_alloc(bytes);
  if (list == NULL) return false;
  for (int64_t i = 0; i < taps; i++) {
    list[i] = (struct tap){.step_y = i / shape->kernel_width * shape->dilation_height,
                           .step_x = i % shape->kernel_width * shape->dilation_width, .place = i};
  }
  struct phase phase = {.count = taps, .taps = list};
  struct TYPED(sums) s = {
      .tiles = TILES(), .batch = shape->batch, .groups = shape->groups,
      .images = input, .channels = channels, .height = shape->in_height, .width = shape->in_width,
      .split_y = shape->stride_height, .split_x = shape->stride_width,
      .first_y = -shape->pad_top, .first_x = -shape->pad_left,
      .kernel_height = shape->kernel_height, .kernel_width = shape->kernel_width,
      .step_y = shape->dilation_height, .step_x = shape->dilation_width,
      .out = output, .out_channels = shape->out_channels / shape->groups,
      .out_height = shape->out_height, .out_width = shape->out_width, .scale_y = 1, .scale_x = 1,
      .bias = bias, .weights = weight, .out_channel_stride = channels * taps, .channel_stride = taps,
      .group_stride = shape->out_channels / shape->groups * channels * taps,
      .phases = &phase, .phase_count = 1,
      .grid_height = shape->out_height, .grid_width = shape->out_width};
  bool done = TYPED(compute_sums)(&s);
  pt_free(list, bytes);
  return done;
}

bool TYPED(pt_conv2d_grad_input)(const struct pt_conv_shape *shape, const REAL *grad_output,
                                 const REAL *weight, const REAL *bias, REAL *grad_input) {
  const struct TILES *tiles = TILES();
  int64_t taps = shape->kernel_height * shape->kernel_width, channels = shape->in_channels / shape->groups;
  int64_t phase_count =
      least(shape->stride_height, shape->in_height) * least(shape->stride_width, shape->in_width);
  int64_t bytes = phase_count * (int64_t)sizeof(struct phase) + taps * (int64_t)sizeof(struct tap);
  struct phase *phases = pt_alloc(bytes);
  if (phases == NULL) return false;
  // With u = ih + pad_top, row u / stride of the grid reads grad_output's rows up to `lead` before itself.
  int64_t lead_y = (shape->kernel_height - 1) * shape->dilation_height / shape->stride_height;
  int64_t lead_x = (shape->kernel_width - 1) * shape->dilation_width / shape->stride_width;
  int64_t first_q = shape->pad_top / shape->stride_height, first_t = shape->pad_left / shape->stride_width;
  struct tap *list = (struct tap *)(phases + phase_count);
  int64_t padded = pieces(channels, tiles->rows) * tiles->rows;
  phase_count = list_phases(shape, lead_y, lead_x, padded, phases, list);
  struct TYPED(sums) s = {
      .tiles = tiles, .batch = shape->batch, .groups = shape->groups,
      .images = grad_output, .channels = shape->out_channels / shape->groups,
      .height = shape->out_height, .width = shape->out_width, .split_y = 1, .split_x = 1,
      .first_y = first_q - lead_y, .first_x = first_t - lead_x,
      .kernel_height = lead_y + 1, .kernel_width = lead_x + 1, .step_y = 1, .step_x = 1,
      .out = grad_input, .out_channels = channels, .out_height = shape->in_height,
      .out_width = shape->in_width, .scale_y = shape->stride_height, .scale_x = shape->stride_width,
      .bias = bias, .weights = weight, .out_channel_stride = taps, .channel_stride = channels * taps,
      .group_stride = shape->out_channels / shape->groups * channels * taps,
      .phases = phases, .phase_count = phase_count,
      .grid_height = (shape->in_height - 1 + shape->pad_top) / shape->stride_height - first_q + 1,
      .grid_width = (shape->in_width - 1 + shape->pad_left) / shape->stride_width - first_t + 1};
  bool done = TYPED(compute_sums)(&s);
  pt_free(phases, bytes);
  return done;
}
