// Scaled dot-product attention, forward and backward.
#ifndef PT_ATTENTION_H
#define PT_ATTENTION_H

#include <stdbool.h>
#include <stdint.h>

/// The sizes of an attention. Arrays are batches of matrices whose rows are contiguous; `steps` are the elements from
/// one matrix to the next (0 where all share one) and from one row to the next.
struct pt_attention {
  int64_t batch, queries, keys, features, value_features;
  bool is_causal;  ///< query i sees the keys 0 to i
  double scale;    ///< of the queries
  int64_t query_steps[2], key_steps[2], value_steps[2];
  int64_t mask_steps[3];  ///< of a matrix, a row and a column
};

/// `output = softmax((query · scale) keyᵀ + mask) value`, [batch, queries, value_features].
///
/// Products are chains of fma as in pt_gemm.h, those over keys end at the last key that the query sees; the softmax is
/// that of pt_softmax.h over the keys seen, and zeros where all scores are -∞. mask, which is added, may be NULL.
/// weights, [batch, queries, keys], takes the softmax's result where a key is seen, and may be NULL.
void pt_attention_f32(const struct pt_attention *s, const float *query, const float *key, const float *value,
                      const float *mask, float *weights, float *output);
/// As `pt_attention_f32`, on float64.
void pt_attention_f64(const struct pt_attention *s, const double *query, const double *key, const double *value,
                      const double *mask, double *weights, double *output);

/// Gradients of `pt_attention_f32` from its weights; grad_output is contiguous as output is.
///
/// grad_query, [batch, queries, features], grad_key and grad_value may be NULL. Chains over queries begin at the first
/// query that sees the key.
void pt_attention_backward_f32(const struct pt_attention *s, const float *query, const float *key, const float *value,
                               const float *weights, const float *grad_output, float *grad_query, float *grad_key,
                               float *grad_value);
/// As `pt_attention_backward_f32`, on float64.
void pt_attention_backward_f64(const struct pt_attention *s, const double *query, const double *key,
                               const double *value, const double *weights, const double *grad_output,
                               double *grad_query, double *grad_key, double *grad_value);

#endif
