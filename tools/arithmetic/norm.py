"""Batch normalisation and dropout."""

import numpy as np

from .reductions import column_dot, column_pairs, column_squares, row_dot, row_squares, row_sum
from .tape import record


def _wide(values, missing, channels):
    return np.full(channels, np.float64(missing)) if values is None else values.data.astype(np.float64)


class Channels:
    """x as (batch, channels, inner), and the sums over all but the channels, in double."""

    def __init__(self, x):
        self.x = x.reshape(x.shape[0], x.shape[1], -1)
        self.count = np.float64(self.x.shape[0] * self.x.shape[2])

    def _over_batch(self, rows):
        total = np.zeros(self.x.shape[1])
        for row in rows:
            total = total + row
        return total

    def _strips(self, function, *operands):
        """A sum over the batch alone: groups of columns are added to zero."""
        return np.zeros(self.x.shape[1]) + function(*operands)

    def total(self, y):
        y = y.reshape(self.x.shape)
        if y.shape[2] == 1:
            return self._strips(column_pairs, y[..., 0])
        return self._over_batch(row_sum(y))

    def statistics(self):
        """The mean and Σ (x - mean)²."""
        x, inner = self.x, np.float64(self.x.shape[2])
        if x.shape[2] == 1:
            mean = self.total(x) / self.count
            return mean, self._strips(column_squares, x[..., 0], mean)
        sums = row_sum(x)
        mean = self._over_batch(sums) / self.count
        squares = row_squares(x, sums / inner)
        distance = sums / inner - mean
        return mean, self._over_batch(squares + inner * (distance * distance))

    def dot(self, mean, y):
        """Σ (x - mean) y."""
        y = y.reshape(self.x.shape)
        if y.shape[2] == 1:
            return self._strips(column_dot, self.x[..., 0], mean, y[..., 0])
        return self._over_batch(row_dot(self.x, np.broadcast_to(mean, self.x.shape[:2]), y))


def batch_norm(input, running_mean=None, running_var=None, weight=None, bias=None, training=False, momentum=0.1,
               eps=1e-5):
    """The output, and the running statistics afterwards."""
    x, dtype = input.data, input.dtype
    if x.size == 0:
        return _affine(input, weight, bias), running_mean and running_mean.data, running_var and running_var.data
    channels = Channels(x)
    number = x.shape[1]
    moved = [running_mean and running_mean.data, running_var and running_var.data]
    if training:
        mean, squares = channels.statistics()
        inverse = 1 / np.sqrt(squares / channels.count + np.float64(eps))
        batch = (mean, squares / (channels.count - 1))
        share = np.float64(momentum)
        moved = [old if old is None else ((1 - share) * old.astype(np.float64) + share * new).astype(dtype)
                 for old, new in zip(moved, batch)]
    else:
        mean = moved[0].astype(np.float64)
        inverse = 1 / np.sqrt(moved[1].astype(np.float64) + np.float64(eps))
    scale, shift = inverse * _wide(weight, 1, number), _wide(bias, 0, number)

    def column(values):
        return values.reshape(1, number, 1)

    y = ((channels.x - column(mean)) * column(scale) + column(shift)).astype(dtype).reshape(x.shape)

    def slopes(g):
        total, dot = channels.total(g), channels.dot(mean, g)
        upstream = g.reshape(channels.x.shape).astype(np.float64)
        if training:
            slope = dot / channels.count * inverse * inverse
            upstream = (upstream - column(total / channels.count)) - (channels.x - column(mean)) * column(slope)
        found = (upstream * column(scale)).astype(dtype).reshape(x.shape)
        return found, (dot * inverse).astype(dtype), total.astype(dtype)

    return record(y, (input, weight, bias), slopes), moved[0], moved[1]


def _affine(input, weight, bias):
    """Of an empty input."""
    inputs = (input, weight, bias)
    return record(input.data, inputs, lambda g: [
        value and np.zeros(value.shape, input.dtype) for value in inputs])


def dropout(input, mask, p=0.5, training=True):
    if not training:
        return input
    scale = input.dtype.type(0 if p == 1 else 1 / (1 - np.float64(p)))
    mask = mask.data.reshape(mask.shape + (1,) * (input.data.ndim - mask.data.ndim))
    factor = mask.astype(input.dtype) * scale
    return record(input.data * factor, (input,), lambda g: (g * factor,))
