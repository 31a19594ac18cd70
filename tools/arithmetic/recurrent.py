"""Recurrent cells, two affine maps, then gates; and layers of them, all of whose inputs one affine map takes."""

import numpy as np

from . import functions, shapes, tables
from .products import linear
from .tape import Value, record


def _start(input, hx, weight_hh):
    return Value(np.zeros(input.shape[:-1] + weight_hh.shape[1:], input.dtype)) if hx is None else hx


def rnn_cell(input, weight_ih, weight_hh, hx=None, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    gi = linear(input, weight_ih, bias_ih)
    return rnn_step(gi, _start(input, hx, weight_hh), weight_hh, bias_hh, nonlinearity)


def rnn_step(gi, hx, weight_hh, bias_hh, nonlinearity="tanh"):
    gh = linear(hx, weight_hh, bias_hh)
    total = gi.data + gh.data
    if nonlinearity == "tanh":
        y = tables.tanh(total)
        return record(y, (gi, gh), lambda g: (g * (1 - y * y),) * 2)
    y = np.where(total < 0, total.dtype.type(0), total)
    return record(y, (gi, gh), lambda g: (np.where(y <= 0, g.dtype.type(0), g),) * 2)


def gru_cell(input, weight_ih, weight_hh, hx=None, bias_ih=None, bias_hh=None):
    return gru_step(linear(input, weight_ih, bias_ih), _start(input, hx, weight_hh), weight_hh, bias_hh)


def gru_step(gi, h, weight_hh, bias_hh):
    gh = linear(h, weight_hh, bias_hh)
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


def layers(step, input, weights, h0=None):
    """The last states of every layer; input is (steps, N, features), weights are those of each layer by name."""
    start = [None] * len(weights) if h0 is None else shapes.unbind(h0)
    sequence, last = input, []
    for layer, state in zip(weights, start):
        projected = linear(sequence, layer["weight_ih"], layer["bias_ih"])
        states = []
        for gi, x in zip(shapes.unbind(projected), sequence.data):
            state = _start(Value(x), state, layer["weight_hh"])
            state = step(gi, state, layer["weight_hh"], layer["bias_hh"])
            states.append(state)
        sequence = shapes.stack(states)
        last.append(state)
    return last
