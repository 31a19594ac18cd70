// Two-dimensional convolutions and their gradients; one-dimensional ones have height 1.
#ifndef PT_CONV_H
#define PT_CONV_H

#include <stdbool.h>
#include <stdint.h>

/// The sizes of a convolution. Tensors are contiguous: input (batch, in_channels, in_height, in_width),
/// weight (out_channels, in_channels / groups, kernel_height, kernel_width), output (batch, out_channels,
/// out_height, out_width). Output (oh, ow) meets the kernel's (kh, kw) at the input's (oh * stride_height -
/// pad_top + kh * dilation_height, ow * stride_width - pad_left + kw * dilation_width), where everything
/// outside the input is +0: the padding below and on the right follows from the output's size. `groups`
/// divides both channel counts; strides, dilations and kernel sizes are positive.
struct pt_conv_shape {
  int64_t batch, in_channels, in_height, in_width;
  int64_t out_channels, kernel_height, kernel_width;
  int64_t stride_height, stride_width, pad_top, pad_left, dilation_height, dilation_width;
  int64_t groups, out_height, out_width;
};

/// output = convolution of input and weight, plus one bias for each output channel unless it is NULL.
///
/// Arithmetic: the group's input channels are cut into blocks of max(1, floor(256 / (kernel_height *
/// kernel_width))). Each block gives an element one chain of fma(weight, input, sum) over its channels, kh
/// and kw in ascending order (kw fastest); the first block's chain starts from the bias or +0, the others'
/// from +0, and are added to what came before in order. Taps in the padding are products with +0. False,
/// with the output undefined, when there is no memory for scratch space.
bool pt_conv2d_f32(const struct pt_conv_shape *shape, const float *input, const float *weight,
                   const float *bias, float *output);

/// `pt_conv2d_f32` for double.
bool pt_conv2d_f64(const struct pt_conv_shape *shape, const double *input, const double *weight,
                   const double *bias, double *output);

/// grad_input = the convolution's gradient with respect to its input, which is also the transposed
/// convolution of grad_output; then `bias`, unless it is NULL, has one element for each *input* channel.
///
/// Arithmetic: an element's taps are those (kh, kw) for which the strides divide ih + pad_top - kh *
/// dilation_height and iw + pad_left - kw * dilation_width; where a quotient lies outside grad_output, the
/// product is with +0. With T the most taps that any element has, the group's output channels are cut into
/// blocks of max(1, floor(256 / T)), and summed as `pt_conv2d_f32` sums: fma(weight, grad_output, sum) over a
/// block's output channels, kh and kw in ascending order. False as for `pt_conv2d_f32`.
bool pt_conv2d_grad_input_f32(const struct pt_conv_shape *shape, const float *grad_output,
                              const float *weight, const float *bias, float *grad_input);

/// `pt_conv2d_grad_input_f32` for double.
bool pt_conv2d_grad_input_f64(const struct pt_conv_shape *shape, const double *grad_output,
                              const double *weight, const double *bias, double *grad_input);

/// grad_weight = the convolution's gradient with respect to its weight.
///
/// Arithmetic: the output positions (oh, ow) of each image are cut, in row-major order, into runs of 256, the
/// last one shorter. A run's sum is one chain of fma(grad_output, input, sum) in ascending order from +0,
/// padding being +0. Runs are numbered through the batch and gathered in stretches of max(8, ceil(E / 2048)),
/// E = out_channels / groups * in_channels / groups * kernel_height * kernel_width. The sums of
/// a stretch's runs are added in order, and then so are the stretches'. False as for `pt_conv2d_f32`.
bool pt_conv2d_grad_weight_f32(const struct pt_conv_shape *shape, const float *input,
                               const float *grad_output, float *grad_weight);

/// `pt_conv2d_grad_weight_f32` for double.
bool pt_conv2d_grad_weight_f64(const struct pt_conv_shape *shape, const double *input,
                               const double *grad_output, double *grad_weight);

/// out (channels) = the sum of x (batch, channels, inner) over batch and inner: the gradient of a bias.
///
/// Arithmetic, in double for both types: in each row of `inner` elements lane l of 16 adds the elements whose
/// index is l modulo 16, in order, from +0; lanes are combined as l[i] += l[i + 8], then 4, 2, 1; rows are
/// added in the order of the batch from +0; the total is rounded once.
void pt_channel_sum_f32(int64_t batch, int64_t channels, int64_t inner, const float *x, float *out);

/// `pt_channel_sum_f32` for double.
void pt_channel_sum_f64(int64_t batch, int64_t channels, int64_t inner, const double *x, double *out);

#endif
