// The kernels that are judged, under one name for each type.
#include "reference.h"

#include "pt_elementwise.h"
#include "real.h"

#include <stdlib.h>

#define PT_IMPL "weights_impl.h"
#include "each_variant.h"

static PT_DISPATCH(void, weights, (int64_t n, float *out, const float *x), (n, out, x))

static enum pt_unary_op unary_op(enum function function) {
  switch (function) {
    case EXP: return PT_EXP;
    case LOG: return PT_LOG;
    case SQRT: return PT_SQRT;
    case SIGMOID: return PT_SIGMOID;
    case TANH: return PT_TANH;
    default: abort();
  }
}

/// `out[i] = function(a[i], b[i])`; `b` is read by `POW` only.
void kernel_f32(enum function function, int64_t n, const float *a, const float *b, float *out) {
  if (function == POW) {
    pt_binary_contiguous_f32(PT_POW, n, out, a, b);
  } else if (function == WEIGHT) {
    weights(n, out, a);
  } else {
    pt_unary_f32(unary_op(function), n, out, a);
  }
}

/// As `kernel_f32`, float64, where softmax's exp is that of all others.
void kernel_f64(enum function function, int64_t n, const double *a, const double *b, double *out) {
  if (function == POW) {
    pt_binary_contiguous_f64(PT_POW, n, out, a, b);
  } else {
    pt_unary_f64(unary_op(function), n, out, a);
  }
}

const char *variant(void) { return pt_variant_name(pt_active_variant()); }

const char *compiler(void) { return pt_compiler(); }
