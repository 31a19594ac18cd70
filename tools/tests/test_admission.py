"""Admission: samples that a wrong answer would pass are refused, with row, sample and quantity in the message."""

import unittest

import numpy as np

from tools.generator.core.admission import admit
from tools.generator.core.case import Case, operand
from tools.generator.core.sample import Refused, Sample
from tools.generator.core.verdict import error, limit, tells_apart

INPUT = np.array([1.0, 2.0, -3.0])


def sample(quantities, operation="double", inputs=None, truth=None, cotangents=None, same=False, dtype="float64"):
    case = Case(operation, inputs=None, same_by_definition=same)
    given = {"input": operand(INPUT)} if inputs is None else inputs
    arrays = {name: np.asarray(value, dtype=dtype) for name, value in quantities.items()}
    exact = arrays if truth is None else {name: np.asarray(value) for name, value in truth.items()}
    return Sample("row", "0007", case, dtype, given, cotangents or {}, arrays, exact)


class Admission(unittest.TestCase):
    def assert_refused(self, samples, *words):
        with self.assertRaises(Refused) as caught:
            admit(samples)
        for word in ("row", "0007", *words):
            self.assertIn(word, str(caught.exception))

    def test_a_good_sample(self):
        admit([sample({"outputs/output": 2 * INPUT, "gradients/input": [0.5, -1.0, 0.25]})])

    def test_zeros(self):
        self.assert_refused([sample({"gradients/input": [0.0, 0.0, 0.0]})], "gradients/input", "zeros")

    def test_the_input_unchanged(self):
        self.assert_refused([sample({"outputs/output": INPUT})], "outputs/output", "the input unchanged")
        self.assert_refused([sample({"outputs/output": INPUT * (1 + 1e-13)})], "the input unchanged")

    def test_the_parameter_before_the_step(self):
        inputs = {"params/0": operand(INPUT), "grads/0/0": operand(INPUT), "grads/1/0": operand(INPUT)}
        moved = {"outputs/params/0/0": INPUT - 1, "outputs/params/1/0": INPUT - 2}
        admit([sample(moved, inputs=inputs)])
        stale = {"outputs/params/0/0": INPUT - 1, "outputs/params/1/0": INPUT - 1}
        self.assert_refused([sample(stale, inputs=inputs)], "params/1/0", "before the step")
        del inputs["grads/1/0"]
        admit([sample(stale, inputs=inputs)])

    def test_a_constant_cotangent(self):
        constant = {"output": np.ones(3)}
        self.assert_refused([sample({"outputs/output": 2 * INPUT}, cotangents=constant)], "cotangents/output")

    def test_an_excuse_needs_another_sample(self):
        excused = sample({"outputs/output": INPUT}, same=True)
        self.assert_refused([excused], "every other sample")
        admit([excused, sample({"outputs/output": 2 * INPUT})])

    def test_float32_that_says_something_else_than_float64(self):
        nan = sample({"outputs/output": [1.0, np.nan]}, truth={"outputs/output": [1.0, 2.0]}, dtype="float32")
        self.assert_refused([nan], "NaN")
        far = sample({"outputs/output": [1.0, 2.001]}, truth={"outputs/output": [1.0, 2.0]}, dtype="float32")
        self.assert_refused([far], "E =")


class Verdict(unittest.TestCase):
    def test_error_is_in_units_of_the_largest_entry(self):
        truth = np.array([1.0, -4.0, np.inf])
        off = truth + np.array([2.0**-23, 0.0, 0.0])
        self.assertEqual(error(off, truth, "float32"), 0.25)
        self.assertEqual(error(truth, truth, "float32"), 0.0)
        self.assertEqual(error(np.ones(2), np.zeros(2), "float32"), np.inf)

    def test_limits(self):
        truth = np.array([1.0])
        self.assertEqual(limit(truth, truth, "float64"), 256)
        self.assertEqual(limit(truth, truth, "float32"), 8)
        self.assertEqual(limit(truth + 3 * 2.0**-23, truth, "float32"), 12)

    def test_patterns_tell_apart(self):
        right = np.array([1.0, np.nan, np.inf])
        for wrong in ([1.0, 2.0, np.inf], [1.0, np.nan, -np.inf], [np.nan, np.nan, np.inf], [1.0, np.nan]):
            self.assertTrue(tells_apart(np.array(wrong), right, right, "float64", 100))
        self.assertFalse(tells_apart(right, right, right, "float64", 100))
