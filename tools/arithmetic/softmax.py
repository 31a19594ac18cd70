"""Softmax and its logarithm over one dimension."""

import numpy as np

from . import functions
from .reductions import block_sum, lane_maximum, lane_sum
from .tape import record


def statistics(x):
    """The maximum, the exponentials, and their sum in double, of x (outer, n, inner) over the middle."""
    if x.shape[2] == 1:
        rows = x[..., 0]
        top = lane_maximum(rows, 16 if rows.shape[1] < 128 else 64, sees_nan=False)
        terms = functions.exp_weight(rows - top[:, None])
        return top[:, None], terms[..., None], lane_sum(terms.astype(np.float64))[:, None]
    top = np.full((x.shape[0], x.shape[2]), -np.inf, x.dtype)
    for k in range(x.shape[1]):
        top = np.where(x[:, k] > top, x[:, k], top)
    terms = functions.exp_weight(x - top[:, None])
    total = np.zeros(top.shape)
    for k in range(x.shape[1]):
        total = total + terms[:, k].astype(np.float64)
    return top, terms, total


def arranged(x, dim):
    """x as (outer, n, inner) around a dimension."""
    if x.ndim == 0:
        return x.reshape(1, 1, 1)
    dim %= x.ndim
    sizes = [int(np.prod(part, dtype=int)) for part in (x.shape[:dim], x.shape[dim:dim + 1], x.shape[dim + 1:])]
    return x.reshape(sizes)


def softmax(input, dim):
    """exp(x - max) times the reciprocal of the sum."""
    x = arranged(input.data, dim)
    terms, total = statistics(x)[1:]
    y = terms * (1 / total).astype(x.dtype)[:, None]
    return record(y.reshape(input.shape), (input,), lambda g: (
        gradient(y, arranged(g, dim)).reshape(input.shape),))


def gradient(y, g):
    """y (g - Σ y g), in double."""
    wide_y, wide_g = y.astype(np.float64), g.astype(np.float64)
    return (wide_y * (wide_g - _sum(wide_y * wide_g)[:, None])).astype(y.dtype)


def _sum(terms):
    """Σ of double terms over the middle: rows by lanes, columns in order."""
    if terms.shape[2] == 1:
        return lane_sum(terms[..., 0])[:, None]
    total = np.zeros((terms.shape[0], terms.shape[2]))
    for k in range(terms.shape[1]):
        total = total + terms[:, k]
    return total


def log_softmax(input, dim):
    """(x - max) - log Σ."""
    x = arranged(input.data, dim)
    top, _, total = statistics(x)
    y = (x - top[:, None]) - functions.log_f64(total).astype(x.dtype)[:, None]

    def slope(g):
        g = arranged(g, dim)
        total = block_sum(g[..., 0])[:, None] if g.shape[2] == 1 else _sum(g.astype(np.float64))
        weights = functions.exp_weight(y).astype(np.float64)
        return ((g.astype(np.float64) - weights * total[:, None]).astype(x.dtype).reshape(input.shape),)

    return record(y.reshape(input.shape), (input,), slope)
