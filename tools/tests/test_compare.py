"""What a new file beside an old one is called, and what the verdict allows of it."""

import os
import shutil
import tempfile
import unittest

import h5py
import numpy as np

from tools.generator.core import content
from tools.generator.core.compare import compare

EPSILON = 2.0**-23


class CompareTests(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.old, self.new = (os.path.join(self.directory.name, name) for name in ("old.h5", "new.h5"))
        with h5py.File(self.old, "w") as file:
            file.attrs["provenance"] = "one machine"
            sample = file.create_group("samples/0000")
            sample.attrs["dtype"] = "float32"
            sample["inputs/input"] = np.array([1, 2], np.float32)
            sample["inputs/labels"] = np.array([3, 4], np.int64)
            sample["outputs/output"] = np.array([1, 4], np.float32)
            sample["truth/outputs/output"] = np.array([1.0, 4.0])
            residue = sample.create_dataset("gradients/input", data=np.array([1e-9, 0], np.float32))
            residue.attrs["cancels"] = np.int64(1)
            sample["truth/gradients/input"] = np.array([0.0, 0.0])
        shutil.copyfile(self.old, self.new)

    def change(self, path, value):
        with h5py.File(self.new, "r+") as file:
            file[f"samples/0000/{path}"][...] = value

    def lines(self):
        comparison = compare(self.old, self.new)
        return comparison.kind, comparison.refused, [str(change) for change in comparison.changes]

    def test_identical_new_and_unreadable(self):
        self.assertEqual(self.lines(), ("identical", False, []))
        os.remove(self.old)
        self.assertEqual(self.lines(), ("new", False, []))
        with open(self.old, "w") as file:
            file.write("no fixture")
        kind, refused, lines = self.lines()
        self.assertEqual((kind, refused, len(lines)), ("changed", True, 1))

    def test_other_bytes_of_the_same_content(self):
        with h5py.File(self.new, "r+") as file:
            file.attrs["provenance"] = "another machine"
        self.assertEqual(self.lines(), ("same content", False, []))
        self.assertEqual(content.digest(self.old), content.digest(self.new))

    def test_values_may_move_within_the_verdict(self):
        self.change("outputs/output", [1, 4 + 8 * 2 * EPSILON])
        self.assertEqual(
            self.lines(), ("changed", False, ["0000 outputs/output: moved by E = 4, now at E = 4 of 8"])
        )
        self.assertNotEqual(content.digest(self.old), content.digest(self.new))
        self.change("outputs/output", [1, 4 + 20 * 2 * EPSILON])
        self.assertEqual(
            self.lines(),
            ("changed", True, ["0000 outputs/output: moved by E = 10, now at E = 10 of 8  <- not allowed"]),
        )

    def test_residue_has_the_rule_of_what_cancels(self):
        self.change("gradients/input", [6e-8, 0])
        self.assertEqual(self.lines()[1], False)
        self.change("gradients/input", [7e-8, 0])
        self.assertEqual(self.lines()[1], True)

    def test_nothing_else_may_change(self):
        for path, value in [("inputs/input", [1, 3]), ("inputs/labels", [3, 5]), ("outputs/output", [np.nan, 4])]:
            shutil.copyfile(self.old, self.new)
            self.change(path, value)
            kind, refused, lines = self.lines()
            self.assertEqual((kind, refused, len(lines)), ("changed", True, 1), lines)
        shutil.copyfile(self.old, self.new)
        with h5py.File(self.new, "r+") as file:
            file["samples/0000"].attrs["dtype"] = "float64"
            del file["samples/0000/inputs/labels"]
            file["samples/0000/outputs/second"] = np.zeros(2)
        self.assertEqual(
            self.lines(),
            ("changed", True, [
                "0000: dtype was float32, is float64  <- not allowed",
                "0000 inputs/labels: removed  <- not allowed",
                "0000 outputs/second: added  <- not allowed",
            ]),
        )


if __name__ == "__main__":
    unittest.main()
