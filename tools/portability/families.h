// The families of kernels of one element type, REAL. No include guard: that is its use.

static REAL F(x)[POOL], F(y)[POOL], F(z)[POOL], F(out)[POOL], F(out2)[POOL], F(out3)[POOL];

// Adds outputs to the digest; every NaN counts as one.
static void F(add)(const REAL *values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    REAL value = isnan(values[i]) ? (REAL)0 : values[i];
    add_byte(isnan(values[i]) ? 1 : 0);
    add_bytes(&value, sizeof value);
  }
}

static void F(fill)(bool is_wild, uint64_t stream) {
  REAL *pools[] = {F(x), F(y), F(z)};
  for (uint64_t p = 0; p < 3; p++) {
    for (uint64_t i = 0; i < POOL; i++) {
      pools[p][i] = (REAL)(is_wild ? wild(stream + p, i, LEAST, GREATEST) : ordinary(stream + p, i));
    }
  }
}

static void F(elementwise)(void) {
  const int64_t shape[] = {5, 7, 33}, full[] = {231, 33, 1}, turned[] = {1, 5, 35}, row[] = {0, 0, 1};
  F(fill)(true, 10);
  for (int op = PT_ADD; op <= PT_POW_GRAD_EXPONENT; op++) {
    begin();
    F(pt_binary_contiguous)(op, 70001, F(out), F(x), F(y));
    F(add)(F(out), 70001);
    F(pt_binary)(op, 3, shape, F(out), F(x), turned, F(y), row);
    F(add)(F(out), 1155);
    F(pt_binary_scalar)(op, 257, F(out), F(x), (REAL)2);
    F(add)(F(out), 257);
    F(pt_scalar_binary)(op, 257, F(out), (REAL)1.5, F(x));
    F(add)(F(out), 257);
    printf("binary %d ", op);
    end(TEXT(SUFFIX));
  }
  for (int op = PT_NEG; op <= PT_SIGN; op++) {
    begin();
    F(pt_unary)(op, 70001, F(out), F(x));
    F(add)(F(out), 70001);
    if (op == PT_SIGMOID || op == PT_TANH || op == PT_RELU || op == PT_SQRT || op == PT_ABS) {
      F(pt_unary_backward)(op, 999, F(out), F(x), F(y));
      F(add)(F(out), 999);
    }
    printf("unary %d ", op);
    end(TEXT(SUFFIX));
  }
  begin();
  for (int op = PT_EQ; op <= PT_GE; op++) {
    F(pt_compare)(op, 3, shape, bytes, F(x), full, F(y), turned);
    add_bytes(bytes, 1155);
  }
  end("compare " TEXT(SUFFIX));
}

static void F(copies)(void) {
  const int64_t shape[] = {9, 17, 5}, straight[] = {85, 5, 1}, turned[] = {1, 9, 153};
  begin();
  pt_copy_strided(sizeof(REAL), 3, shape, F(out), straight, F(x), turned);
  F(add)(F(out), 765);
  enum pt_dtype type = sizeof(REAL) == 4 ? PT_FLOAT32 : PT_FLOAT64;
  pt_cast(type, PT_INT64, 5001, F(x), indices);
  add_bytes(indices, 5001 * 8);
  pt_cast(PT_INT64, type, 5001, indices, F(out));
  F(add)(F(out), 5001);
  pt_cast(type, PT_BOOL, 5001, F(x), bytes);
  add_bytes(bytes, 5001);
  F(pt_accumulate)(5001, F(out), F(x));
  pt_where(sizeof(REAL), 5001, bytes, F(x), F(y), F(out2));
  F(add)(F(out), 5001);
  F(add)(F(out2), 5001);
  end("copies " TEXT(SUFFIX));
}

