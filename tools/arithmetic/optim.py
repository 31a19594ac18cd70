"""Optimiser steps."""

import numpy as np

from .fused import fma


class SGD:
    def __init__(self, lr=0.001, momentum=0, dampening=0, weight_decay=0, nesterov=False, maximize=False):
        self.lr, self.momentum, self.dampening, self.decay = lr, momentum, dampening, weight_decay
        self.nesterov, self.sign, self.buffer = nesterov, -1 if maximize else 1, None

    def step(self, p, g):
        real = p.dtype.type
        g = real(self.sign) * g
        if self.decay != 0:
            g = g + real(self.decay) * p
        if self.momentum != 0:
            first = self.buffer is None
            share = real(1 - np.float64(self.dampening))
            self.buffer = g if first else real(self.momentum) * self.buffer + share * g
            g = g + real(self.momentum) * self.buffer if self.nesterov else self.buffer
        return p - real(self.lr) * g


class Adam:
    decoupled, default_decay = False, 0

    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=None, amsgrad=False, maximize=False):
        self.lr, self.betas, self.eps = np.float64(lr), [np.float64(b) for b in betas], eps
        self.decay = np.float64(self.default_decay if weight_decay is None else weight_decay)
        self.amsgrad, self.sign, self.count = amsgrad, -1 if maximize else 1, 0
        self.average = self.square = self.largest = None

    def step(self, p, g):
        real = p.dtype.type
        if self.count == 0:
            self.average = self.square = self.largest = np.zeros_like(p)
        self.count += 1
        (beta1, beta2), average = self.betas, self.average
        g = real(self.sign) * g
        if self.decay != 0 and not self.decoupled:
            g = g + real(self.decay) * p
        if self.decay != 0 and self.decoupled:
            p = p * real(1 - self.lr * self.decay)
        difference = g - average
        if 1 - beta1 < 0.5:
            self.average = average + real(1 - beta1) * difference
        else:
            self.average = g - difference * real(beta1)
        self.square = square = real(beta2) * self.square + real(1 - beta2) * g * g
        if self.amsgrad:
            self.largest = square = np.where((square > self.largest) | (square != square), square, self.largest)
        size = real(self.lr / bias_correction(beta1, self.count))
        correction = real(np.sqrt(bias_correction(beta2, self.count)))
        return p - size * self.average / (np.sqrt(square) / correction + real(self.eps))


class AdamW(Adam):
    decoupled, default_decay = True, 0.01


def _product(a, b):
    """The product of two numbers of two doubles each."""
    high = a[0] * b[0]
    low = fma(a[0], b[0], -high)[()] + (a[0] * b[1] + a[1] * b[0])
    total = high + low
    return total, (high - total) + low


def bias_correction(beta, step):
    """1 - beta^step by repeated squaring."""
    power, square = (np.float64(1), np.float64(0)), (beta, np.float64(0))
    while step > 0:
        if step % 2 == 1:
            power = _product(power, square)
        step //= 2
        square = _product(square, square)
    return (1 - power[0]) - power[1]


RULES = {"optim.sgd": SGD, "optim.adam": Adam, "optim.adamw": AdamW}


def run(operation, inputs, arguments):
    """Every parameter after every step."""
    names = sorted(name.split("/")[1] for name in inputs if name.startswith("params/"))
    steps = 1 + max((int(name.split("/")[1]) for name in inputs if name.startswith("grads/")), default=-1)
    rules = {name: RULES[operation](**arguments) for name in names}
    values = {name: inputs[f"params/{name}"].data for name in names}
    outputs = {}
    for step in range(steps):
        for name in names:
            gradient = inputs.get(f"grads/{step}/{name}")
            if gradient is not None:
                values[name] = rules[name].step(values[name], gradient.data)
            outputs[f"params/{step}/{name}"] = values[name]
    return outputs
