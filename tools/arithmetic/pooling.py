"""Windows over planes: a signal is an image of height 1."""

import numpy as np

from .tape import record


class Windows:
    """The geometry of a pooling."""

    def __init__(self, x, dimensions, kernel, stride, padding, dilation, ceil_mode):
        def both(value, default):
            values = [value] if isinstance(value, int) else list(value)
            return ([default] + values[:1]) if dimensions == 1 else (values * 2)[:2]

        self.kernel, self.stride = both(kernel, 1), both(kernel if stride is None else stride, 1)
        self.padding, self.dilation = both(padding, 0), both(dilation, 1)
        self.size = ([1] + [x.shape[-1]]) if dimensions == 1 else list(x.shape[-2:])
        self.out = [self._length(axis, ceil_mode) for axis in (0, 1)]
        self.planes = x.reshape([-1] + self.size)
        self.shape = x.shape[:x.ndim - dimensions] + tuple(self.out[2 - dimensions:])

    def _length(self, axis, ceil_mode):
        size, kernel, stride = self.size[axis], self.kernel[axis], self.stride[axis]
        padding, dilation = self.padding[axis], self.dilation[axis]
        slack = size + 2 * padding - dilation * (kernel - 1) - 1 + (stride - 1 if ceil_mode else 0)
        count = slack // stride + 1
        return count - 1 if ceil_mode and (count - 1) * stride >= size + padding else count

    def places(self, i, j):
        """The elements of the window of an output, by row and then by column."""
        for kh in range(self.kernel[0]):
            row = i * self.stride[0] - self.padding[0] + kh * self.dilation[0]
            for kw in range(self.kernel[1]):
                column = j * self.stride[1] - self.padding[1] + kw * self.dilation[1]
                if 0 <= row < self.size[0] and 0 <= column < self.size[1]:
                    yield row, column

    def outputs(self):
        return ((i, j) for i in range(self.out[0]) for j in range(self.out[1]))

    def divisor(self, i, j, with_padding):
        return np.float64(self._counted(0, i, with_padding) * self._counted(1, j, with_padding))

    def _counted(self, axis, index, with_padding):
        start = index * self.stride[axis] - self.padding[axis]
        padded_end = min(start + self.kernel[axis], self.size[axis] + self.padding[axis])
        first, end = max(start, 0), min(padded_end, self.size[axis])
        if first >= end:
            return 0
        return padded_end - start if with_padding else end - first


def max_pool(input, dimensions, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Of equals the first wins; a NaN wins over everything, the last of several."""
    w = Windows(input.data, dimensions, kernel_size, stride, padding, dilation, ceil_mode)
    count = len(w.planes)
    y = np.full([count] + w.out, -np.inf, input.dtype)
    places = np.full([count] + w.out, -1)
    for i, j in w.outputs():
        for row, column in w.places(i, j):
            x = w.planes[:, row, column]
            wins = (x > y[:, i, j]) | (x != x) | (places[:, i, j] < 0)
            y[:, i, j] = np.where(wins, x, y[:, i, j])
            places[:, i, j] = np.where(wins, row * w.size[1] + column, places[:, i, j])

    def scatter(g):
        g = g.reshape(y.shape)
        result = np.zeros((count, w.size[0] * w.size[1]), g.dtype)
        for i, j in w.outputs():
            for plane in range(count):
                if places[plane, i, j] >= 0:
                    result[plane, places[plane, i, j]] += g[plane, i, j]
        return (result.reshape(input.shape),)

    return record(y.reshape(w.shape), (input,), scatter)


def avg_pool(input, dimensions, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Sums in double, then one division; gradients in the type itself, by row of outputs, then by kernel column."""
    dtype = input.dtype
    w = Windows(input.data, dimensions, kernel_size, stride, padding, 1, ceil_mode)
    y = np.zeros([len(w.planes)] + w.out, dtype)
    for i, j in w.outputs():
        total = np.zeros(len(w.planes))
        for row, column in w.places(i, j):
            total = total + w.planes[:, row, column].astype(np.float64)
        count = w.divisor(i, j, count_include_pad)
        if count > 0:
            y[:, i, j] = (total / count).astype(dtype)

    def spread(g):
        g = g.reshape(y.shape).astype(np.float64)
        result = np.zeros(w.planes.shape, dtype)
        for i in range(w.out[0]):
            for j in reversed(range(w.out[1])):
                for row, column in w.places(i, j):
                    share = (g[:, i, j] / w.divisor(i, j, count_include_pad)).astype(dtype)
                    result[:, row, column] += share
        return (result.reshape(input.shape),)

    return record(y.reshape(w.shape), (input,), spread)
