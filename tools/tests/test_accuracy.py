"""The judge of accuracy: it knows right from wrong, its bounds hold, and it finds a kernel that is slightly off."""

import math
import os
import shutil
import subprocess
import tempfile
import unittest

import numpy as np

from tools.accuracy import hard, inputs, libraries, table
from tools.accuracy.rows import ROWS, Row

_SOURCES = os.path.join(os.path.dirname(__file__), "..", "..", "Sources", "CKernels")
_TABLE = os.path.join(os.path.dirname(__file__), "..", "..", "reference", "ACCURACY.md")


def _has_mpfr():
    compiler = shutil.which("clang") or shutil.which("cc")
    probe = [compiler, "-fsyntax-only", "-x", "c", "-"]
    return compiler and subprocess.run(probe, input=b"#include <mpfr.h>\n", capture_output=True).returncode == 0


@unittest.skipUnless(_has_mpfr(), "MPFR (libmpfr-dev) is missing")
class Accuracy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        libraries.compile_all(cls.work.name)
        cls.reference = libraries.Reference(cls.work.name)
        cls.kernels = [libraries.Kernels(cls.work.name, variant) for variant in libraries.VARIANTS]

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def judge(self, function, dtype, a, result, b=0):
        a, b, result = (np.array([value], dtype) for value in (a, b, result))
        return self.reference.judge(function, a, b, [result])[0][0]

    def test_right_results(self):
        known = [("exp", 1, math.e), ("log", 10, math.log(10)), ("sqrt", 2, math.sqrt(2)), ("sigmoid", 0, 0.5),
                 ("tanh", 0.5, math.tanh(0.5)), ("exp", -math.inf, 0), ("log", 0, -math.inf), ("log", -1, math.nan),
                 ("sqrt", -0.0, -0.0), ("tanh", -0.0, -0.0), ("exp", 1000, math.inf), ("sigmoid", math.nan, math.nan)]
        for function, x, y in known:
            for dtype in ("float32", "float64"):
                verdict = self.judge(function, dtype, x, y)
                # The operands are the same numbers in both types; libm is within 1 ULP of float64.
                self.assertEqual(verdict.misplaced, 0, (function, dtype, x))
                self.assertLessEqual(verdict.worst, 1 if dtype == "float64" else 0, (function, dtype, x))
        self.assertEqual(self.judge("pow", "float32", 3, 9, b=2).wrong, 0)
        self.assertEqual(self.judge("pow", "float64", -2, -0.125, b=-3).wrong, 0)

    def test_wrong_results(self):
        above = np.nextafter(np.float32(math.e), np.float32(3))
        verdict = self.judge("exp", "float32", 1, above)
        self.assertEqual((verdict.wrong, verdict.misplaced), (1, 0))
        self.assertAlmostEqual(verdict.worst, (float(above) - math.e) / 2**-22, places=6)
        largest = np.finfo(np.float32).max
        too_large = (2.0**128 - math.exp(np.float32(88.72283))) / 2.0**104
        self.assertAlmostEqual(self.judge("exp", "float32", 88.72283, math.inf).worst, too_large, places=4)
        misplaced = [("tanh", -0.0, 0.0), ("sqrt", -1, 1), ("exp", math.nan, 1), ("log", 0, -largest),
                     ("exp", 1, math.nan), ("exp", math.inf, largest), ("exp", -200, -0.0)]
        for function, x, y in misplaced:
            for dtype in ("float32", "float64"):
                if (x, dtype) != (-200, "float64"):
                    self.assertEqual(self.judge(function, dtype, x, y).misplaced, 1, (function, dtype, x))

    def test_bounds_that_decide_float32_hold(self):
        for function in libraries.CODES:
            a, b = inputs.sample(function, "float32", 0, 3)
            share = self.reference.claimed(function, a[::4], b[::4])
            self.assertLess(share, 1, function)
            self.assertGreater(share, 0, function)

    def test_published_hard_cases_are_hard(self):
        for function in hard.CASES:
            for case in hard.cases(function):
                self.assertLess(self.reference.hardness(function, *case), 2**-50, (function, case))
        self.assertGreater(self.reference.hardness("exp", 1.0), 2**-10)

    def test_kernels_are_as_the_table_says(self):
        committed, _ = table.read(_TABLE)
        for function, dtype in ROWS:
            row = Row(function, dtype, inputs.BLOCK, None).run(self.kernels, self.reference, 1, 2)
            self.assertEqual(row.faults(committed[function, dtype]), [], (function, dtype))

    def test_a_wrong_coefficient_is_found(self):
        committed, _ = table.read(_TABLE)
        with tempfile.TemporaryDirectory() as work:
            sources = os.path.join(work, "CKernels")
            shutil.copytree(_SOURCES, sources)
            path = os.path.join(sources, "math_table_f32.h")
            with open(path) as file:
                text = file.read()
            for right, wrong in (("0x1.555c78p-3f", "0x1.545c78p-3f"), ("0x1.555556p-2f", "0x1.545556p-2f")):
                self.assertEqual(text.count(right), 1)
                text = text.replace(right, wrong)
            with open(path, "w") as file:
                file.write(text)
            libraries.compile_all(work, sources)
            kernels = [libraries.Kernels(work, "v3")]
            for function in ("exp", "log"):
                row = Row(function, "float32", 4 * inputs.BLOCK, None).run(kernels, self.reference, 1, 2)
                self.assertNotEqual(row.faults(committed[function, "float32"]), [], function)
            row = Row("exp", "float32", inputs.BLOCK, None).run(kernels + self.kernels[-1:], self.reference, 1, 2)
            self.assertTrue(any("other bits with v3" in fault for fault in row.faults(None)))


if __name__ == "__main__":
    unittest.main()
