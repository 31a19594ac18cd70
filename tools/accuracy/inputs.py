"""The inputs: all of float32, seeded samples of float64 and of pairs, and what is special about each function.

Inputs come in blocks that depend on their number and the seed alone, so that a shorter run sees a part of a longer one.
"""

import itertools
import math
import zlib

import numpy as np

from . import hard

BLOCK = 1 << 16
ALL_FLOAT32 = 1 << 32

# Where the results of a function are neither 0, infinity nor constant.
_RANGES = {
    "float32": {"exp": (-104, 89), "sigmoid": (-104, 18), "tanh": (-9.1, 9.1), "weight": (-104, 0)},
    "float64": {"exp": (-746, 710), "sigmoid": (-746, 38), "tanh": (-19.1, 19.1)},
}
# Where the formula of a sampled function loses the most: tanh just above ln(2) / 4, log next to sqrt(2).
_STEEP = {("tanh", "float64"): (0.1732, 0.2), ("log", "float64"): (1.38, 1.42)}
# The largest error that longer searches found.
_FOUND = {("tanh", "float64"): [float.fromhex("0x1.69f2d2554c153p-3")]}
# Where they begin to be so, where they become subnormal, and where exp is reduced by another multiple of ln 2.
_ENDS = {
    "exp": [709.782712893384, -708.3964185322641, -745.1332191019411, 88.72283905206835, -87.3365447505531, -103.97208],
    "log": [1, math.sqrt(0.5), math.sqrt(2), 2.2250738585072014e-308, 5e-324, 1.7976931348623157e308],
    "sqrt": [1, 2.2250738585072014e-308, 5e-324, 1.7976931348623157e308],
    "sigmoid": [36.7368005696771, 37.42994775023705, -708.3964185322641, -745.1332191019411],
    "tanh": [19.06154746539849, 22, 0.17328679513998632, 2**-27],
    "pow": [],
}


def specials(dtype):
    """Zeros, infinities, NaN of several patterns, the ends of the subnormal and normal numbers, and small integers."""
    info = np.finfo(dtype)
    word = np.uint32 if dtype == "float32" else np.uint64
    payloads = np.array([1, 1 << info.nmant - 1, (1 << info.nmant) - 1], dtype=word)
    nans = payloads + np.array([math.inf], dtype).view(word)
    positive = [0, math.inf, info.smallest_subnormal, 3 * info.smallest_subnormal, info.tiny, info.max, info.eps, 0.5,
                1, 1 - info.epsneg, 1 + info.eps, 1.5, 2, 2.5, 3, 7, 1e10, 2**info.nmant, 2 ** (info.nmant + 1)]
    below = np.nextafter(np.array(info.tiny, dtype), np.array(0, dtype))
    values = np.concatenate([np.array([*positive, below], dtype), nans.view(dtype)])
    return np.concatenate([values, -values])


def every_float32(block):
    """The numbers of one of the 2^14 blocks of bit patterns."""
    return np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.uint32).view(np.float32)


def sample(function, dtype, block, seed):
    """A block of seeded operands: two arrays, which are the same for functions of one."""
    random = np.random.default_rng([seed, zlib.crc32(f"{function}/{dtype}".encode()), block])
    operands = _pairs(dtype, random) if function == "pow" else 2 * (_numbers(function, dtype, random),)
    if block == 0:
        first = _first(function, dtype)
        operands = tuple(np.concatenate([start, rest])[:BLOCK] for start, rest in zip(first, operands))
    return tuple(-abs(operand) if function == "weight" else np.ascontiguousarray(operand) for operand in operands)


def _first(function, dtype):
    """The special operands and, for float64, the published hard cases."""
    if function == "pow":
        pairs = [*itertools.product(specials(dtype), repeat=2), *_exact_powers(dtype)]
    else:
        pairs = [(x, x) for x in (*specials(dtype), *_FOUND.get((function, dtype), ()))]
    if dtype == "float64":
        pairs += [(case * 2)[:2] for case in hard.cases(function)]
    return tuple(np.array(pairs, dtype).T)


