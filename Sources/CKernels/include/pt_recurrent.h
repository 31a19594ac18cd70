// The elementwise part of recurrent cells: gates of a GRU and the nonlinearity of a plain RNN.
#ifndef PT_RECURRENT_H
#define PT_RECURRENT_H

#include <stdint.h>

/// A GRU cell's new hidden state from its projections, gates in PyTorch's order r, z, n.
///
/// - gi: `x W_ihᵀ + b_ih`, gh: `h W_hhᵀ + b_hh`, both [batch, 3·hidden]; hx: h, [batch, hidden].
/// - y: [batch, hidden]: `r = σ(gi_r + gh_r)`, `z = σ(gi_z + gh_z)`, `n = tanh(gi_n + r · gh_n)`,
///   `y = n + z · (h - n)`.
/// - gates: [batch, 3·hidden], r, z and n saved for backward; may be NULL.
void pt_gru_gates_f32(int64_t batch, int64_t hidden, const float *gi, const float *gh, const float *hx, float *y,
                      float *gates);
/// As `pt_gru_gates_f32`, on float64.
void pt_gru_gates_f64(int64_t batch, int64_t hidden, const double *gi, const double *gh, const double *hx,
                      double *y, double *gates);

/// Gradients of `pt_gru_gates_f32` by gi, gh and hx. That by hx is of the blend alone (`grad_output · z`); what
/// flows through gh comes from the product's own backward.
void pt_gru_gates_backward_f32(int64_t batch, int64_t hidden, const float *gh, const float *hx, const float *gates,
                               const float *grad_output, float *grad_gi, float *grad_gh, float *grad_hx);
/// As `pt_gru_gates_backward_f32`, on float64.
void pt_gru_gates_backward_f64(int64_t batch, int64_t hidden, const double *gh, const double *hx,
                               const double *gates, const double *grad_output, double *grad_gi, double *grad_gh,
                               double *grad_hx);

/// The nonlinearity of a plain recurrent cell.
enum pt_rnn_nonlinearity {
  PT_RNN_TANH = 0,
  PT_RNN_RELU = 1,
};

/// A plain recurrent cell's new hidden state from its projections: `y = f(gi + gh)` over n elements.
void pt_rnn_gates_f32(enum pt_rnn_nonlinearity f, int64_t n, const float *gi, const float *gh, float *y);
/// As `pt_rnn_gates_f32`, on float64.
void pt_rnn_gates_f64(enum pt_rnn_nonlinearity f, int64_t n, const double *gi, const double *gh, double *y);

/// Gradient of `pt_rnn_gates_f32` by gi, which is also that by gh, from its output.
void pt_rnn_gates_backward_f32(enum pt_rnn_nonlinearity f, int64_t n, const float *y, const float *grad_output,
                               float *grad_gates);
/// As `pt_rnn_gates_backward_f32`, on float64.
void pt_rnn_gates_backward_f64(enum pt_rnn_nonlinearity f, int64_t n, const double *y, const double *grad_output,
                               double *grad_gates);

#endif
