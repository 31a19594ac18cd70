// The gradient of a convolution's weight for one element type: sums over positions, in runs and stretches.

struct TYPED(weight_sums) {
  const struct TILES *tiles;
  const struct pt_conv_shape *shape;
  const REAL *input, *grad_output;
  REAL *grad_weight;
  // One group's channels and taps, and its output channels in whole vectors.
  int64_t in_channels, out_channels, taps, stride;
  int64_t runs_per_image, runs, runs_per_stretch, stretches;
  int64_t channel_block, blocks;
  REAL *partial;  // (stretch, group, channel and tap, output channel)
  atomic_bool failed;
};

// Adds one run's sums for a block of channels to `sums`. `offsets` has room for the run's positions.
static void TYPED(sum_run)(const struct TYPED(weight_sums) *s, int64_t run, int64_t group, int64_t first,
                           int64_t channels, int64_t *offsets, const REAL **lines, REAL *packed, REAL *patch,
                           REAL *sums, enum pt_tile_start start) {
  const struct pt_conv_shape *shape = s->shape;
  int64_t positions = shape->out_height * shape->out_width, width = shape->out_width;
  int64_t image = run / s->runs_per_image;
  int64_t begin = run % s->runs_per_image * RUN, count = least(positions - begin, RUN);
  int64_t q = begin / width, rows = (begin + count - 1) / width - q + 1;
  int64_t t = rows == 1 ? begin % width : 0, columns = rows == 1 ? count : width;
  struct pt_patch_axis y =
      pt_patch_axis(q * shape->stride_height - shape->pad_top, shape->in_height, 1,
                    shape->stride_height, rows, shape->kernel_height, shape->dilation_height);
  struct pt_patch_axis x =
      pt_patch_axis(t * shape->stride_width - shape->pad_left, shape->in_width, 1,
                    shape->stride_width, columns, shape->kernel_width, shape->dilation_width);
  const REAL *source = s->input + (image * shape->in_channels + group * s->in_channels + first) *
                                      shape->in_height * shape->in_width;
  if (pt_patch_is_inside(&y) && pt_patch_is_inside(&x)) {
    source += y.first * x.size + x.first;
    y.length = y.size;
    x.length = x.size;
  } else {
    TYPED(fill_patch)(source, channels, &y, &x, patch);
    source = patch;
  }
  for (int64_t i = 0, row = 0, column = begin % width - t; i < count; i++) {
    offsets[i] = row * shape->stride_height * x.length + column * shape->stride_width;
    if (++column + t == width) {
      column = 0;
      row++;
    }
  }
  for (int64_t channel = 0; channel < channels; channel++) {
    for (int64_t tap = 0; tap < s->taps; tap++) {
      int64_t step_y = tap / shape->kernel_width * shape->dilation_height;
      int64_t step_x = tap % shape->kernel_width * shape->dilation_width;
      *lines++ = source + channel * pt_patch_size(&y, &x) + pt_patch_offset(&y, &x, step_y, step_x);
    }
  }
  lines -= channels * s->taps;
  const REAL *grad = s->grad_output + (image * shape->out_channels + group * s->out_channels) * positions;
  s->tiles->pack(least(s->stride, s->tiles->columns), s->out_channels, count, grad + begin, positions, 1, packed);
  s->tiles->lines(channels * s->taps, s->stride / s->tiles->lanes, count, lines, offsets, packed, sums,
                  s->stride, start);
}

