"""Convolutions: the three products of input, weight and output. A signal is an image of height 1."""

import numpy as np

from .fused import fma
from .reductions import lane_sum
from .tape import record

DEPTH, RUN, LEAST_STRETCH, STRETCH_ELEMENTS = 256, 256, 8, 2048


class Geometry:
    """Sizes: x (n, in, ih, iw), w (out, in / groups, kh, kw), y (n, out, oh, ow)."""

    def __init__(self, size, kernel, out, stride, pad, dilation, groups):
        self.size, self.kernel, self.out = size, kernel, out
        self.stride, self.pad, self.dilation, self.groups = stride, pad, dilation, groups

    def taps(self):
        return [(kh, kw) for kh in range(self.kernel[0]) for kw in range(self.kernel[1])]

    def padded(self, x):
        """x with zeros wherever an output reads beyond it."""
        ends = [(o - 1) * s - p + (k - 1) * d + 1
                for o, s, p, k, d in zip(self.out, self.stride, self.pad, self.kernel, self.dilation)]
        widths = [(0, 0), (0, 0)] + [(p, max(0, end - n)) for p, end, n in zip(self.pad, ends, self.size)]
        return np.pad(x, widths)

    def read(self, padded, kh, kw):
        """What all outputs meet at a tap, (n, in, oh, ow)."""
        rows = kh * self.dilation[0] + np.arange(self.out[0]) * self.stride[0]
        columns = kw * self.dilation[1] + np.arange(self.out[1]) * self.stride[1]
        return padded[:, :, rows][:, :, :, columns]


