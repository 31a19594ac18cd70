// exp for arguments that are not positive, in the type itself: within 1 unit in the last place, as fast as can be.
//
// The float32 one is for weights beside exp(0) = 1, of which a softmax is made: it needs no more than their sum has.

// exp(x) = 2^n (1 + r (1 + r Q(r))) with n the integer nearest to x / ln 2; Q is minimax, of relative error 2^-28.3.
PT_KERNEL inline float VARIANT(pt_exp_weight_f32)(float x) {
  float clamped = x < -104 ? -104 : x;  // where it rounds to zero
  float rounded = __builtin_fmaf(clamped, 0x1.715476p+0f, 0x1.8p+23f);
  float n = rounded - 0x1.8p+23f;
  float r = __builtin_fmaf(n, 0x1.05c61p-29f, __builtin_fmaf(n, -0x1.62e43p-1f, clamped));
  float q = 0x1.6a23cep-10f;
  q = __builtin_fmaf(q, r, 0x1.123a2p-7f);
  q = __builtin_fmaf(q, r, 0x1.5558f2p-5f);
  q = __builtin_fmaf(q, r, 0x1.555492p-3f);
  q = __builtin_fmaf(q, r, 0x1.fffffcp-2f);
  float power = __builtin_fmaf(r, __builtin_fmaf(q, r, 1), 1);
  // 2^(n + 64) is a normal number for every n.
  uint32_t bits;
  memcpy(&bits, &rounded, sizeof bits);
  bits = (bits + 64 + 127) << 23;
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return power * scale * 0x1p-64f;
}

PT_KERNEL inline double VARIANT(pt_exp_weight_f64)(double x) { return VARIANT(pt_exp_f64)(x); }
