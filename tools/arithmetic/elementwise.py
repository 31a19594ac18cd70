"""Arithmetic and functions of single elements, and what broadcasting does to their gradients."""

import numpy as np

from . import functions, tables
from .reductions import sum_over
from .tape import record

CATEGORIES = {"b": 0, "i": 1, "f": 2}
WIDTHS = {np.dtype(name): place for place, name in enumerate(("bool", "int64", "float32", "float64"))}


def promote(a, b):
    """The type of a result, by PyTorch's rules."""
    if a.dtype == b.dtype:
        return a.dtype
    category_a, category_b = CATEGORIES[a.dtype.kind], CATEGORIES[b.dtype.kind]
    if a.ndim == 0 and b.ndim > 0 and category_a <= category_b:
        return b.dtype
    if b.ndim == 0 and a.ndim > 0 and category_b <= category_a:
        return a.dtype
    return max(a.dtype, b.dtype, key=WIDTHS.get)


def collect(gradient, operand):
    """The gradient of an operand from that of its broadcast form."""
    return summed(gradient, operand.shape).astype(operand.dtype)


def summed(gradient, shape):
    """A gradient summed over the dimensions that broadcasting added or stretched."""
    if gradient.shape == tuple(shape):
        return gradient
    added = gradient.ndim - len(shape)
    dims = [d for d in range(gradient.ndim) if d < added or (shape[d - added] == 1 and gradient.shape[d] != 1)]
    return (sum_over(gradient, dims) if dims else gradient).reshape(shape)


def _operands(a, b, dtype=None):
    dtype = promote(a, b) if dtype is None else dtype
    return a.astype(dtype), b.astype(dtype)


def _times(a, b):
    a, b = _operands(a, b)
    return a * b


def _over(a, b):
    a, b = _operands(a, b)
    return a / b


def add(input, other):
    x, y = _operands(input.data, other.data)
    return record(x + y, (input, other), lambda g: (collect(g, input), collect(g, other)))


def sub(input, other):
    x, y = _operands(input.data, other.data)
    return record(x - y, (input, other), lambda g: (collect(g, input), collect(-g, other)))


def mul(input, other):
    x, y = input.data, other.data
    return record(_times(x, y), (input, other), lambda g: (
        collect(_times(g, y), input) if input.is_recorded else None,
        collect(_times(g, x), other) if other.is_recorded else None))


def div(input, other):
    x, y = input.data, other.data
    dtype = promote(x, y)
    a, b = _operands(x, y, np.dtype("float32") if dtype.kind != "f" else dtype)
    return record(a / b, (input, other), lambda g: (
        collect(_over(g, y), input) if input.is_recorded else None,
        collect(_times(-g, _over(_over(x, y), y)), other) if other.is_recorded else None))


def _is_square(x, y):
    """Whether the exponent is one number, 2, beside a base that is not of that same shape."""
    return y.size == 1 and y.ndim <= x.ndim and x.shape != y.shape and y.ravel()[0] == 2


def raised(x, y):
    """Powers of arrays of one type."""
    if x.dtype.kind != "f":
        return _integer_power(*np.broadcast_arrays(x, y))
    return x * x if _is_square(x, y) else functions.power(*np.broadcast_arrays(x, y))


def _integer_power(x, y):
    result = np.empty(x.shape, np.int64)
    for index in np.ndindex(x.shape):
        a, b = int(x[index]), int(y[index])
        if b < 0:
            value = 1 if a == 1 else (1 if b % 2 == 0 else -1) if a == -1 else 0
        else:
            value = pow(a, b, 2**64)
            value -= 2**64 if value >= 2**63 else 0
        result[index] = value
    return result


def pow_(input, exponent):
    x, y = _operands(input.data, exponent.data)

    def by_base(g):
        if _is_square(x, y):
            return x * y
        slope = y * functions.power(*np.broadcast_arrays(x, y - y.dtype.type(1)))
        return np.where(y == 0, y.dtype.type(0), slope)

    def by_exponent(g):
        product = functions.power(*np.broadcast_arrays(x, y)) * functions.power_log(np.broadcast_arrays(x, y)[0])
        return np.where((x == 0) & (y >= 0), y.dtype.type(0), product)

    return record(raised(x, y), (input, exponent), lambda g: (
        collect(_times(g, by_base(g)), input) if input.is_recorded else None,
        collect(_times(g, by_exponent(g)), exponent) if exponent.is_recorded else None))


def neg(input):
    return record(-input.data, (input,), lambda g: (-g,))


def _floating(x):
    return x if x.dtype.kind == "f" else x.astype(np.float32)


def exp(input):
    y = tables.exp(_floating(input.data))
    return record(y, (input,), lambda g: (g * y,))


def log(input):
    x = _floating(input.data)
    return record(tables.log(x), (input,), lambda g: (g / x,))


def sigmoid(input):
    y = functions.sigmoid(_floating(input.data))
    return record(y, (input,), lambda g: (g * ((1 - y) * y),))


def tanh(input):
    y = tables.tanh(_floating(input.data))
    return record(y, (input,), lambda g: (g * (1 - y * y),))


def relu(input):
    x = input.data
    y = np.where(x <= 0, x.dtype.type(0), x)
    return record(y, (input,), lambda g: (np.where(y <= 0, g.dtype.type(0), g),))


def identity(input):
    return input


def scaled(input, number):
    """The product with a number, which takes the tensor's type."""
    factor = input.dtype.type(number)
    return record(input.data * factor, (input,), lambda g: (g * factor,))