def _blocks(channels, taps):
    size = max(1, min(channels, DEPTH // max(taps, 1)))
    return [range(first, min(first + size, channels)) for first in range(0, channels, size)] or [range(0)]


def forward(g, x, w, bias):
    """One chain of fma a block of channels; the first starts from the bias, the others' ends are added."""
    n, per_in, per_out = len(x), w.shape[1], w.shape[0] // g.groups
    padded = g.padded(x)
    y = np.zeros((n, w.shape[0]) + tuple(g.out), x.dtype)
    if bias is not None:
        y = np.broadcast_to(bias.reshape(1, -1, 1, 1), y.shape).copy()
    reads = {tap: g.read(padded, *tap) for tap in g.taps()}
    for group in range(g.groups):
        out = slice(group * per_out, (group + 1) * per_out)
        for number, block in enumerate(_blocks(per_in, len(g.taps()))):
            chain = y[:, out] if number == 0 else np.zeros_like(y[:, out])
            for channel in block:
                for kh, kw in g.taps():
                    factor = w[out, channel, kh, kw].reshape(1, -1, 1, 1)
                    chain = fma(factor, reads[kh, kw][:, None, group * per_in + channel], chain)
            y[:, out] = chain if number == 0 else y[:, out] + chain
    return y


def by_input(g, dy, w, bias):
    """Each input element's chain over output channels and the taps that can reach it, which the strides decide."""
    n, per_in, per_out = len(dy), w.shape[1], w.shape[0] // g.groups
    x = np.zeros((n, per_in * g.groups) + tuple(g.size), dy.dtype)
    phases = {}
    for ih in range(g.size[0]):
        for iw in range(g.size[1]):
            taps = tuple((kh, kw) for kh, kw in g.taps()
                         if (ih + g.pad[0] - kh * g.dilation[0]) % g.stride[0] == 0
                         and (iw + g.pad[1] - kw * g.dilation[1]) % g.stride[1] == 0)
            phases.setdefault(taps, []).append((ih, iw))
    blocks = _blocks(per_out, max(map(len, phases)))
    for taps, places in phases.items():
        rows, columns = np.array(places).T
        for group in range(g.groups):
            channels = slice(group * per_in, (group + 1) * per_in)
            total = np.zeros((n, per_in, len(places)), dy.dtype)
            if bias is not None:
                total = np.broadcast_to(bias[channels].reshape(1, -1, 1), total.shape).copy()
            for number, block in enumerate(blocks):
                chain = total if number == 0 else np.zeros_like(total)
                for o in block:
                    for kh, kw in taps:
                        met = _met(g, dy[:, group * per_out + o], rows, columns, kh, kw)
                        chain = fma(w[group * per_out + o, :, kh, kw].reshape(1, -1, 1), met[:, None], chain)
                total = chain if number == 0 else total + chain
            x[:, channels, rows, columns] = total
    return x


def _met(g, dy, rows, columns, kh, kw):
    """The output elements that input elements meet at a tap; zeros beyond the output."""
    oh = (rows + g.pad[0] - kh * g.dilation[0]) // g.stride[0]
    ow = (columns + g.pad[1] - kw * g.dilation[1]) // g.stride[1]
    inside = (oh >= 0) & (oh < g.out[0]) & (ow >= 0) & (ow < g.out[1])
    return np.where(inside, dy[:, np.where(inside, oh, 0), np.where(inside, ow, 0)], dy.dtype.type(0))


def by_weight(g, x, dy, shape):
    """Chains over runs of 256 positions, runs added in stretches, stretches added."""
    per_out, per_in = shape[0] // g.groups, shape[1]
    result = np.zeros(shape, x.dtype)
    positions = g.out[0] * g.out[1]
    if len(x) == 0 or positions == 0:
        return result
    padded = g.padded(x)
    stretch = max(-(-per_out * per_in * len(g.taps()) // STRETCH_ELEMENTS), LEAST_STRETCH)
    for kh, kw in g.taps():
        read = g.read(padded, kh, kw).reshape(len(x), -1, positions)
        for group in range(g.groups):
            out = slice(group * per_out, (group + 1) * per_out)
            upstream = dy.reshape(len(x), -1, positions)[:, out]
            inputs = read[:, group * per_in:(group + 1) * per_in]
            runs = []
            for image in range(len(x)):
                for begin in range(0, positions, RUN):
                    chain = np.zeros((per_out, per_in), x.dtype)
                    for p in range(begin, min(begin + RUN, positions)):
                        chain = fma(upstream[image, :, None, p], inputs[image, None, :, p], chain)
                    runs.append(chain)
            sums = [_added(runs[first:first + stretch]) for first in range(0, len(runs), stretch)]
            result[out, :, kh, kw] = _added(sums)
    return result


def _added(terms):
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def channel_sums(dy):
    """The gradient of a bias: rows by lanes in double, added in the order of the batch."""
    rows = dy.reshape(dy.shape[:2] + (dy.shape[2] * dy.shape[3],)).astype(np.float64)
    total = np.zeros(dy.shape[1])
    for image in rows:
        total = total + (image[:, 0] if rows.shape[2] == 1 else lane_sum(image))
    return total.astype(dy.dtype)


def _both(value, dimensions, default):
    values = [value] if isinstance(value, int) else list(value)
    return [default] + values[:1] if dimensions == 1 else (values * 2)[:2]


class _Arranged:
    """A convolution's operands as images with a batch."""

    def __init__(self, input, weight, dimensions):
        self.dimensions = dimensions
        self.x, self.w = self.images(input.data), weight.data
        if dimensions == 1:
            self.w = self.w[:, :, None]

    def images(self, x):
        x = x if x.ndim == self.dimensions + 2 else x[None]
        return x[:, :, None] if self.dimensions == 1 else x

    def like(self, found, shape_of):
        """An array of images in the form of an operand or result."""
        found = found[:, :, 0] if self.dimensions == 1 else found
        return found if shape_of.ndim == self.dimensions + 2 else found[0]


def conv(input, weight, bias, dimensions, stride=1, padding=0, dilation=1, groups=1):
    a = _Arranged(input, weight, dimensions)
    kernel, size = a.w.shape[2:], a.x.shape[2:]
    stride, dilation = _both(stride, dimensions, 1), _both(dilation, dimensions, 1)
    extent = [d * (k - 1) for d, k in zip(dilation, kernel)]
    if padding == "same":
        pad, total = [e // 2 for e in extent], extent
    else:
        pad = [0, 0] if padding == "valid" else _both(padding, dimensions, 0)
        total = [2 * p for p in pad]
    out = [(n + t - e - 1) // s + 1 for n, t, e, s in zip(size, total, extent, stride)]
    g = Geometry(size, kernel, out, stride, pad, dilation, groups)
    y = forward(g, a.x, a.w, None if bias is None else bias.data)

    def slopes(upstream):
        dy = a.images(upstream)
        dx = by_input(g, dy, a.w, None) if input.is_recorded else None
        return (None if dx is None else a.like(dx, input.data),
                by_weight(g, a.x, dy, a.w.shape).reshape(weight.shape), channel_sums(dy))

    return record(a.like(y, input.data), (input, weight, bias), slopes)


def conv_transpose(input, weight, bias, dimensions, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """The gradient of the convolution whose output the input is."""
    a = _Arranged(input, weight, dimensions)
    kernel, out = a.w.shape[2:], a.x.shape[2:]
    stride, dilation = _both(stride, dimensions, 1), _both(dilation, dimensions, 1)
    pad, more = _both(padding, dimensions, 0), _both(output_padding, dimensions, 0)
    size = [(o - 1) * s - 2 * p + d * (k - 1) + m + 1
            for o, s, p, d, k, m in zip(out, stride, pad, dilation, kernel, more)]
    g = Geometry(size, kernel, out, stride, pad, dilation, groups)
    y = by_input(g, a.x, a.w, None if bias is None else bias.data)

    def slopes(upstream):
        dx = a.images(upstream)
        return (a.like(forward(g, dx, a.w, None), input.data),
                by_weight(g, dx, a.x, a.w.shape).reshape(weight.shape), channel_sums(dx))

    return record(a.like(y, input.data), (input, weight, bias), slopes)
