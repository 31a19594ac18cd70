"""Transcendental functions: the article's "Functions". All take and return arrays of the type in their name."""

import numpy as np

from .fused import fma

f32, f64 = np.float32, np.float64
h = float.fromhex

LOG2E = h("0x1.71547652b82fep+0")
LN2 = h("0x1.62e42fefa39efp-1")
LN2_HIGH, LN2_LOW = h("0x1.62e42fefa2000p-1"), h("0x1.9ef35793c7673p-41")
ROUNDER = h("0x1.8p+52")

EXP_FAST = [h(c) for c in (
    "0x1.ffffffffee8a3p-2 0x1.555555554c8d5p-3 0x1.55555581bc4dfp-5 0x1.1111112fb650bp-7 0x1.6c1635869000ep-10 "
    "0x1.a0196dfca05fcp-13 0x1.a174d57440217p-16 0x1.730806f9c0cf1p-19").split()]
LOG_FAST = [h(c) for c in (
    "0x1.555555561eaebp-1 0x1.999996a80817bp-2 0x1.249412812f207p-2 0x1.c62ae09967246p-3 "
    "0x1.9118b263d11fdp-3").split()]
EXP = [h(c) for c in (
    "0x1p-1 0x1.555555555555cp-3 0x1.555555555555ep-5 0x1.111111110eb94p-7 0x1.6c16c16c13542p-10 "
    "0x1.a01a01b3c748fp-13 0x1.a01a01b4672dcp-16 0x1.71ddef74fd10ap-19 0x1.27e4bf108343cp-22 "
    "0x1.af6d034a84124p-26 0x1.1f9e1ae6039a9p-29").split()]
LOG = [h(c) for c in (
    "0x1.5555555555555p-1 0x1.9999999999e02p-2 0x1.249249242b009p-2 0x1.c71c72594a48cp-3 0x1.745cde1d85639p-3 "
    "0x1.3b20afb3bb1a1p-3 0x1.0f5c6b175ba7ap-3 0x1.0f666ce14513ep-3").split()]
POW = [h(c) for c in (
    "0x1.9999999999996p-3 0x1.249249249303ep-3 0x1.c71c71c57f438p-4 0x1.745d1832df572p-4 0x1.3b1362908d037p-4 "
    "0x1.1120bb444b4b9p-4 0x1.de328bd46d1e5p-5 0x1.eb1893bf56e6ap-5").split()]
WEIGHT = [f32(h(c)) for c in (
    "0x1.fffffcp-2 0x1.555492p-3 0x1.5558f2p-5 0x1.123a2p-7 0x1.6a23cep-10").split()]


def quiet(function):
    """The function without warnings."""
    def wrapped(*arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)
    wrapped.__doc__ = function.__doc__
    return wrapped


def double(x):
    """As doubles."""
    return np.asarray(x).astype(f64)


def bits(x):
    """The bits as an unsigned integer."""
    x = np.array(x, order="C")
    return x.view(np.uint64 if x.dtype == f64 else np.uint32)


def from_bits(x):
    """The float of some bits."""
    x = np.array(x, order="C")
    return x.view(f64 if x.dtype == np.uint64 else f32)


def pair(c, i, x):
    """c[i] + c[i + 1] x, fused."""
    return fma(np.full_like(x, c[i + 1]), x, np.full_like(x, c[i]))


def power_of_two(rounded):
    """2^n of rounded = n + ROUNDER."""
    return from_bits((bits(rounded) + np.uint64(1023)) << np.uint64(52))


def nearest(x):
    """The integer n nearest to x / ln 2, with and without ROUNDER."""
    rounded = fma(x, LOG2E, ROUNDER)
    return rounded, rounded - ROUNDER


def clamp(x, low, high):
    """x held within bounds."""
    x = np.where(x > high, high, x)
    return np.where(x < low, low, x)


# fast: about 44 bits, for float32