static void F(reductions)(void) {
  const int64_t shapes[][3] = {{3, 9001, 1}, {70, 33, 1}, {1, 130000, 1}, {2, 4400, 3}, {3, 65, 40}, {4, 1, 7}, {2, 0, 3}};
  for (int is_wild = 0; is_wild < 2; is_wild++) {
    F(fill)(is_wild == 1, 20);
    begin();
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
      int64_t outer = shapes[s][0], count = shapes[s][1], inner = shapes[s][2], results = outer * inner;
      F(pt_sum)(outer, count, inner, F(x), F(out));
      F(add)(F(out), results);
      F(pt_mean)(outer, count, inner, F(x), F(out));
      F(add)(F(out), results);
      F(pt_var)(outer, count, inner, 1, F(x), F(out));
      F(add)(F(out), results);
      F(pt_var_backward)(outer, count, inner, 1, F(x), F(y), F(out));
      F(add)(F(out), results * count);
      if (count == 0) continue;
      F(pt_amax)(outer, count, inner, F(x), F(out));
      F(add)(F(out), results);
      F(pt_amax_backward)(outer, count, inner, F(x), F(out), F(y), F(out2));
      F(add)(F(out2), results * count);
      F(pt_max_index)(outer, count, inner, F(x), F(out), indices);
      F(add)(F(out), results);
      add_bytes(indices, results * 8);
      F(pt_scatter_index)(outer, count, inner, F(y), indices, F(out2));
      F(add)(F(out2), results * count);
      F(pt_softmax)(outer, count, inner, F(x), F(out));
      F(add)(F(out), results * count);
      F(pt_softmax_backward)(outer, count, inner, F(out), F(y), F(out2));
      F(add)(F(out2), results * count);
      F(pt_log_softmax)(outer, count, inner, F(x), F(out));
      F(add)(F(out), results * count);
      F(pt_log_softmax_backward)(outer, count, inner, F(out), F(y), F(out2));
      F(add)(F(out2), results * count);
    }
    F(pt_max_backward)(9001, F(x), F(x)[5], (REAL)1.25, F(out));
    F(add)(F(out), 9001);
    printf("%s ", is_wild ? "wild" : "ordinary");
    end("reductions, softmax " TEXT(SUFFIX));
  }
}

static void F(losses)(void) {
  F(fill)(false, 30);
  begin();
  const int64_t inners[] = {1, 6};
  for (int i = 0; i < 2; i++) {
    for (int smooth = 0; smooth < 2; smooth++) {
      struct pt_cross_entropy p = {.batch = 31, .classes = 19, .inner = inners[i], .ignore_index = 4, .label_smoothing = 0.1 * smooth};
      int64_t count = p.batch * p.inner, all = count * p.classes;
      double divisor = 0;
      for (int64_t j = 0; j < count; j++) indices[j] = (int64_t)(word(31, (uint64_t)j) % 19);
      for (int64_t j = 0; j < all; j++) F(z)[j] = (REAL)fabs((double)F(z)[j]);
      F(pt_cross_entropy_index)(&p, F(x), indices, smooth ? F(z) : NULL, F(out), wide[0], &divisor);
      F(add)(F(out), count);
      add_bytes(&divisor, sizeof divisor);
      F(pt_cross_entropy_index_backward)(&p, F(x), indices, smooth ? F(z) : NULL, wide[0], F(y), F(out));
      F(add)(F(out), all);
      F(pt_cross_entropy_probability)(&p, F(x), F(z), NULL, F(out), wide[0]);
      F(add)(F(out), count);
      F(pt_cross_entropy_probability_backward)(&p, F(x), F(z), NULL, wide[0], F(y), F(out), F(out2));
      F(add)(F(out), all);
      F(add)(F(out2), all);
    }
  }
  F(pt_mse)(5001, F(x), F(y), F(out));
  F(add)(F(out), 5001);
  F(pt_mse_backward)(5001, 2.0 / 5001, F(x), F(y), F(z), 1, F(out));
  F(add)(F(out), 5001);
  end("losses " TEXT(SUFFIX));

  const int64_t targets[] = {1, 2, 2, 3, 4, 4, 1, 2, 1}, offsets[] = {0, 4, 4}, lengths[] = {4, 0, 5}, steps[] = {23, 7, 19};
  struct pt_ctc p = {.time = 23, .batch = 3, .classes = 6, .blank = 0, .targets = targets, .target_offsets = offsets,
    .target_lengths = lengths, .input_lengths = steps};
  F(pt_log_softmax)(23 * 3, 6, 1, F(x), F(z));
  begin();
  F(pt_ctc_loss)(&p, F(z), F(out), wide[0]);
  F(add)(F(out), 3);
  F(pt_ctc_backward)(&p, false, F(z), wide[0], F(y), F(out));
  F(add)(F(out), 23 * 3 * 6);
  end("ctc " TEXT(SUFFIX));
}

