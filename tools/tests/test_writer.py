"""Files: the same bytes twice, without time stamps, holding what the format says."""

import hashlib
import json
import os
import tempfile
import time
import unittest

import h5py
import numpy as np

from tools.generator.core import manifest
from tools.generator.core.case import Case, Row, operand
from tools.generator.core.sample import samples
from tools.generator.core.writer import write_row


def _row():
    def evaluate(inputs, arguments, dtype):
        return {"path": "aé", "paths": ["", "b"], "a/b": 2 * inputs["x.y"], "none": np.zeros((0, 3), dtype)}

    inputs = {"x.y": operand([[1.5, -2.0]], role="parameter"), "mask": operand([True, False]), "n": operand(3)}
    return Row("decoding/greedy_search", "Title", [Case("made", lambda draw: inputs, {"k": [1]}, evaluate=evaluate)])


class Files(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = os.path.join(self.directory.name, "decoding", "greedy_search.h5")

    def write(self):
        row = _row()
        write_row(self.path, row, samples(row), {"seed": 1})
        with open(self.path, "rb") as file:
            return file.read()

    def test_same_bytes_at_another_time(self):
        first = self.write()
        time.sleep(1.1)
        self.assertEqual(first, self.write())

    def test_contents(self):
        self.write()
        with h5py.File(self.path) as file:
            self.assertEqual(file.attrs["format"], "autograd-conformance")
            self.assertEqual(file.attrs["format_version"], 1)
            self.assertEqual(list(file["samples"]), ["0000", "0001"])
            single, double = file["samples/0000"], file["samples/0001"]
            self.assertEqual((single.attrs["dtype"], double.attrs["dtype"]), ("float32", "float64"))
            self.assertEqual(json.loads(single.attrs["arguments"]), {"k": [1]})
            self.assertEqual(single["inputs/x.y"].dtype, "<f4")
            self.assertEqual(single["inputs/x.y"].attrs["role"], "parameter")
            self.assertEqual(single["inputs/mask"].dtype, "u1")
            self.assertEqual((single["inputs/n"].dtype, single["inputs/n"].shape), ("<i8", ()))
            self.assertEqual(single["outputs/path"][()].decode(), "aé")
            self.assertEqual([text.decode() for text in single["outputs/paths"]], ["", "b"])
            self.assertEqual(single["outputs/none"].shape, (0, 3))
            self.assertEqual(single["truth/outputs/a/b"].dtype, "<f8")
            self.assertNotIn("path", single["truth/outputs"])
            self.assertNotIn("truth", double)
            self.assertNotIn("gradients", single)

    def test_manifest_keeps_other_rows_in_table_order(self):
        self.write()
        path = os.path.join(self.directory.name, manifest.FILE)
        others = [{"id": i, "title": "", "file": "", "sha256": ""} for i in ("attention/attention", "functional/add")]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"rows": others, "provenance": {"torch": "2"}}, file)
        manifest.update(self.directory.name, [_row()])
        with open(path, encoding="utf-8") as file:
            made = json.load(file)
        ids = [row["id"] for row in made["rows"]]
        self.assertEqual(ids, ["functional/add", "decoding/greedy_search", "attention/attention"])
        self.assertEqual(made["provenance"], {"torch": "2"})
        with open(self.path, "rb") as file:
            self.assertEqual(made["rows"][1]["sha256"], hashlib.sha256(file.read()).hexdigest())

    def test_the_table_has_57_rows(self):
        self.assertEqual(len(set(manifest.IDS)), 57)