def expm1_reduced(r):
    """exp(r) - 1, the article's P."""
    r2 = r * r
    p = fma(fma(fma(pair(EXP_FAST, 6, r), r2, pair(EXP_FAST, 4, r)), r2, pair(EXP_FAST, 2, r)), r2, pair(EXP_FAST, 0, r))
    return fma(r2, p, r)


@quiet
def exp_fast(x):
    """exp of doubles in +-700."""
    rounded, n = nearest(x)
    power = power_of_two(rounded)
    return fma(power, expm1_reduced(fma(n, -LN2, x)), power)


def log_join_fast(k, m):
    """log(2^k m)."""
    s = (m - 1) / (m + 1)
    z = s * s
    z2 = z * z
    q = fma(fma(np.full_like(z, LOG_FAST[4]), z2, pair(LOG_FAST, 2, z)), z2, pair(LOG_FAST, 0, z))
    return fma(k, LN2, s * fma(z, q, 2.0))


@quiet
def log_fast(x):
    """log of positive normal doubles."""
    k, m = _halves(bits(x), 0)
    return log_join_fast(k, m)


def _halves(found, shift):
    """k and m in [sqrt(1/2), sqrt(2)) of the double with those bits, 2^k m 2^shift."""
    biased = (found - np.uint64(0x3FE6A09E667F3BCD) + np.uint64(1023 << 52)) >> np.uint64(52)
    k = biased.astype(f64) - 1023 - shift
    return k, from_bits(found - (biased << np.uint64(52)) + np.uint64(1023 << 52))


@quiet
def log_fast_f32(x):
    """log of positive finite floats, in double."""
    subnormal = x < f32(h("0x1p-126"))
    found = bits(np.where(subnormal, x * f32(2**23), x))
    biased = (found - np.uint32(0x3F3504F3) + np.uint32(127 << 23)) >> np.uint32(23)
    k = biased.astype(f64) - np.where(subnormal, 127 + 23, 127)
    m = from_bits(found - (biased << np.uint32(23)) + np.uint32(127 << 23))
    return log_join_fast(k, double(m))


@quiet
def log_rounded_f32(x):
    """log in double, rounded."""
    result = log_fast_f32(x)
    result = np.where(x == np.inf, np.inf, result)
    result = np.where(x == 0, -np.inf, result)
    return np.where(x >= 0, result, np.nan).astype(f32)


@quiet
def sigmoid_f32(x):
    down, one, up = f32(2.0**-64), f32(1), np.uint32(127 + 64)
    magnitude = np.abs(x)
    magnitude = np.where(magnitude > 105, f32(105), magnitude)
    rounder = f32(h("0x1.8p+23"))
    rounded = fma(magnitude, -f32(h("0x1.715476p+0")), rounder)
    n = rounded - rounder
    r = fma(n, -f32(h("0x1.62e430p-1")), -magnitude)
    r2 = r * r
    p01 = fma(f32(h("0x1.55548ep-3")), r, f32(0.5))
    p23 = fma(f32(h("0x1.123b92p-7")), r, f32(h("0x1.55545ep-5")))
    p = fma(fma(f32(h("0x1.6db452p-10")), r2, p23), r2, p01)
    p = fma(r2, p, r)
    power = from_bits((bits(rounded) + up) << np.uint32(23))
    e = fma(power, p, power)
    e_low = fma(e, n * f32(h("0x1.05c610p-29")), fma(power, p, power - e))
    q = e / fma(e, down, one)
    small = q * down
    rest = one - small
    residual = fma(e_low, rest, fma(-small, e, e - q))
    q = down * fma(residual, rest, q)
    return np.where(x < 0, q, one - q)


@quiet
def exp_weight_f32(x):
    """exp of floats that are not positive."""
    rounder = f32(h("0x1.8p+23"))
    clamped = np.where(x < -104, f32(-104), x)
    rounded = fma(clamped, f32(h("0x1.715476p+0")), rounder)
    n = rounded - rounder
    r = fma(n, f32(h("0x1.05c61p-29")), fma(n, -f32(h("0x1.62e43p-1")), clamped))
    q = np.full_like(r, WEIGHT[4])
    for c in reversed(WEIGHT[:4]):
        q = fma(q, r, c)
    power = fma(r, fma(q, r, f32(1)), f32(1))
    scale = from_bits((bits(rounded) + np.uint32(64 + 127)) << np.uint32(23))
    return power * scale * f32(2.0**-64)