static void F(normalisation)(void) {
  const int64_t shapes[][3] = {{4100, 5, 1}, {6, 130, 1}, {3, 4, 4100}, {5, 3, 7}};
  F(fill)(false, 40);
  begin();
  for (int s = 0; s < 4; s++) {
    int64_t batch = shapes[s][0], channels = shapes[s][1], inner = shapes[s][2], count = batch * channels * inner;
    F(pt_batch_norm_training)(batch, channels, inner, 1e-5, F(x), F(y), F(z), F(out), wide[0], wide[1], wide[2]);
    F(add)(F(out), count);
    F(pt_batch_norm_training_backward)(batch, channels, inner, F(x), F(y), wide[0], wide[1], F(z), F(out), F(out2), F(out3));
    F(add)(F(out), count);
    F(add)(F(out2), channels);
    F(add)(F(out3), channels);
    memcpy(F(out2), F(x), (size_t)channels * sizeof(REAL));
    F(pt_batch_norm_update_running)(channels, 0.1, wide[2], F(out2));
    for (int64_t c = 0; c < channels; c++) F(out3)[c] = (REAL)fabs((double)F(out2)[c]);
    F(pt_batch_norm_evaluation)(batch, channels, inner, 1e-5, F(x), F(y), F(z), F(out2), F(out3), F(out));
    F(add)(F(out), count);
  }
  end("batch norm " TEXT(SUFFIX));
}

static void F(windows)(void) {
  struct pt_pool_shape s = {.planes = 7, .in_height = 19, .in_width = 37, .out_height = 9, .out_width = 19, .kernel_height = 3,
    .kernel_width = 3, .stride_height = 2, .stride_width = 2, .pad_height = 0, .pad_width = 1, .dilation_height = 1, .dilation_width = 1};
  int64_t count = s.planes * s.out_height * s.out_width, all = s.planes * s.in_height * s.in_width;
  static int32_t places[POOL];
  F(fill)(true, 50);
  begin();
  F(pt_max_pool2d)(&s, F(x), F(out), places);
  F(add)(F(out), count);
  add_bytes(places, count * 4);
  F(pt_max_pool2d_backward)(&s, places, F(y), F(out));
  F(add)(F(out), all);
  F(fill)(false, 51);
  for (int with_padding = 0; with_padding < 2; with_padding++) {
    F(pt_avg_pool2d)(&s, with_padding == 1, F(x), F(out));
    F(add)(F(out), count);
    F(pt_avg_pool2d_backward)(&s, with_padding == 1, F(y), F(out));
    F(add)(F(out), all);
  }
  for (int64_t i = 0; i < 1000; i++) bytes[i] = word(52, (uint64_t)i) % 2;
  F(pt_dropout)(1000, 1, 1 / (1 - 0.3), F(x), bytes, F(out));
  F(add)(F(out), 1000);
  end("pooling, dropout " TEXT(SUFFIX));
}

static void F(cells)(void) {
  F(fill)(false, 60);
  begin();
  F(pt_gru_gates)(33, 17, F(x), F(y), F(z), F(out), F(out2));
  F(add)(F(out), 33 * 17);
  F(pt_gru_gates_backward)(33, 17, F(y), F(z), F(out2), F(x), F(out), F(out3), F(out3) + 60000);
  F(add)(F(out), 33 * 51);
  F(add)(F(out3), 33 * 51);
  F(add)(F(out3) + 60000, 33 * 17);
  for (int f = PT_RNN_TANH; f <= PT_RNN_RELU; f++) {
    F(pt_rnn_gates)(f, 999, F(x), F(y), F(out));
    F(add)(F(out), 999);
    F(pt_rnn_gates_backward)(f, 999, F(out), F(x), F(out2));
    F(add)(F(out2), 999);
  }
  end("cells " TEXT(SUFFIX));

  begin();
  memset(F(out), 0, sizeof F(out));
  memset(F(out2), 0, sizeof F(out2));
  memset(F(out3), 0, sizeof F(out3));
  for (int64_t step = 1; step <= 5; step++) {
    struct pt_sgd sgd = {.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true, .first_step = step == 1};
    F(pt_sgd_step)(999, &sgd, F(x), F(y) + step, F(out));
    struct pt_adam adam = {.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.01, .decoupled = step % 2 == 0,
      .bias_correction1 = pt_bias_correction(0.9, step), .bias_correction2 = pt_bias_correction(0.999, step)};
    F(pt_adam_step)(999, &adam, F(z), F(y) + step, F(out2), F(out3), NULL);
  }
  F(add)(F(x), 999);
  F(add)(F(z), 999);
  end("optimisers " TEXT(SUFFIX));
}

