"""exp, log and tanh of float32, by tables: the article's "For float32: exp, log, tanh"."""

import numpy as np

from .functions import (
    bits, by_type, clamp, double, exp_f64, exp_fast, f32, from_bits, h, log_f64, log_rounded_f32, quiet, tanh_f64)
from .fused import fma


def _floats(text):
    return np.array([h(c) for c in text.split()], f32)


EXP_HIGH = _floats(
    "0x1p+0 0x1.172b84p+0 0x1.306fep+0 0x1.4bfdaep+0 0x1.6a09e6p+0 0x1.8ace54p+0 0x1.ae89fap+0 0x1.d5818ep+0")
EXP_LOW = _floats(
    "0 -0x1.c15742p-27 0x1.4636e2p-25 -0x1.593abcp-25 0x1.9fcef4p-26 0x1.15506ep-27 -0x1.a94b14p-26 "
    "-0x1.822dbcp-27")
LOG_SCALE = _floats(
    "0x1p+0 0x1.ep-1 0x1.c8p-1 0x1.bp-1 0x1.98p-1 0x1.88p-1 0x1.7p-1 0x1.6p-1 0x1.58p-1 0x1.48p-1 0x1.38p-1 "
    "0x1.3p-1 0x1.28p-1 0x1.18p-1 0x1.1p-1 0x1.08p-1")
LOG_HIGH = _floats(
    "0 0x1.086p-4 0x1.da7p-4 0x1.5bf8p-3 0x1.d1p-3 0x1.1178p-2 0x1.522cp-2 0x1.7fbp-2 0x1.973cp-2 0x1.c8p-2 "
    "0x1.fb34p-2 0x1.0ae8p-1 0x1.188ep-1 0x1.3502p-1 0x1.43dap-1 0x1.5322p-1")
LOG_LOW = _floats(
    "0 -0x1.9d2988p-18 0x1.3b1c22p-19 -0x1.fca55ep-18 0x1.bf932ap-18 0x1.d044fcp-19 -0x1.1f8c76p-18 "
    "-0x1.7109fap-20 -0x1.cbcecap-18 -0x1.8e2eaap-20 0x1.8af7a4p-18 -0x1.23a5f6p-18 0x1.c81e48p-18 "
    "0x1.15b3b2p-18 -0x1.a0db88p-26 0x1.c4d0dp-18")
# a row for each i, c and then the coefficients; 5 and 6 don't occur
TANH = _floats(
    "0x1.3cadcap+1 0x1.f8c8b8p-1 0x1.ca90e2p-6 -0x1.c41a5ep-6 0x1.24dfb4p-6 -0x1.1419acp-7 0x1.85b2bep-9 "
    "-0x1.7fd094p-11 0x1.bbd694p-15 0x1.8c4f62p-15 0x1.bda67p+1 0x1.ff084p-1 0x1.ef081ep-9 -0x1.ee1896p-9 "
    "0x1.4826f6p-9 -0x1.45a9ap-10 0x1.00826ap-11 -0x1.4bbe56p-13 0x1.68ec2ep-15 -0x1.2ce95ep-17 0x1.447cbep+2 "
    "0x1.fff5a8p-1 0x1.4afca8p-13 -0x1.4af118p-13 0x1.b950b4p-14 -0x1.b9ba36p-15 0x1.5e6bdep-16 -0x1.c9550cp-18 "
    "0x1.28a678p-19 -0x1.559f04p-21 0x1.bec3a6p+2 0x1.ffffc6p-1 0x1.cfffe4p-19 -0x1.cfff82p-19 0x1.356b2ap-19 "
    "-0x1.355a62p-20 0x1.eb4cc8p-22 -0x1.48eddp-23 0x1.a5f85cp-25 -0x1.96c5f6p-27 0x1.0a2b24p+3 0x1.fffffcp-1 "
    "0x1.fffffap-23 -0x1.fffff4p-23 0x1.5554eap-23 -0x1.555512p-24 0x1.11331cp-25 -0x1.6cf1d8p-27 0x1.95f3a4p-29 "
    "-0x1.289964p-31 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0x1p+0 0 -0x1.555554p-2 0 0x1.110dfcp-3 0 "
    "-0x1.b4c6ccp-5 0 0x1.3b8016p-3 0x1.390728p-3 0x1.f409ecp-1 -0x1.31b70ep-3 -0x1.35fedcp-2 0x1.895602p-4 "
    "0x1.ba1a7ap-4 -0x1.a88c46p-5 -0x1.2db52cp-5 0x1.a21196p-6 0x1.c09572p-3 0x1.b98b86p-3 0x1.e8337p-1 "
    "-0x1.a50558p-3 -0x1.1814e6p-2 0x1.051c46p-3 0x1.5ba4cp-4 -0x1.0bbc9cp-4 -0x1.6d289ep-6 0x1.e87756p-6 "
    "0x1.44d0bp-2 0x1.3a57acp-2 0x1.cfc09ap-1 -0x1.1cb888p-2 -0x1.bb8836p-3 0x1.45f798p-3 0x1.6402fap-5 "
    "-0x1.29453cp-4 0x1.08db16p-10 0x1.cea5eep-6 0x1.c02c54p-2 0x1.a5977p-2 0x1.a93692p-1 -0x1.5e2124p-2 "
    "-0x1.16a59ep-3 0x1.5c243ap-3 -0x1.94ece2p-8 -0x1.f9992p-5 0x1.71eef6p-6 0x1.02d668p-6 0x1.44275ep-1 "
    "0x1.1ed17ap-1 0x1.5f53a4p-1 -0x1.899eecp-2 -0x1.b6de44p-7 0x1.15c7ap-3 -0x1.cceedcp-5 -0x1.6c960cp-6 "
    "0x1.dedb46p-6 -0x1.1e5b64p-8 0x1.bf356cp-1 0x1.68p-1 0x1.02ep-1 -0x1.6c0bp-2 0x1.4d899cp-4 0x1.f5be82p-5 "
    "-0x1.e31b9ep-5 0x1.aecf88p-7 0x1.6f7ee8p-7 -0x1.481738p-7 0x1.44fe78p+0 0x1.b5137ap-1 0x1.15c48p-2 "
    "-0x1.da3d9p-3 0x1.b753eap-4 -0x1.d70e7ep-7 -0x1.1e112ep-6 0x1.ddd974p-7 -0x1.2e39c8p-8 -0x1.0d2fdep-10 "
    "0x1.bd826ap+0 0x1.e16982p-1 0x1.dac968p-4 -0x1.be6c0cp-4 0x1.057d5cp-4 -0x1.843e2p-6 0x1.d4e78ap-9 "
    "0x1.1553dep-9 -0x1.0a1ee8p-9 0x1.c4f9f6p-11").reshape(16, 10)