// Computes ranges of partial sums, counted by block of channels, group and stretch.
static void TYPED(sum_weights)(void *context, int64_t begin, int64_t end) {
  struct TYPED(weight_sums) *s = context;
  const struct pt_conv_shape *shape = s->shape;
  int64_t packed = pt_packed_size(s->tiles->columns, s->out_channels, RUN);
  int64_t run_rows = least(RUN / shape->out_width + 2, shape->out_height);
  int64_t height = (run_rows - 1) * shape->stride_height;
  int64_t width = (shape->out_width - 1) * shape->stride_width;
  height += (shape->kernel_height - 1) * shape->dilation_height + 1;
  width += (shape->kernel_width - 1) * shape->dilation_width + 1;
  int64_t patch = s->channel_block * height * width;
  int64_t lines = s->channel_block * s->taps;
  int64_t bytes = RUN * (int64_t)sizeof(int64_t) + lines * (int64_t)sizeof(REAL *) +
                  (packed + patch) * (int64_t)sizeof(REAL);
  int64_t *offsets = pt_alloc(bytes);
  if (offsets == NULL) {
    atomic_store(&s->failed, true);
    return;
  }
  const REAL **line_list = (const REAL **)(offsets + RUN);
  REAL *packed_grad = (REAL *)(line_list + lines), *patch_space = packed_grad + packed;
  for (int64_t range = begin; range < end; range++) {
    int64_t first = range % s->blocks * s->channel_block;
    int64_t group = range / s->blocks % shape->groups, stretch = range / s->blocks / shape->groups;
    int64_t channels = least(s->channel_block, s->in_channels - first);
    REAL *sums =
        s->partial + ((stretch * shape->groups + group) * s->in_channels + first) * s->taps * s->stride;
    int64_t first_run = stretch * s->runs_per_stretch;
    int64_t last_run = least(first_run + s->runs_per_stretch, s->runs);
    for (int64_t run = first_run; run < last_run; run++) {
      TYPED(sum_run)(s, run, group, first, channels, offsets, line_list, packed_grad, patch_space, sums,
                     run == first_run ? PT_FROM_ZERO : PT_ADD_TO_C);
    }
  }
  pt_free(offsets, bytes);
}

// Adds the stretches for ranges of channels and taps, counted through the groups, and turns them round.
static void TYPED(add_stretches)(void *context, int64_t begin, int64_t end) {
  const struct TYPED(weight_sums) *s = context;
  int64_t length = s->in_channels * s->taps, stretch_size = s->shape->groups * length * s->stride;
  for (int64_t index = begin; index < end; index++) {
    int64_t group = index / length, line = index % length;
    REAL *to = s->grad_weight + group * s->out_channels * length + line;
    for (int64_t first = 0; first < s->out_channels; first += 32) {
      int64_t count = least(s->out_channels - first, 32);
      const REAL *from = s->partial + index * s->stride + first;
      REAL totals[32];
      memcpy(totals, from, (size_t)count * sizeof(REAL));
      for (int64_t stretch = 1; stretch < s->stretches; stretch++) {
        for (int64_t i = 0; i < count; i++) totals[i] += from[stretch * stretch_size + i];
      }
      for (int64_t i = 0; i < count; i++) to[(first + i) * length] = totals[i];
    }
  }
}

bool TYPED(pt_conv2d_grad_weight)(const struct pt_conv_shape *shape, const REAL *input,
                                  const REAL *grad_output, REAL *grad_weight) {
  int64_t positions = shape->out_height * shape->out_width;
  int64_t taps = shape->kernel_height * shape->kernel_width;
  int64_t in_channels = shape->in_channels / shape->groups;
  int64_t out_channels = shape->out_channels / shape->groups;
  int64_t elements = shape->out_channels * in_channels * taps;
  if (elements == 0) return true;
  if (shape->batch == 0 || positions == 0) {
    memset(grad_weight, 0, (size_t)elements * sizeof(REAL));
    return true;
  }
  struct TYPED(weight_sums) s = {
      .tiles = TILES(), .shape = shape, .input = input, .grad_output = grad_output,
      .grad_weight = grad_weight, .in_channels = in_channels, .out_channels = out_channels, .taps = taps,
      .runs_per_image = pieces(positions, RUN),
      .runs_per_stretch = most(pieces(out_channels * in_channels * taps, STRETCH_ELEMENTS), LEAST_STRETCH)};
  s.stride = pieces(out_channels, s.tiles->lanes) * s.tiles->lanes;
  s.runs = shape->batch * s.runs_per_image;
  s.stretches = pieces(s.runs, s.runs_per_stretch);
  s.blocks = pieces(in_channels, most(WEIGHT_TAPS / taps, 1));
  s.channel_block = pieces(in_channels, s.blocks);
  s.blocks = pieces(in_channels, s.channel_block);

  int64_t bytes = s.stretches * shape->groups * in_channels * taps * s.stride * (int64_t)sizeof(REAL);
  s.partial = pt_alloc(bytes);
  if (s.partial == NULL) return false;
  int64_t work = s.channel_block * taps * s.stride * s.runs_per_stretch * least(positions, RUN);
  pt_parallel_for(s.stretches * shape->groups * s.blocks, WORK_GRAIN / work, TYPED(sum_weights), &s);
  pt_parallel_for(shape->groups * in_channels * taps, most(WORK_GRAIN / 8 / (s.stretches * s.stride), 1),
                  TYPED(add_stretches), &s);
  pt_free(s.partial, bytes);
  return !atomic_load(&s.failed);
}