static void F(products)(void) {
  const int64_t sizes[][3] = {{5, 9, 7}, {64, 33, 300}, {1, 100, 77}, {100, 1, 77}, {3, 130, 1}, {130, 3, 513}, {97, 61, 40}, {4, 4, 0}};
  for (int is_wild = 0; is_wild < 2; is_wild++) {
    F(fill)(is_wild == 1, 70);
    begin();
    for (int s = 0; s < 8; s++) {
      int64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
      memcpy(F(out), F(z), (size_t)(m * n) * sizeof(REAL));
      F(pt_gemm)(m, n, k, F(x), k, 1, F(y), n, 1, F(out), n, false);
      F(add)(F(out), m * n);
      F(pt_gemm)(m, n, k, F(x), 1, m, F(y), 1, k, F(out), n, true);
      F(add)(F(out), m * n);
    }
    F(pt_gemm_batched)(7, 5, 6, 11, F(x), 55, 11, 1, F(y), 66, 1, 11, F(out), 30, 6, false);
    F(add)(F(out), 210);
    printf("%s ", is_wild ? "wild" : "ordinary");
    end("products " TEXT(SUFFIX));
  }
}

static void F(convolutions)(void) {
  const struct pt_conv_shape shapes[] = {
    {2, 6, 13, 17, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 13, 17}, {3, 4, 12, 19, 6, 3, 2, 2, 3, 1, 0, 1, 2, 2, 6, 6},
    {2, 60, 9, 8, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1, 9, 8}, {1, 2, 1, 600, 3, 1, 5, 1, 2, 0, 2, 1, 1, 1, 1, 300},
    {10, 20, 5, 5, 30, 1, 1, 1, 1, 0, 0, 1, 1, 1, 5, 5}, {9, 3, 25, 23, 4, 3, 2, 1, 1, 0, 0, 1, 1, 1, 23, 22}};
  for (int is_wild = 0; is_wild < 2; is_wild++) {
    F(fill)(is_wild == 1, 80);
    begin();
    for (int i = 0; i < 6; i++) {
      const struct pt_conv_shape *s = &shapes[i];
      int64_t in = s->batch * s->in_channels * s->in_height * s->in_width;
      int64_t inner = s->out_height * s->out_width, all = s->batch * s->out_channels * inner;
      int64_t weights = s->out_channels * s->in_channels / s->groups * s->kernel_height * s->kernel_width;
      if (!F(pt_conv2d)(s, F(x), F(y), F(z), F(out))) exit(2);
      F(add)(F(out), all);
      if (!F(pt_conv2d_grad_input)(s, F(x), F(y), F(z), F(out))) exit(2);
      F(add)(F(out), in);
      if (!F(pt_conv2d_grad_weight)(s, F(x), F(y), F(out))) exit(2);
      F(add)(F(out), weights);
      F(pt_channel_sum)(s->batch, s->out_channels, inner, F(x), F(out));
      F(add)(F(out), s->out_channels);
    }
    printf("%s ", is_wild ? "wild" : "ordinary");
    end("convolutions " TEXT(SUFFIX));
  }
}

static void F(random)(void) {
  begin();
  F(pt_random_uniform)(11, 5, 3001, -1, 3, F(out));
  F(add)(F(out), 3001);
  F(pt_random_normal)(11, 5, 3001, 0.5, 2, F(out));
  F(add)(F(out), 3001);
  end("random " TEXT(SUFFIX));
}

static void F(families)(void) {
  F(elementwise)();
  F(copies)();
  F(reductions)();
  F(losses)();
  F(normalisation)();
  F(windows)();
  F(cells)();
  F(products)();
  F(convolutions)();
  F(random)();
}
