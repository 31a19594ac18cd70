"""Squared error and cross entropy."""

import numpy as np

from . import functions, shapes
from .elementwise import WIDTHS
from .reductions import mean_over, sum_over
from .softmax import statistics
from .tape import record


def _cast(value, dtype):
    if value.dtype == dtype:
        return value
    return record(value.data.astype(dtype), (value,), lambda g: (g.astype(value.dtype),))


def mse_loss(input, target, reduction="mean"):
    dtype = max(input.dtype, target.dtype, key=WIDTHS.get)
    shape = np.broadcast_shapes(input.shape, target.shape)
    a, b = _expanded(_cast(input, dtype), shape), _expanded(_cast(target, dtype), shape)
    difference = a.data - b.data
    errors = difference * difference
    y = errors if reduction == "none" else (mean_over if reduction == "mean" else sum_over)(errors, [], False)
    factor = 2 / np.float64(errors.size) if reduction == "mean" else np.float64(2)

    def slope(factor, g):
        if reduction == "none":
            return dtype.type(factor) * difference * g
        return (dtype.type(factor) * g) * difference

    return record(y, (a, b), lambda g: (slope(factor, g), slope(-factor, g)))


def _expanded(value, shape):
    return value if value.shape == shape else shapes.expand(value, shape)


def cross_entropy(input, target, weight=None, reduction="mean", ignore_index=-100, label_smoothing=0.0):
    has_probabilities = input.shape == target.shape
    dtype = max(input.dtype, target.dtype, key=WIDTHS.get) if has_probabilities else input.dtype
    input, target = _cast(input, dtype), _cast(target, dtype) if has_probabilities else target
    dim = min(1, input.data.ndim - 1)
    shape = input.shape[:dim] + input.shape[dim + 1:]
    sizes = (1 if dim == 0 else input.shape[0], input.shape[dim], int(np.prod(input.shape[dim + 1:], dtype=int)))
    problem = Entropy(input.data.reshape(sizes), weight, np.float64(label_smoothing))
    if has_probabilities:
        losses, divisor = problem.probability_losses(target.data.reshape(sizes)), np.float64(np.prod(shape, dtype=int))
    else:
        indices = target.data.reshape(sizes[0], sizes[2])
        losses, divisor = problem.index_losses(indices, ignore_index)
    losses = losses.reshape(shape)
    y = losses if reduction == "none" else sum_over(losses, [], False)
    if reduction == "mean":
        y = y / dtype.type(divisor)

    def slopes(g):
        g = g / dtype.type(divisor) if reduction == "mean" else g
        upstream = np.broadcast_to(g, shape).reshape(sizes[0], sizes[2])
        if has_probabilities:
            return [x.reshape(input.shape) for x in problem.probability_slopes(target.data.reshape(sizes), upstream)]
        return problem.index_slopes(indices, ignore_index, upstream).reshape(input.shape), None

    return record(y, (input, target if has_probabilities else None), slopes)


class Entropy:
    """Logits (batch, classes, inner) with their statistics; sums over the classes are in double, in order."""

    def __init__(self, x, weight, smoothing):
        self.x, self.dtype, self.smoothing = x, x.dtype, smoothing
        self.classes = x.shape[1]
        self.even = smoothing / np.float64(self.classes)
        self.weight = np.ones(self.classes) if weight is None else weight.data.astype(np.float64)
        top, _, total = statistics(x)
        self.top, self.log_sum = top, functions.log_f64(total)
        self.log_p = (x.astype(np.float64) - top.astype(np.float64)[:, None]) - self.log_sum[:, None]

    def _take(self, values, indices):
        return np.take_along_axis(values, indices[:, None], axis=1)[:, 0]

    def index_losses(self, indices, ignored):
        """The losses, and the sum of the weights of the targets that count."""
        counts = indices != ignored
        safe = np.where(counts, indices, 0)
        divisor = np.float64(0)
        for c in indices.ravel():
            divisor = divisor + self.weight[c] if c != ignored else divisor
        loss = -(1 - self.smoothing) * self.weight[safe] * self._take(self.log_p, safe)
        if self.smoothing != 0:
            smooth = np.zeros(indices.shape)
            for c in range(self.classes):
                smooth = smooth + self.weight[c] * self.log_p[:, c]
            loss = loss - self.even * smooth
        return np.where(counts, loss, 0.0).astype(self.dtype), divisor

    def index_slopes(self, indices, ignored, g):
        counts = indices != ignored
        safe = np.where(counts, indices, 0)
        upstream = np.where(counts, g.astype(np.float64), 0.0)
        others = upstream * self.even
        own = np.where(counts, upstream * (1 - self.smoothing) * self.weight[safe], 0.0)
        weights = np.float64(0)
        for w in self.weight:
            weights = weights + w
        total = own + others * weights
        factor = (total * functions.exp_f64(-self.log_sum)).astype(self.dtype)
        terms = functions.exp_weight(self.x - self.top[:, None]) * factor[:, None]
        if self.x.shape[2] != 1 or self.smoothing != 0:
            terms = (terms.astype(np.float64) - self.weight[:, None] * others[:, None]).astype(self.dtype)
        probability = functions.exp_wide(self._take(self.log_p, safe), self.dtype)
        found = (probability * total - (own + self.weight[safe] * others)).astype(self.dtype)
        found = np.where(counts, found, self._take(terms, safe))
        np.put_along_axis(terms, safe[:, None], found[:, None], axis=1)
        return terms

    def _shares(self, targets):
        return targets.astype(np.float64) * (1 - self.smoothing) + self.even

    def probability_losses(self, targets):
        shares, total = self._shares(targets), np.zeros((self.x.shape[0], self.x.shape[2]))
        for c in range(self.classes):
            total = total + self.weight[c] * (self.log_p[:, c] * shares[:, c])
        return (-total).astype(self.dtype)

    def probability_slopes(self, targets, g):
        shares, total = self.weight[:, None] * self._shares(targets), np.zeros((self.x.shape[0], self.x.shape[2]))
        for c in range(self.classes):
            total = total + shares[:, c]
        factor = (total * functions.exp_f64(-self.log_sum))[:, None]
        upstream = g.astype(np.float64)[:, None]
        terms = functions.exp_weight(self.x - self.top[:, None]).astype(np.float64) * factor
        by_target = -upstream * self.weight[:, None] * (1 - self.smoothing) * self.log_p
        return (upstream * (terms - shares)).astype(self.dtype), by_target.astype(self.dtype)
