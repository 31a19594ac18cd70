"""The side of the protocol that an adapter needs: requests and replies, and tensors from and into HDF5 files.

An adapter calls `serve(name, version, evaluate)`; `evaluate` gets a `Sample` and gives an `Answer`, or raises
`Unsupported` for what its library lacks. Any other exception is the library's refusal of the inputs. The protocol is
described in reference/PROTOCOL.md, the names of operations, operands and arguments in reference/README.md.
"""

import json
import math
import os
import sys
from dataclasses import dataclass, field

import h5py
import numpy as np

PROTOCOL = 1
DTYPES = ("float32", "float64", "int64", "bool")
_MESSAGE_LIMIT = 300


class Unsupported(Exception):
    """The library lacks the operation, or has it without one of the arguments."""


@dataclass
class Sample:
    """One question: NumPy arrays by name, which are not to be written to; Booleans are of dtype bool."""

    operation: str
    arguments: dict
    dtype: str
    inputs: dict
    requires_grad: list
    cotangents: dict
    retain: list
    trace: list


@dataclass
class Answer:
    """Outputs are arrays, strings or lists of strings; gradients and what lies between a model's layers are arrays."""

    outputs: dict
    gradients: dict = field(default_factory=dict)
    trace_outputs: dict = field(default_factory=dict)
    trace_gradients: dict = field(default_factory=dict)


def serve(name, version, evaluate):
    """Answers requests until standard input ends."""
    # Replies go to a copy of descriptor 1; what a library prints goes to standard error with the rest.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(message):
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    for line in open(0, encoding="utf-8", closefd=False):
        request = json.loads(line)
        if request["method"] == "hello":
            reply({"method": "hello", "protocol": PROTOCOL, "name": name, "version": version})
        elif request["method"] == "evaluate":
            for sample, status in _answer(request, evaluate):
                reply({"id": request["id"], "sample": sample, **status})
            reply({"id": request["id"], "status": "done"})
        else:
            sys.exit(f"no such method: {request['method']}")
    os._exit(0)  # at once, since large libraries take seconds to clear up


def _answer(request, evaluate):
    """Computes the samples of a request in order; gives name and status of each as soon as it is computed."""
    questions, answers = _Questions(request["questions"]), _Answers()
    for name in request["samples"]:
        try:
            answers.add(name, evaluate(questions.sample(name)))
            yield name, {"status": "answered"}
        except Unsupported as lack:
            yield name, {"status": "unsupported", "message": str(lack)}
        except Exception as refusal:
            yield name, {"status": "refused", "message": f"{type(refusal).__name__}: {refusal}"[:_MESSAGE_LIMIT]}
    answers.write(request["answers"])


class _Questions:
    """A file of questions, read whole: it is the index and one pool of elements a dtype."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            self.index = json.loads(file["index"][()])
            self.pools = {dtype: file[dtype][:] for dtype in DTYPES if dtype in file}
        if "bool" in self.pools:
            self.pools["bool"] = self.pools["bool"].astype(bool)
        for pool in self.pools.values():
            pool.flags.writeable = False

    def sample(self, name):
        entry = self.index[name]
        return Sample(
            operation=entry["operation"],
            arguments=entry["arguments"],
            dtype=entry["dtype"],
            inputs={name: self._array(place) for name, place in entry["inputs"].items()},
            requires_grad=[name for name, place in entry["inputs"].items() if place["requires_grad"]],
            cotangents={name: self._array(place) for name, place in entry.get("cotangents", {}).items()},
            retain=entry.get("retain", []),
            trace=entry.get("trace", []),
        )

    def _array(self, place):
        count, offset = math.prod(place["shape"]), place.get("offset", 0)
        pool = self.pools.get(place["dtype"], np.empty(0, place["dtype"]))
        return pool[offset : offset + count].reshape(place["shape"])


class _Answers:
    """Collects answers, and writes them into one file when all are there."""

    def __init__(self):
        self.index = {}
        self.pools = {dtype: [] for dtype in DTYPES}
        self.lengths = dict.fromkeys(DTYPES, 0)

    def add(self, name, answer):
        entry = {"outputs": self._places(answer.outputs), "gradients": self._places(answer.gradients)}
        if answer.trace_outputs:
            trace = {"outputs": answer.trace_outputs, "gradients": answer.trace_gradients}
            entry["trace"] = {group: self._places(values) for group, values in trace.items()}
        self.index[name] = entry

    def _places(self, values):
        return {name: self._place(value) for name, value in values.items()}

    def _place(self, value):
        if isinstance(value, str):
            return {"dtype": "string", "shape": [], "strings": [value]}
        if isinstance(value, list):
            return {"dtype": "string", "shape": [len(value)], "strings": value}
        value = np.asarray(value)
        if value.dtype.kind in "iu":  # the format has one type of integers
            value = value.astype(np.int64)
        dtype = value.dtype.name
        if dtype not in DTYPES:
            raise TypeError(f"answers hold no {dtype}")
        place = {"dtype": dtype, "shape": list(value.shape), "offset": self.lengths[dtype]}
        self.pools[dtype].append(np.array(value).ravel())  # a copy: libraries may write where their values lie
        self.lengths[dtype] += value.size
        return place

    def write(self, path):
        with h5py.File(path, "w") as file:
            file.create_dataset("index", data=json.dumps(self.index), dtype=h5py.string_dtype())
            for dtype, parts in self.pools.items():
                if parts:
                    pool = np.concatenate(parts)
                    file[dtype] = pool.astype(np.uint8) if dtype == "bool" else pool
