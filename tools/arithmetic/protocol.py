"""An implementation that is asked by the protocol of reference/PROTOCOL.md."""

import json
import os
import subprocess
import tempfile

import h5py
import numpy as np

STORED = {"float32": "float32", "float64": "float64", "int64": "int64", "bool": "uint8"}


class Implementation:
    """A program that speaks the protocol, for use in a `with` statement."""

    def __init__(self, command):
        self.command = command

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", self.command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.requests = 0
        self.name = self._ask({"method": "hello", "protocol": 1})["name"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.directory.cleanup()

    def _ask(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return self._reply()

    def _reply(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the implementation has ended")
        return json.loads(line)

    def answers(self, samples):
        """What it answers to samples by name: (outputs, gradients), or the reason why it answers nothing."""
        self.requests += 1
        questions, answers = (os.path.join(self.directory.name, name) for name in ("questions.h5", "answers.h5"))
        _write(questions, samples)
        reply = self._ask({"method": "evaluate", "id": self.requests, "questions": questions,
                           "samples": list(samples), "answers": answers})
        found = {}
        while reply["status"] != "done":
            if reply["status"] != "answered":
                found[reply["sample"]] = f"{reply['status']}: {reply.get('message')}"
            reply = self._reply()
        if len(found) < len(samples):
            found.update(_read(answers))
        return found


def _write(path, samples):
    stores, index = {name: [] for name in STORED}, {}

    def place(array):
        dtype = str(array.dtype)
        offset = sum(part.size for part in stores[dtype])
        stores[dtype].append(array.ravel())
        return {"dtype": dtype, "shape": list(array.shape), "offset": offset}

    for name, sample in samples.items():
        index[name] = {
            "operation": sample.operation, "arguments": sample.arguments, "dtype": sample.dtype,
            "inputs": {operand: {**place(array), "requires_grad": wants, "role": "input"}
                       for operand, (array, wants) in sample.inputs.items()},
            "cotangents": {output: place(array) for output, array in sample.cotangents.items()},
            "retain": list(sample.retain), "trace": []}
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "autograd-conformance-questions"
        file.attrs["format_version"] = np.int64(1)
        for dtype, parts in stores.items():
            if parts:
                file[dtype] = np.concatenate(parts).astype(STORED[dtype])
        file.create_dataset("index", data=json.dumps(index), dtype=h5py.string_dtype())


def _read(path):
    with h5py.File(path, "r") as file:
        index = json.loads(file["index"].asstr()[()])
        stores = {name: file[name][()] for name in STORED if name in file}

    def tensor(entry):
        if entry["dtype"] == "string":
            return entry["strings"] if entry["shape"] else entry["strings"][0]
        count = int(np.prod(entry["shape"], dtype=int))
        store = stores.get(entry["dtype"], np.zeros(0, STORED[entry["dtype"]]))
        return store[entry["offset"]:entry["offset"] + count].reshape(entry["shape"]).astype(entry["dtype"])

    return {name: tuple({key: tensor(entry) for key, entry in sample.get(part, {}).items()}
                        for part in ("outputs", "gradients")) for name, sample in index.items()}