def horner(c, x):
    """c[0] + x (c[1] + x (...)), fused."""
    total = c[-1]
    for coefficient in c[-2::-1]:
        total = fma(total, x, coefficient)
    return total


def _float(text):
    return f32(h(text))


@quiet
def exp_f32(x):
    rounder = _float("0x1.8p+23")
    n = fma(x, _float("0x1.715476p+3"), rounder) - rounder
    is_ordinary = np.abs(x) <= 87
    n = np.where(is_ordinary, n, f32(0))
    r = fma(n, _float("-0x1.62e430p-4"), x)
    r_low = n * _float("0x1.05c610p-32")
    y = r + fma(r * r, horner([f32(0.5), _float("0x1.555c78p-3"), _float("0x1.555da8p-5")], r), fma(r_low, r, r_low))
    exponent, j = np.divmod(n.astype(np.int32), 8)
    high = EXP_HIGH[j]
    result = np.ldexp(high + fma(high, y, EXP_LOW[j]), exponent)
    return np.where(is_ordinary, result, exp_fast(clamp(double(x), -105.0, 89.0)).astype(f32))


@quiet
def log_f32(x):
    is_ordinary = (x >= _float("0x1p-126")) & (x <= _float("0x1.fffffep+127"))
    found = bits(np.where(is_ordinary, x, f32(1))).astype(np.int64)
    offset = found - 0x3F7C0000
    exponent = offset >> 23
    k, i = exponent.astype(f32), offset >> 19 & 15
    m = from_bits((found - (exponent << 23)).astype(np.uint32))
    r = fma(m, LOG_SCALE[i], f32(-1))
    high = fma(k, _float("0x1.62e4p-1"), LOG_HIGH[i])
    low = fma(k, _float("0x1.7f7d1cp-20"), LOG_LOW[i])
    r2 = r * r
    r2_low = fma(r, r, -r2)
    first = high + r
    first_low = r - (first - high)
    second = fma(r2, f32(-0.5), first)
    second_low = fma(r2, f32(-0.5), first - second)
    q = horner([_float(c) for c in (
        "0x1.555556p-2 -0x1.fffff4p-3 0x1.99998p-3 -0x1.55c77p-3 0x1.251eecp-3").split()], r)
    low = fma(r2_low, f32(-0.5), fma(r2 * r, q, low))
    return np.where(is_ordinary, second + ((low + second_low) + first_low), log_rounded_f32(x))


@quiet
def tanh_f32(x):
    magnitude = np.abs(x)
    magnitude = np.where(magnitude > f32(9.02), f32(9.02), magnitude)
    least = _float("0x1.fffffep-4")
    c = TANH[bits(np.where(magnitude < least, least, magnitude)) >> np.uint32(22) & np.uint32(15)]
    d = magnitude - c[..., 0]
    at_centre, slope = c[..., 1], c[..., 2]
    rise = d * slope
    rise_low = fma(d, slope, -rise)
    high = at_centre + rise
    high_low = rise - (high - at_centre)
    q = horner([c[..., power + 1] for power in range(2, 9)], d)
    return np.copysign(high + (fma(d * q, d, rise_low) + high_low), x)


exp, log, tanh = by_type(exp_f32, exp_f64), by_type(log_f32, log_f64), by_type(tanh_f32, tanh_f64)
