"""The fused multiply-add by rounding to odd is the one by rational numbers."""

import itertools
import math
import unittest

import numpy as np

from tools.arithmetic.fused import exact, fma
from tools.arithmetic.samples import drawn

SPECIAL = (0.0, -0.0, 1.0, -1.0, 3.0, 2.0**-1074, 2.0**-1022, -(2.0**-600), 2.0**600, 1 + 2.0**-52, 1.7e308)


class Fused(unittest.TestCase):
    def check(self, a, b, c):
        for found, x, y, z in zip(fma(a, b, c), a, b, c):
            expected = exact(x, y, z)
            self.assertTrue(found == expected and math.copysign(1, found) == math.copysign(1, expected), (x, y, z))

    def test_ordinary(self):
        for dtype in ("float32", "float64"):
            a, b, c = (drawn((2000,), seed, dtype) for seed in (1, 2, 3))
            self.check(a, b, c)
            self.check(a, b, (-a.astype(np.float64) * b).astype(dtype))

    def test_halfway(self):
        """Sums just beside the middle between two floats, where rounding twice goes wrong."""
        a = np.full(40, 1 + 2.0**-12, np.float32)
        b = np.full(40, 1 + 2.0**-12, np.float32)
        c = np.array([sign * 2.0**-e for e in range(40, 60) for sign in (1, -1)], np.float32)
        self.check(a, b, c)

    def test_extremes(self):
        operands = np.array(list(itertools.product(SPECIAL, repeat=3)))
        self.check(*operands.T)

    def test_not_finite(self):
        self.assertTrue(np.isnan(fma(np.array([np.inf]), np.array([0.0]), np.array([1.0]))[0]))
        self.assertEqual(fma(np.array([np.inf]), np.array([2.0]), np.array([1.0]))[0], np.inf)


if __name__ == "__main__":
    unittest.main()
