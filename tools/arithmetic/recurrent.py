"""Recurrent cells: two affine maps, then gates."""

import numpy as np

from . import functions, tables
from .products import linear
from .tape import Value, record


def _start(input, hx, weight_hh):
    return Value(np.zeros(input.shape[:-1] + weight_hh.shape[1:], input.dtype)) if hx is None else hx


def rnn_cell(input, weight_ih, weight_hh, hx=None, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    hx = _start(input, hx, weight_hh)
    gi, gh = linear(input, weight_ih, bias_ih), linear(hx, weight_hh, bias_hh)
    total = gi.data + gh.data
    if nonlinearity == "tanh":
        y = tables.tanh(total)
        return record(y, (gi, gh), lambda g: (g * (1 - y * y),) * 2)
    y = np.where(total < 0, total.dtype.type(0), total)
    return record(y, (gi, gh), lambda g: (np.where(y <= 0, g.dtype.type(0), g),) * 2)


def gru_cell(input, weight_ih, weight_hh, hx=None, bias_ih=None, bias_hh=None):
    h = _start(input, hx, weight_hh)
    gi, gh = linear(input, weight_ih, bias_ih), linear(h, weight_hh, bias_hh)
    (i_r, i_z, i_n), (h_r, h_z, h_n) = (np.split(x.data, 3, axis=-1) for x in (gi, gh))
    r, z = functions.sigmoid(i_r + h_r), functions.sigmoid(i_z + h_z)
    n = tables.tanh(i_n + r * h_n)
    y = n + z * (h.data - n)

    def slopes(g):
        by_z = g * (h.data - n) * (1 - z) * z
        by_n = g * (1 - z) * (1 - n * n)
        by_r = by_n * h_n * (1 - r) * r
        return (np.concatenate([by_r, by_z, by_n], axis=-1), np.concatenate([by_r, by_z, by_n * r], axis=-1), g * z)

    return record(y, (gi, gh, h), slopes)
