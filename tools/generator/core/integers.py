"""The integer generator that every input comes from, and the draws built on it.

Stream: the 64-bit FNV-1a hash of the UTF-8 text "row|sample|name" is the start state s; the n-th word (n = 1, 2, ...)
is splitmix64's mix of s + n * 0x9E3779B97F4A7C15, all modulo 2**64. A draw below `bound` takes the upper 32 bits u of
a word and gives u * bound // 2**32. No machine or version of NumPy enters.
"""

import functools
from decimal import Context, Decimal

import numpy as np

SEED = 0xCBF29CE484222325  # FNV-1a's offset basis, recorded in the files' provenance
_FNV_PRIME = 0x100000001B3
_GAMMA = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


def stream_state(text):
    """FNV-1a of the text: where its stream starts."""
    state = SEED
    for byte in text.encode("utf-8"):
        state = ((state ^ byte) * _FNV_PRIME) & _WORD
    return state


def words(state, count):
    """The first `count` words of the stream that starts at `state`, as a uint64 array."""
    steps = np.arange(1, count + 1, dtype=np.uint64)
    mixed = np.uint64(state) + steps * np.uint64(_GAMMA)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


class Draw:
    """The numbers of one case: every operand has a stream of its own, named by row, sample and operand."""

    def __init__(self, row, sample):
        self._prefix = f"{row}|{sample}|"

    def _below(self, name, count, bound):
        if not 0 < bound <= 1 << 32:
            raise ValueError(f"{name}: a draw below {bound}")
        upper = words(stream_state(self._prefix + name), count) >> np.uint64(32)
        return ((upper * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)

    def integers(self, name, shape, low, high):
        """int64 in low ..< high."""
        return low + self._below(name, _size(shape), high - low).reshape(shape)

    def dyadic(self, name, shape, low=-2.0, high=2.0, bits=12):
        """Multiples of 2**-bits in low ..< high, as float64 (exact in float32 too)."""
        scale = 1 << bits
        return np.asarray(self.integers(name, shape, round(low * scale), round(high * scale)) / float(scale))

    def nonzero(self, name, shape, low=-2.0, high=2.0, bits=12):
        """Odd multiples of 2**-bits: never zero, and no integer."""
        half = 1 << (bits - 1)
        odd = 2 * self.integers(name, shape, round(low * half), round(high * half)) + 1
        return np.asarray(odd / float(2 * half))

    def positive(self, name, shape, low=0.5, high=2.0, bits=12):
        """Dyadic values that stay positive."""
        return self.dyadic(name, shape, low, high, bits)

    def distinct(self, name, shape, low=-2.0, high=2.0):
        """Dyadic values without ties: a permutation of equidistant steps of a power of two."""
        count = _size(shape)
        bits = 2
        while (high - low) * (1 << bits) < count:
            bits += 1
        return (low + self.permutation(name, count) / float(1 << bits)).reshape(shape)

    def mask(self, name, shape, keep=0.5):
        """bool, true with probability `keep`."""
        return (self._below(name, _size(shape), 1 << 20) < round(keep * (1 << 20))).reshape(shape)

    def distribution(self, name, shape, axis):
        """Positive multiples of 2**-12 that sum to one exactly along `axis`: differences of distinct drawn cuts."""
        moved = [size for i, size in enumerate(shape) if i != axis]
        classes = shape[axis]
        count = _size(moved)
        whole = np.empty((count, classes), dtype=np.int64)
        for i in range(count):
            cuts = np.sort(self.permutation(f"{name}/{i}", (1 << 12) - 1)[: classes - 1]) + 1
            whole[i] = np.diff(np.concatenate(([0], cuts, [1 << 12])))
        return np.moveaxis((whole / 4096.0).reshape(*moved, classes), -1, axis)

    def log_distribution(self, name, shape):
        """Logarithms of drawn distributions over the last axis, rounded to multiples of 2**-16 (Python's decimal
        logarithm is the same everywhere)."""
        weights = self.integers(name, shape, 1, 1 << 8)
        totals = weights.sum(axis=-1)
        logs = [
            int((_logarithm(int(w)) - _logarithm(int(totals[index[:-1]]))) * 65536)
            for index, w in np.ndenumerate(weights)
        ]
        return np.array(logs, dtype=np.int64).reshape(shape) / 65536.0

    def permutation(self, name, count):
        """0 ..< count in a drawn order (int64)."""
        keys = words(stream_state(self._prefix + name), count)
        return np.lexsort((np.arange(count), keys)).astype(np.int64)

    @staticmethod
    def values(name, values):
        """Given numbers, as an array: float64, int64 or bool by what they are."""
        array = np.array(values)
        return array.astype(np.float64) if array.dtype.kind == "f" or array.size == 0 else array


@functools.cache
def _logarithm(number):
    return Decimal(number).ln(Context(prec=30))


def _size(shape):
    return int(np.prod(shape, dtype=np.int64))
