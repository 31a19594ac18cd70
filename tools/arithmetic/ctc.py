"""Connectionist temporal classification: scores in double, in log space."""

import numpy as np

from . import functions, shapes
from .tape import record


def _join(a, b, c, dtype):
    """log(exp a + exp b + exp c)."""
    high, low = np.where(a > b, a, b), np.where(a > b, b, a)
    top, middle = np.where(high > c, high, c), np.where(high > c, c, high)
    total = 1 + functions.exp_wide(middle - top, dtype) + functions.exp_wide(low - top, dtype)
    return np.where(top == -np.inf, a + b + c, top + functions.log_wide(total, dtype))


def _shifted(x, by):
    """x[s + by], -∞ beyond the ends."""
    edge = np.full(abs(by), -np.inf)
    return np.concatenate([edge, x[:by]]) if by < 0 else np.concatenate([x[by:], edge])


class Sample:
    """One sequence of log-probabilities (time, classes) and its labels with blanks around them."""

    def __init__(self, log_probs, labels, blank):
        self.log_probs, self.dtype = log_probs, log_probs.dtype
        self.states = [blank] + [s for label in labels for s in (int(label), blank)]
        self.emissions = log_probs.astype(np.float64)[:, self.states]
        count = len(self.states)
        self.allowed = np.full(count, -np.inf)
        for s in range(3, count, 2):
            if self.states[s] != self.states[s - 2]:
                self.allowed[s] = 0
        self.alpha = []
        for t, emission in enumerate(self.emissions):
            if t == 0:
                row = np.where(np.arange(count) < 2, emission, -np.inf)
            else:
                last = self.alpha[-1]
                a, b, c = last, _shifted(last, -1)[:count], _shifted(last, -2)[:count]
                row = _join(a, b, c + self.allowed, self.dtype) + emission
            self.alpha.append(row)
        if not self.alpha:
            self.log_likelihood = np.float64(0 if count == 1 else -np.inf)
        else:
            row, none = self.alpha[-1], np.array([-np.inf])
            before = row[-2:-1] if count > 1 else none
            self.log_likelihood = (_join(row[-1:], before, none + 0.0, self.dtype) + 0.0)[0]

    def gradients(self):
        """exp(log_probs) minus the posterior, step by step, from the last."""
        count, result, beta = len(self.states), np.empty(self.log_probs.shape), None
        for t in reversed(range(len(self.alpha))):
            emission = self.emissions[t]
            if beta is None:
                beta = np.where(np.arange(count) >= count - 2, emission, -np.inf)
            else:
                skip = _shifted(beta, 2)[:count] + _shifted(self.allowed, 2)[:count]
                beta = _join(beta, _shifted(beta, 1)[:count], skip, self.dtype) + emission
            terms = functions.exp_wide((self.alpha[t] + beta - self.log_likelihood) - emission, self.dtype)
            posterior = np.zeros(self.log_probs.shape[1])
            for state, term in zip(self.states, terms):
                posterior[state] = posterior[state] + term
            result[t] = functions.exp_wide(self.log_probs[t].astype(np.float64), self.dtype) - posterior
        return result.astype(self.dtype)


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    is_batch = log_probs.data.ndim == 3
    input = log_probs if is_batch else shapes.unsqueeze(log_probs, 1)
    x, dtype = input.data, input.dtype
    lengths = [int(n) for n in target_lengths.data.ravel()]
    steps = [int(n) for n in input_lengths.data.ravel()]
    labels, place = [], 0
    for b, n in enumerate(lengths):
        labels.append(targets.data[b, :n] if targets.data.ndim == 2 else targets.data[place:place + n])
        place += n
    samples = [Sample(x[:steps[b], b], labels[b], blank) for b in range(len(lengths))]
    losses = [np.asarray(-sample.log_likelihood).astype(dtype).astype(np.float64) for sample in samples]
    if zero_infinity:
        losses = [np.float64(0) if loss == np.inf else loss for loss in losses]
    shares = [1 / (np.float64(max(n, 1)) * np.float64(len(lengths))) if reduction == "mean" else np.float64(1)
              for n in lengths]
    if reduction == "none":
        y = np.array(losses if is_batch else losses[0])
    else:
        y = np.float64(0)
        for loss, share in zip(losses, shares):
            y = y + loss * share

    def slope(g):
        upstream = np.broadcast_to(g * np.array(shares).astype(dtype), len(shares))
        result = np.zeros(x.shape, dtype)
        for b, sample in enumerate(samples):
            if sample.log_likelihood == -np.inf:
                result[:steps[b], b] = 0 if zero_infinity else np.nan
            else:
                found = sample.gradients() * upstream[b]
                result[:steps[b], b] = np.where(x[:steps[b], b] == -np.inf, dtype.type(np.nan), found)
        return (result,)

    return record(np.asarray(y).astype(dtype), (input,), slope)