# float64


def exp_split(x, low):
    """n, r and tail: exp(x + low) = 2^n (1 + r + tail)."""
    n = nearest(x)[1]
    high = fma(n, -LN2_HIGH, x)
    rest = fma(n, -LN2_LOW, low)
    r = high + rest
    lost = (high - r) + rest
    r2 = r * r
    r4 = r2 * r2
    p03 = fma(pair(EXP, 2, r), r2, EXP[1] * r)
    p47 = fma(pair(EXP, 6, r), r2, pair(EXP, 4, r))
    p8 = fma(np.full_like(r, EXP[10]), r2, pair(EXP, 8, r))
    return n, r, fma(r2, EXP[0], fma(r2, fma(fma(p8, r4, p47), r4, p03), lost))


def scale(x, n):
    """x 2^n in two steps."""
    rounded = fma(n, 0.5, ROUNDER)
    half = rounded - ROUNDER
    return x * power_of_two(rounded) * power_of_two(n - half + ROUNDER)


def log_split(x):
    """k and m of positive finite doubles."""
    subnormal = x < h("0x1p-1022")
    return _halves(bits(np.where(subnormal, x * 2.0**54, x)), np.where(subnormal, 54.0, 0.0))


@quiet
def exp_f64(x):
    n, r, tail = exp_split(clamp(x, -746.0, 710.0), 0.0)
    high = 1 + r
    low = (1 - high) + r
    return scale(high + (low + tail), n)


@quiet
def log_f64(x):
    k, m = log_split(x)
    f = m - 1
    s = f / (m + 1)
    z = s * s
    z2 = z * z
    z4 = z2 * z2
    q = fma(fma(pair(LOG, 6, z), z2, pair(LOG, 4, z)), z4, fma(pair(LOG, 2, z), z2, pair(LOG, 0, z)))
    half_square = 0.5 * f * f
    small = fma(s, half_square + z * q, k * LN2_LOW)
    high = k * LN2_HIGH
    total = high + f
    lost = (high - total) + f
    rest = total - half_square
    lost_again = (total - rest) - half_square
    result = rest + (lost + (lost_again + small))
    result = np.where(x == np.inf, x, result)
    result = np.where(x == 0, -np.inf, result)
    return np.where(x >= 0, result, np.nan)


@quiet
def sigmoid_f64(x):
    magnitude = np.abs(x)
    n, r, tail = exp_split(-np.where(magnitude > 746, 746.0, magnitude), 0.0)
    total = 1 + r
    rest = ((1 - total) + r) + tail
    high = total + rest
    low = (total - high) + rest
    power = power_of_two(np.where(n < -1000, -1000.0, n) + ROUNDER)
    denominator = 1 + power * high
    lost = fma(power, high, 1 - denominator) + power * low
    reciprocal = 1 / denominator
    negative = x < 0
    numerator = np.where(negative, high, 1.0)
    quotient = numerator * reciprocal
    remainder = fma(-quotient, denominator, numerator)
    remainder = remainder + (np.where(negative, low, 0.0) - quotient * lost)
    return scale(fma(remainder, reciprocal, quotient), np.where(negative, n, 0.0))


@quiet
def tanh_f64(x):
    magnitude = np.abs(x)
    n, r, tail = exp_split(2 * np.where(magnitude > 22, 22.0, magnitude), 0.0)
    power = power_of_two(n + ROUNDER)
    whole = power - 1
    total = whole + power * r
    rest = fma(power, r, whole - total) + power * tail
    high = total + rest
    low = (total - high) + rest
    denominator = high + 2
    part = denominator - high
    lost = (high - (denominator - part)) + (2 - part) + low
    reciprocal = 1 / denominator
    quotient = high * reciprocal
    remainder = fma(-quotient, denominator, high) + (low - quotient * lost)
    return np.copysign(fma(remainder, reciprocal, quotient), x)


