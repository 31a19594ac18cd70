"""Fused multiply-adds, exactly rounded: NumPy has none."""

import math
from fractions import Fraction

import numpy as np

SPLITTER = np.float64(2**27 + 1)
SAFE_HIGH, SAFE_LOW = 2.0**300, 2.0**-400  # magnitudes of terms whose rounding errors are doubles


def fma(a, b, c):
    """a * b + c rounded once, elementwise, in the type of the operands, which is one of the two float types."""
    a, b, c = np.broadcast_arrays(*(np.asarray(x) for x in (a, b, c)))
    with np.errstate(all="ignore"):
        return _single(a, b, c) if a.dtype == np.float32 else _double(a, b, c)


def exact(a, b, c):
    """The definition, of three finite numbers of one type: by rational numbers."""
    total = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    if total != 0:
        return _nearest_float(total) if isinstance(a, np.float32) else _nearest(total)
    is_negative = math.copysign(1, a) * math.copysign(1, b) < 0
    return -0.0 if (a == 0 or b == 0) and is_negative and c == 0 and math.copysign(1, c) < 0 else 0.0


def _nearest(value):
    """The double nearest to a rational number; infinity beyond the range."""
    try:
        return value.numerator / value.denominator  # Python rounds the quotient of integers correctly
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _nearest_float(value):
    """The float nearest to a rational number within their normal range: one of three."""
    guess = np.float32(_nearest(value))
    near = [np.nextafter(guess, np.float32(-np.inf)), guess, np.nextafter(guess, np.float32(np.inf))]
    return min(near, key=lambda x: (abs(Fraction(float(x)) - value), int(x.view(np.uint32)) % 2))


def _two_sum(a, b):
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _odd(total, error):
    """total + error rounded to odd: where the sum is inexact and its last bit even, the neighbour towards the error."""
    total = np.array(total, order="C")
    bits = total.view(np.int64)
    inexact = np.isfinite(total) & np.isfinite(error) & (error != 0) & (bits & 1 == 0)
    grows = (error > 0) == (total > 0)
    return np.array(np.where(inexact, bits + np.where(grows, 1, -1), bits)).view(np.float64)


def _single(a, b, c):
    """The product is exact in double. Rounding the sum to odd there and then to nearest is rounding once, since a
    double has more than two bits more than a float."""
    product = a.astype(np.float64) * b.astype(np.float64)
    total, error = _two_sum(product, c.astype(np.float64))
    total = np.where(np.isfinite(total), _odd(total, error), total)
    return total.astype(np.float32)


def _double(a, b, c):
    """Boldo and Melquiond: the product and the addend as sums of two doubles each, their tails added by rounding to
    odd. Where a tail could leave the range of doubles the rational definition is used."""
    product = a * b
    high = _split(a)
    other = _split(b)
    tail = ((high[0] * other[0] - product) + high[0] * other[1] + high[1] * other[0]) + high[1] * other[1]
    sum_high, sum_low = _two_sum(c, tail)
    top, rest = _two_sum(product, sum_high)
    low, error = _two_sum(sum_low, rest)
    result = np.array(top + _odd(low, error))
    result = np.where((a == 0) | (b == 0), product + c, result)
    finite = np.isfinite(a) & np.isfinite(b) & np.isfinite(c)
    result = np.where(finite, result, product + c)
    outside = np.zeros(a.shape, bool)
    for x in (a, b, c, product):
        outside |= (x != 0) & ((np.abs(x) > SAFE_HIGH) | (np.abs(x) < SAFE_LOW))
    outside |= (product == 0) & (a != 0) & (b != 0)
    outside |= (top + low == 0) & (a != 0) & (b != 0)
    for index in map(tuple, np.argwhere(finite & outside)):
        result[index] = exact(a[index], b[index], c[index])
    return result


def _split(x):
    scaled = SPLITTER * x
    high = scaled - (scaled - x)
    return high, x - high