def _numbers(function, dtype, random):
    """A block of operands of a function of one: of each kind an equal share."""
    word, share = (np.uint32 if dtype == "float32" else np.uint64), BLOCK // 4
    info = np.finfo(dtype)
    anything = random.integers(0, np.iinfo(word).max, share, word, endpoint=True).view(dtype)
    of_any_size = _log_uniform(random, share, -info.nmant - 4, 10, dtype)
    low, high = _RANGES[dtype].get(function, (0, 4))
    in_range = random.uniform(low, high, share).astype(dtype)
    if (function, dtype) in _STEEP:
        in_range[::2] = random.uniform(*_STEEP[function, dtype], share // 2)
    return np.concatenate([anything, of_any_size, in_range, _near(function, dtype, random, share)])


def _near(function, dtype, random, count):
    """Numbers up to 32 units away from ends of ranges and from multiples of ln(2) / 2, where reductions change."""
    name = "exp" if function == "weight" else function
    halves = np.arange(-2160, 2060) * (math.log(2) / 4 if function == "tanh" else math.log(2) / 2)
    places = halves if name in ("exp", "sigmoid", "tanh") else np.exp2(np.arange(-1074, 1024))
    if name == "log":
        steps = np.exp2(-np.arange(1, 53.0))
        places = np.concatenate([places, places * math.sqrt(0.5), 1 + steps, 1 - steps])
    places = places[abs(places) <= np.finfo(dtype).max]
    ends = random.choice(np.array(_ENDS[name]), count // 4)
    ends = np.minimum(ends, np.finfo(dtype).max)
    chosen = np.concatenate([random.choice(places, count - count // 4), ends]).astype(dtype)
    word = np.int32 if dtype == "float32" else np.int64
    return (chosen.view(word) + random.integers(-32, 33, count, word)).view(dtype)


def _log_uniform(random, count, low, high, dtype):
    magnitudes = np.exp2(random.uniform(low, high, count)).astype(dtype)
    return magnitudes * random.choice(np.array([-1, 1], dtype), count)


def _pairs(dtype, random):
    """A block of operands of pow, of each kind an equal share."""
    word, share = (np.uint32 if dtype == "float32" else np.uint64), BLOCK // 8
    info = np.finfo(dtype)
    most = 0.999 * math.log(float(info.max))

    def bits():
        return random.integers(0, np.iinfo(word).max, share, word, endpoint=True).view(dtype)

    def positive(low, high):
        return abs(_log_uniform(random, share, low, high, dtype))

    def reach(a):
        """Exponents that keep the power in range, overflow and subnormal numbers included."""
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            return (random.uniform(-1.2 * most, 1.02 * most, share) / np.log(a.astype(np.float64))).astype(dtype)

    anywhere, usual = positive(info.minexp, info.maxexp - 1), positive(-8, 8)
    near_one = (1 + _log_uniform(random, share, -info.nmant, -2, np.float64)).astype(dtype)
    whole = random.integers(-40, 41, share).astype(dtype)
    halves = (random.integers(-40, 41, share) / 2).astype(dtype)
    pairs = [
        (bits(), bits()),
        (anywhere, reach(anywhere)),
        (usual, random.uniform(-8, 8, share).astype(dtype)),
        (near_one, reach(near_one)),
        (_log_uniform(random, share, -4, 4, dtype), whole),
        (usual, halves),
        (random.integers(-2000, 2001, share).astype(dtype), random.integers(-12, 13, share).astype(dtype)),
        (positive(info.minexp - info.nmant, info.minexp), random.uniform(-1.2, 1.2, share).astype(dtype)),
    ]
    return tuple(np.concatenate(operands) for operands in zip(*pairs))


def _exact_powers(dtype):
    """Powers that a number of the type, or the middle between two, is exactly."""
    digits = np.finfo(dtype).nmant + 1
    for exponent in range(2, 34):
        largest = int(2 ** ((digits + 1) / exponent))
        for base in {3, 5, 7, largest - 2 | 1, largest - 1 | 1, largest | 1}:
            if 1 < base and base**exponent < 2 ** (digits + 1):
                for scale in (1.0, 0.25, 64.0):
                    yield base * scale, exponent
                yield -base, exponent
                yield float(base * base), exponent / 2
                yield float(base**4), exponent / 4
    for power in range(-40, 41):
        yield 2.0, power
        yield 2.0, power - 100
        yield 4.0, power + 0.5
        yield 10.0, power
