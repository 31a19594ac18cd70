"""Adapters as child processes: requests of the protocol in, replies and files of answers out."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

_ADAPTERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "adapters")


def _tensor(pools, array):
    """Adds an array to the pools; gives what the index says of it."""
    dtype = array.dtype.name
    pool = pools.setdefault(dtype, [])
    offset = sum(part.size for part in pool)
    pool.append(array.ravel())
    return {"dtype": dtype, "shape": list(array.shape), "offset": offset}


def _write_questions(path, samples):
    """`samples`: of each name (operation, arguments, inputs, cotangents[, retain]); floating inputs want gradients."""
    index, pools = {}, {"int64": [np.arange(3)]}  # elements that no tensor names, so that offsets matter
    for name, (operation, arguments, inputs, cotangents, *retain) in samples.items():
        places = {
            key: {**_tensor(pools, value), "requires_grad": value.dtype.kind == "f" and bool(cotangents), "role": "input"}
            for key, value in inputs.items()
        }
        dtype = next(value.dtype.name for value in inputs.values() if value.dtype.kind == "f")
        index[name] = {
            **{"operation": operation, "arguments": arguments, "dtype": dtype, "inputs": places},
            "cotangents": {key: _tensor(pools, value) for key, value in cotangents.items()},
            **{"retain": retain[0] if retain else [], "trace": [], "later": "unknown"},
        }
    with h5py.File(path, "w") as file:
        file.attrs["format"], file.attrs["format_version"] = "autograd-conformance-questions", 1
        file.create_dataset("index", data=json.dumps(index), dtype=h5py.string_dtype())
        for dtype, parts in pools.items():
            file[dtype] = np.concatenate(parts).astype("uint8" if dtype == "bool" else dtype)


def _read_answers(path):
    """Of each sample the groups of arrays, and of lists of strings."""
    with h5py.File(path, "r") as file:
        index = json.loads(file["index"][()])
        pools = {name: file[name][:] for name in file if name != "index"}

    def value(place):
        if place["dtype"] == "string":
            return place["strings"]
        array = pools[place["dtype"]][place["offset"] :][: int(np.prod(place["shape"]))]
        return array.reshape(place["shape"])

    return {
        name: {group: {key: value(place) for key, place in groups[group].items()} for group in ("outputs", "gradients")}
        for name, groups in index.items()
    }


class _Adapter(unittest.TestCase):
    """Runs one adapter for the samples of a test."""

    script = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def converse(self, requests):
        """The replies to the requests, whose conversation then ends."""
        done = subprocess.run(
            [sys.executable, os.path.join(_ADAPTERS, self.script)],
            input="".join(json.dumps(request) + "\n" for request in requests),
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def ask(self, samples):
        """Statuses by sample, and the answers."""
        paths = [os.path.join(self.directory, name) for name in ("questions.h5", "answers.h5")]
        _write_questions(paths[0], samples)
        hello = {"method": "hello", "protocol": 1, "later": None}
        evaluate = {"questions": paths[0], "samples": list(samples), "answers": paths[1]}
        greeting, *replies, done = self.converse([hello, {"method": "evaluate", "id": 7, **evaluate}])
        self.assertEqual((greeting["method"], greeting["protocol"]), ("hello", 1))
        self.assertTrue(greeting["name"])
        self.assertEqual(done, {"id": 7, "status": "done"})
        self.assertEqual([reply["sample"] for reply in replies], list(samples))
        self.assertEqual({reply["id"] for reply in replies}, {7})
        return {reply["sample"]: reply["status"] for reply in replies}, _read_answers(paths[1])

    def equal(self, found, expected):
        expected = np.asarray(expected)
        self.assertEqual((found.dtype, found.shape), (expected.dtype, expected.shape))
        np.testing.assert_allclose(found, expected, rtol=1e-6)

    def check_arithmetic(self):
        """Broadcasting, both dtypes, integers and several samples in one request."""
        a, b = np.float32([[1, 2], [3, 4]]), np.float32([10, 20])
        wide, cotangent = np.float64([0.5, -1.5]), np.float32([[1, -1], [2, 0.5]])
        count = np.int64([2, 3])
        statuses, answers = self.ask(
            {
                "0000": ("mul", {}, {"input": a, "other": b}, {"output": cotangent}),
                "0001": ("neg", {}, {"input": wide}, {}),
                "0002": ("add", {}, {"input": a, "other": np.float32([1, 2, 3])}, {"output": cotangent}),
                "0003": ("no_such_operation", {}, {"input": a}, {}),
                "0004": ("add", {}, {"input": wide, "other": count}, {"output": np.float64([3, 4])}),
            }
        )
        expected = dict(zip(statuses, ("answered", "answered", "refused", "unsupported", "answered")))
        self.assertEqual(statuses, expected)
        self.assertEqual(sorted(answers), ["0000", "0001", "0004"])
        self.equal(answers["0000"]["outputs"]["output"], a * b)
        self.equal(answers["0000"]["gradients"]["input"], cotangent * b)
        self.equal(answers["0000"]["gradients"]["other"], (cotangent * a).sum(0))
        self.equal(answers["0001"]["outputs"]["output"], -wide)
        self.assertEqual(answers["0001"]["gradients"], {})
        self.equal(answers["0004"]["outputs"]["output"], wide + count)
        self.assertEqual(list(answers["0004"]["gradients"]), ["input"])

    def check_program(self):
        """A value used twice, and cotangents of two outputs in one backward pass."""
        steps = [
            {"operation": "mul", "inputs": {"input": "x", "other": "x"}, "arguments": {}, "output": "square"},
            {"operation": "add", "inputs": {"input": "square", "other": "x"}, "arguments": {}, "output": "sum"},
        ]
        x, ones = np.float64([1, -2, 3]), np.ones(3)
        cotangents = {"square": ones, "sum": 2 * ones}
        statuses, answers = self.ask({"0000": ("program", {"steps": steps}, {"x": x}, cotangents)})
        self.assertEqual(statuses, {"0000": "answered"})
        self.equal(answers["0000"]["outputs"]["sum"], x * x + x)
        self.equal(answers["0000"]["gradients"]["x"], 3 * 2 * x + 2)


class Example(_Adapter):
    script = "example.py"

    def test_arithmetic(self):
        self.check_arithmetic()

    def test_program(self):
        self.check_program()

    def test_is_short(self):
        with open(os.path.join(_ADAPTERS, self.script), encoding="utf-8") as file:
            self.assertLess(len(file.readlines()), 100)


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is not installed: ITS ADAPTER IS NOT TESTED")
class PyTorch(_Adapter):
    script = "torch_adapter.py"

    def test_arithmetic(self):
        self.check_arithmetic()

    def test_program(self):
        self.check_program()

    def test_booleans_and_strings(self):
        probabilities = np.float64([[0.1, 0.6], [0.9, 0.4]])[:, :, None]
        scores, kept = np.float32([[1, 2], [3, 4]]), np.array([[True, False], [False, True]])
        statuses, answers = self.ask(
            {
                "0000": ("decode.greedy", {"symbols": ["é"]}, {"probabilities": probabilities}, {}),
                "0001": ("decode.beam", {"symbols": ["é"], "beam_width": 9}, {"probabilities": probabilities}, {}),
                "0002": ("dropout", {"p": 0.5}, {"input": scores, "mask": kept}, {"output": scores}),
            }
        )
        self.assertEqual(set(statuses.values()), {"answered"})
        self.assertEqual(answers["0000"]["outputs"]["path"], ["é"])
        self.equal(answers["0000"]["outputs"]["score"], 0.54)
        self.assertEqual(answers["0001"]["outputs"]["merged_paths"], ["", "é"])
        self.equal(answers["0001"]["outputs"]["merged_scores"], [0.06, 0.94])
        self.equal(answers["0002"]["outputs"]["output"], scores * kept * np.float32(2))
        self.equal(answers["0002"]["gradients"]["input"], scores * kept * np.float32(2))

    def test_retained_gradients(self):
        """With one step the weight is 1, so value gets the cotangent, and query and key nothing."""
        inputs = {"input": np.float64([[[2.0]]]), **{f"weight_{n}": np.ones((1, 1)) for n in ("key", "query", "value")}}
        cotangents = {"output": np.float64([[[3.0]]])}
        sample = ("attention", {}, inputs, cotangents, ["query", "key", "value"])
        statuses, answers = self.ask({"0000": sample})
        self.assertEqual(statuses, {"0000": "answered"})
        gradients = answers["0000"]["gradients"]
        self.equal(gradients["value"], cotangents["output"])
        self.equal(gradients["query"], np.zeros((1, 1, 1)))
        self.equal(gradients["weight_value"], np.float64([[6.0]]))

    def test_optimiser(self):
        """A parameter without a gradient stays."""
        inputs = {"params/0": np.float64([1.0, 2.0]), "params/1": np.float64(5.0), "grads/0/0": np.float64([0.5, -0.5])}
        statuses, answers = self.ask({"0000": ("optim.sgd", {"lr": 0.5}, inputs, {})})
        self.assertEqual(statuses, {"0000": "answered"})
        self.equal(answers["0000"]["outputs"]["params/0/0"], [0.75, 2.25])
        self.equal(answers["0000"]["outputs"]["params/0/1"], 5.0)


if __name__ == "__main__":
    unittest.main()
