// Max and mean pooling over planes, and dropout from a given mask; forward and backward.
#ifndef PT_POOLING_H
#define PT_POOLING_H

#include <stdbool.h>
#include <stdint.h>

/// A pooling: planes of in_height × in_width become planes of out_height × out_width. 1-D pooling has height 1
/// (kernel, stride and dilation 1, padding 0). A plane has fewer than 2³¹ elements.
struct pt_pool_shape {
  int64_t planes;
  int64_t in_height, in_width;
  int64_t out_height, out_width;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t pad_height, pad_width;
  int64_t dilation_height, dilation_width;
};

/// Maximum of each window, and its place in the input's plane.
///
/// Among equals the first wins, as in PyTorch; a NaN wins over everything, and the last of several. A window
/// without any element is -∞ with the index -1. indices, [planes, out_height, out_width], may be NULL.
void pt_max_pool2d_f32(const struct pt_pool_shape *s, const float *x, float *y, int32_t *indices);
/// As `pt_max_pool2d_f32`, on float64.
void pt_max_pool2d_f64(const struct pt_pool_shape *s, const double *x, double *y, int32_t *indices);

/// Gradient of the max pooling: every output's gradient is added to the element that it came from.
void pt_max_pool2d_backward_f32(const struct pt_pool_shape *s, const int32_t *indices, const float *grad_output,
                                float *grad_input);
/// As `pt_max_pool2d_backward_f32`, on float64.
void pt_max_pool2d_backward_f64(const struct pt_pool_shape *s, const int32_t *indices, const double *grad_output,
                                double *grad_input);

/// Mean of each window (the dilation is not used), summed in double, by row and then by column.
///
/// The divisor is the window's size where it overlaps the padded plane when count_include_pad, else the number of
/// elements in it. A window beyond the plane is 0.
void pt_avg_pool2d_f32(const struct pt_pool_shape *s, bool count_include_pad, const float *x, float *y);
/// As `pt_avg_pool2d_f32`, on float64.
void pt_avg_pool2d_f64(const struct pt_pool_shape *s, bool count_include_pad, const double *x, double *y);

/// Gradient of the mean pooling: every output's gradient, over its divisor, is added to each element of its window.
void pt_avg_pool2d_backward_f32(const struct pt_pool_shape *s, bool count_include_pad, const float *grad_output,
                                float *grad_input);
/// As `pt_avg_pool2d_backward_f32`, on float64.
void pt_avg_pool2d_backward_f64(const struct pt_pool_shape *s, bool count_include_pad, const double *grad_output,
                                double *grad_input);

/// Dropout from a mask, and its gradient: `y[o, i] = x[o, i] · (mask[o] · scale)` over [outer, inner].
///
/// mask holds 1 for what is kept. inner is 1 for single elements, a channel's size for channels. scale is
/// 1 / (1 - p), and 0 for p = 1. y may be x.
void pt_dropout_f32(int64_t outer, int64_t inner, double scale, const float *x, const uint8_t *mask, float *y);
/// As `pt_dropout_f32`, on float64.
void pt_dropout_f64(int64_t outer, int64_t inner, double scale, const double *x, const uint8_t *mask, double *y);

#endif
