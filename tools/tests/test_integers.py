"""The integer generator: published values of its parts, and what its draws promise."""

import unittest

import numpy as np

from tools.generator.core.integers import Draw, stream_state, words


class Parts(unittest.TestCase):
    def test_fnv_1a(self):
        published = {"": 0xCBF29CE484222325, "a": 0xAF63DC4C8601EC8C, "foobar": 0x85944171F73967E8}
        for text, state in published.items():
            self.assertEqual(stream_state(text), state)

    def test_splitmix64(self):
        self.assertEqual(words(0, 3).tolist(), [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F])


class Draws(unittest.TestCase):
    def setUp(self):
        self.draw = Draw("functional/add", "0000")

    def test_same_name_same_numbers(self):
        again = Draw("functional/add", "0000").dyadic("input", (5,))
        np.testing.assert_array_equal(self.draw.dyadic("input", (5,)), again)

    def test_row_sample_and_name_each_change_the_numbers(self):
        here = self.draw.dyadic("input", (5,))
        others = (Draw("functional/sub", "0000"), Draw("functional/add", "0001"))
        for other in (*(draw.dyadic("input", (5,)) for draw in others), self.draw.dyadic("other", (5,))):
            self.assertFalse(np.any(here == other))

    def test_a_longer_draw_begins_with_the_shorter(self):
        np.testing.assert_array_equal(self.draw.dyadic("x", (9,))[:4], self.draw.dyadic("x", (4,)))

    def test_numbers_are_exact_in_float32_and_in_range(self):
        for values in (self.draw.dyadic("x", (1000,)), self.draw.nonzero("x", (1000,))):
            np.testing.assert_array_equal(values.astype(np.float32).astype(np.float64), values)
            self.assertTrue(np.all((values >= -2) & (values < 2)))

    def test_nonzero(self):
        self.assertTrue(np.all(self.draw.nonzero("x", (10000,)) * 4096 % 2 == 1))

    def test_uniform(self):
        counts = np.bincount(self.draw.integers("x", (8000,), 0, 8), minlength=8)
        self.assertTrue(np.all(np.abs(counts - 1000) < 150), counts)

    def test_mask(self):
        self.assertAlmostEqual(self.draw.mask("x", (8000,), keep=0.25).mean(), 0.25, delta=0.03)

    def test_distinct_and_permutation(self):
        self.assertEqual(np.unique(self.draw.distinct("x", (7, 11))).size, 77)
        self.assertEqual(sorted(self.draw.permutation("x", 50)), list(range(50)))

    def test_distributions_sum_to_one(self):
        values = self.draw.distribution("x", (3, 5, 2), 1)
        self.assertTrue(np.all(values > 0))
        np.testing.assert_array_equal(values.sum(axis=1), np.ones((3, 2)))
        logs = self.draw.log_distribution("x", (4, 6))
        np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, atol=1e-4)

    def test_a_bound_beyond_32_bits_is_refused(self):
        with self.assertRaises(ValueError):
            self.draw.integers("x", (2,), 0, 1 << 33)
