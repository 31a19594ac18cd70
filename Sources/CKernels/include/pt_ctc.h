// Connectionist temporal classification: the loss and its gradient.
#ifndef PT_CTC_H
#define PT_CTC_H

#include <stdbool.h>
#include <stdint.h>

/// A batch of alignments. The caller has checked it: `0 ≤ input_lengths ≤ time`, `0 ≤ target_lengths`, targets and
/// blank in 0 ..< classes.
struct pt_ctc {
  int64_t time;
  int64_t batch;
  int64_t classes;
  int64_t blank;
  const int64_t *targets;         ///< all labels, padded or concatenated
  const int64_t *target_offsets;  ///< [batch]: where each sample's labels begin in targets
  const int64_t *target_lengths;  ///< [batch]
  const int64_t *input_lengths;   ///< [batch]
};

/// How many elements `log_alpha` has: batch · time · (2 · longest target + 3).
int64_t pt_ctc_log_alpha_count(const struct pt_ctc *p);

/// The loss of each sample, `-log Σ exp(score of an alignment)` over all alignments; +∞ where there is none.
///
/// - log_probs: [time, batch, classes]; losses: [batch], written.
/// - log_alpha: `pt_ctc_log_alpha_count` elements, written for backward: forward scores in log space.
void pt_ctc_loss_f32(const struct pt_ctc *p, const float *log_probs, float *losses, double *log_alpha);
/// As `pt_ctc_loss_f32`, on float64.
void pt_ctc_loss_f64(const struct pt_ctc *p, const double *log_probs, double *losses, double *log_alpha);

/// Gradient of `pt_ctc_loss_f32` in PyTorch's convention: `grad_losses · (exp(log_probs) - posterior)`, which is
/// the gradient by the logits when a log-softmax made log_probs; 0 beyond a sample's input length.
///
/// zero_infinity gives zeros where the loss is infinite, which are NaN otherwise.
void pt_ctc_backward_f32(const struct pt_ctc *p, bool zero_infinity, const float *log_probs, const double *log_alpha,
                         const float *grad_losses, float *grad_log_probs);
/// As `pt_ctc_backward_f32`, on float64.
void pt_ctc_backward_f64(const struct pt_ctc *p, bool zero_infinity, const double *log_probs,
                         const double *log_alpha, const double *grad_losses, double *grad_log_probs);

#endif