# powers


def is_integer(x):
    magnitude = np.abs(x)
    return (magnitude >= 2.0**52) | ((magnitude + 2.0**52) - 2.0**52 == magnitude)


def pow_finish(a, b, result):
    """The sign and C's special cases."""
    integer = is_integer(b)
    odd = integer & ~is_integer(0.5 * b)
    magnitude = np.abs(a)
    result = np.where(odd, np.copysign(result, a), result)
    result = np.where((a < 0) & (magnitude < np.inf) & ~integer, np.nan, result)
    result = np.where((magnitude == 1) & (np.abs(b) == np.inf), 1.0, result)
    return np.where((a == 1) | (b == 0), 1.0, result)


@quiet
def pow_f32(a, b):
    magnitude = np.abs(a)
    logarithm = log_fast_f32(magnitude)
    logarithm = np.where(magnitude == 0, -np.inf, logarithm)
    logarithm = np.where(magnitude < np.inf, logarithm, double(magnitude))
    exponent = clamp(double(b) * logarithm, -120.0, 100.0)
    return pow_finish(double(a), double(b), exp_fast(exponent)).astype(f32)


@quiet
def pow_f64(a, b):
    magnitude = np.abs(a)
    k, m = log_split(magnitude)
    f = m - 1
    denominator = 1 + m
    lost = (1 - denominator) + m
    reciprocal = 1 / denominator
    s = f * reciprocal
    s_low = fma(-s, lost, fma(-s, denominator, f)) * reciprocal
    z = s * s
    z_low = fma(2 * s, s_low, fma(s, s, -z))
    z2 = z * z
    z4 = z2 * z2
    q = fma(fma(pair(POW, 6, z), z2, pair(POW, 4, z)), z4, fma(pair(POW, 2, z), z2, pair(POW, 0, z)))
    third, third_low = h("0x1.5555555555555p-2"), h("0x1.5555555555555p-56")
    inner = fma(z, q, third)
    inner_low = fma(z, q, third - inner) + fma(z_low, q, third_low)
    outer = z * inner
    outer_low = fma(z, inner, -outer) + fma(z, inner_low, z_low * inner)
    cubic = s * outer
    cubic_low = fma(s, outer, -cubic) + fma(s, outer_low, s_low * outer)
    half_log = s + cubic
    half_log_low = ((s - half_log) + cubic) + (s_low + cubic_low)
    whole = k * LN2_HIGH
    logarithm = fma(2.0, half_log, whole)
    logarithm_low = fma(2.0, half_log, whole - logarithm) + fma(2.0, half_log_low, k * LN2_LOW)
    logarithm = np.where(magnitude == 0, -np.inf, logarithm)
    logarithm = np.where(magnitude < np.inf, logarithm, magnitude)
    exponent = b * logarithm
    exponent_low = fma(b, logarithm_low, fma(b, logarithm, -exponent))
    exponent_low = np.where(np.abs(exponent) < 800, exponent_low, 0.0)
    n, r, tail = exp_split(clamp(exponent, -800.0, 800.0), exponent_low)
    high = 1 + r
    low = (1 - high) + r
    return pow_finish(a, b, scale(high + (low + tail), n))


# by type


def by_type(single, wide):
    """A function of either type."""
    return lambda *x: (single if np.asarray(x[0]).dtype == f32 else wide)(*x)


power_log = by_type(log_rounded_f32, log_f64)
sigmoid = by_type(sigmoid_f32, sigmoid_f64)
power = by_type(pow_f32, pow_f64)
exp_weight = by_type(exp_weight_f32, exp_f64)


def exp_wide(x, dtype):
    """exp of doubles as exactly as data of a type need it."""
    return exp_fast(clamp(x, -700.0, 700.0)) if dtype == f32 else exp_f64(x)


def log_wide(x, dtype):
    """log of doubles as exactly as data of a type need it."""
    return log_fast(x) if dtype == f32 else log_f64(x)
