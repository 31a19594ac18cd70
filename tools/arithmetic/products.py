"""Products of matrices: every element is one chain of fused multiply-adds in ascending k."""

import numpy as np

from . import shapes
from .elementwise import collect
from .fused import fma
from .reductions import sum_over
from .tape import record


def product(a, b, start=None):
    """a (..., m, k) times b (..., k, n), the batches broadcast, from +0 or from `start`."""
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    c = np.zeros(batch + (a.shape[-2], b.shape[-1]), a.dtype)
    if start is not None:
        c = np.broadcast_to(start, c.shape).copy()
    for p in range(a.shape[-1]):
        c = fma(a[..., :, p, None], b[..., None, p, :], c)
    return c


def _flip(x):
    return np.swapaxes(x, -1, -2)


def _times(a, b):
    """torch.matmul of arrays."""
    if a.ndim == 1:
        found = _times(a[None], b)
        return found[0] if b.ndim == 1 else found[..., 0, :]
    return product(a, b[:, None])[..., 0] if b.ndim == 1 else product(a, b)


def matmul(input, other):
    a, b = input.data, other.data
    if a.ndim == 1:
        rows = matmul(shapes.unsqueeze(input, 0), other)
        return shapes.squeeze(rows, 0 if b.ndim == 1 else -2)
    if b.ndim == 1:
        return shapes.squeeze(matmul(input, shapes.unsqueeze(other, 1)), -1)
    if a.ndim > 2 and b.ndim == 2:
        count = int(np.prod(a.shape[:-1], dtype=int))
        rows = matmul(shapes.reshape(input, (count, a.shape[-1])), other)
        return shapes.reshape(rows, a.shape[:-1] + (b.shape[1],))
    return record(product(a, b), (input, other), lambda g: (
        collect(product(g, _flip(b)), input) if input.is_recorded else None,
        collect(product(_flip(a), g), other) if other.is_recorded else None))


def linear(input, weight, bias=None):
    """The chain starts from the bias."""
    x, w = input.data, weight.data
    if w.ndim == 1:
        return matmul(input, weight)
    count = int(np.prod(x.shape[:-1], dtype=int))
    rows = x.reshape(count, x.shape[-1])
    y = product(rows, w.T, None if bias is None else bias.data).reshape(x.shape[:-1] + (w.shape[0],))

    def slopes(g):
        upstream = g.reshape(count, w.shape[0])
        return _times(g, w), product(upstream.T, rows), sum_over(upstream, [0], keepdim=False)

    return record(y, (input, weight, bias), slopes)
