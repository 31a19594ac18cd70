"""What is compared: the samples of fixtures, and larger ones that reach every block size of the article."""

import json
import os
from dataclasses import dataclass

import h5py
import numpy as np

MANY = 30000  # arguments of functions


@dataclass
class Sample:
    """A question: inputs are pairs of an array and whether it wants a gradient."""

    operation: str
    arguments: dict
    dtype: str
    inputs: dict
    cotangents: dict
    retain: tuple = ()


def fixtures(directory):
    """Rows in the order of the manifest: their ids and samples; those that PyTorch refuses are left out."""
    with open(os.path.join(directory, "manifest.json"), encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    for row in rows:
        with h5py.File(os.path.join(directory, row["file"]), "r") as file:
            yield row["id"], {name: _sample(group) for name, group in file["samples"].items()
                              if "raises" not in group.attrs}


def _sample(group):
    inputs = {name: (_array(item), bool(item.attrs["requires_grad"])) for name, item in _datasets(group, "inputs")}
    retain = tuple(name for name, _ in _datasets(group, "gradients") if name not in inputs)
    return Sample(group.attrs["operation"], json.loads(group.attrs["arguments"]), group.attrs["dtype"], inputs,
                  {name: _array(item) for name, item in _datasets(group, "cotangents")}, retain)


def _datasets(group, part):
    found = []
    if part in group:
        group[part].visititems(lambda name, item: found.append((name, item)) if isinstance(item, h5py.Dataset) else None)
    return found


def _array(dataset):
    array = dataset[()]
    return np.asarray(array.astype(bool) if array.dtype == np.uint8 else array)


def drawn(shape, seed, dtype):
    """Numbers of all their digits between -8 and 8, many of them small, from splitmix64 of a counter."""
    state = (np.arange(1, int(np.prod(shape, dtype=int)) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
             + np.uint64(seed * 0x9E3779B9 % 2**64))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    state = state ^ (state >> np.uint64(31))
    signed = ((state >> np.uint64(10)).astype(np.float64) - 2.0**53) * 2.0**-50
    return np.ldexp(signed, -(state % np.uint64(8)).astype(int)).astype(dtype).reshape(shape)


def large():
    """Shapes beyond the article's blocks, in both types: (name, operation, shapes of inputs, arguments, of output)."""
    table = [
        *((str(MANY), name, {"input": (MANY,)}, {}, (MANY,)) for name in ("exp", "log", "sigmoid", "tanh")),
        (str(MANY), "pow", {"input": (MANY,), "exponent": (MANY,)}, {}, (MANY,)),
        ("row", "sum", {"input": (3, 9001)}, {"dim": 1}, (3,)),
        ("rows-apart", "sum", {"input": (70, 3, 65)}, {"dim": [0, 2]}, (3,)),
        ("column", "sum", {"input": (4400, 3)}, {"dim": 0}, (3,)),
        ("row", "mean", {"input": (2, 4097)}, {"dim": 1}, (2,)),
        ("row", "var", {"input": (2, 8200)}, {"dim": 1}, (2,)),
        ("column", "var", {"input": (4200, 3)}, {"dim": 0}, (3,)),
        ("row", "amax", {"input": (3, 300)}, {"dim": 1}, (3,)),
        ("row", "softmax", {"input": (2, 2100)}, {"dim": 1}, (2, 2100)),
        ("column", "log_softmax", {"input": (2, 70, 5)}, {"dim": 1}, (2, 70, 5)),
        ("signals", "batch_norm", {"input": (3, 2, 4200), "weight": (2,), "bias": (2,)}, {"training": True},
         (3, 2, 4200)),
        ("vectors", "batch_norm", {"input": (4200, 3), "weight": (3,), "bias": (3,)}, {"training": True}, (4200, 3)),
        ("5x7x9", "matmul", {"input": (5, 7), "other": (7, 9)}, {}, (5, 9)),
        ("64x300x33", "matmul", {"input": (64, 300), "other": (300, 33)}, {}, (64, 33)),
        ("3x1000x4", "matmul", {"input": (3, 1000), "other": (1000, 4)}, {}, (3, 4)),
        ("1x1000x40", "matmul", {"input": (1, 1000), "other": (1000, 40)}, {}, (1, 40)),
        ("1000", "linear", {"input": (3, 1000), "weight": (5, 1000), "bias": (5,)}, {}, (3, 5)),
        ("blocks", "conv2d", {"input": (2, 60, 9, 8), "weight": (5, 60, 3, 3), "bias": (5,)}, {"padding": 1},
         (2, 5, 9, 8)),
        ("stride", "conv2d", {"input": (1, 3, 9, 8), "weight": (70, 3, 3, 3), "bias": (70,)},
         {"padding": 1, "stride": 2}, (1, 70, 5, 4)),
        ("runs", "conv2d", {"input": (5, 2, 25, 23), "weight": (3, 2, 3, 2)}, {}, (5, 3, 23, 22)),
        ("runs", "conv1d", {"input": (9, 2, 300), "weight": (3, 2, 5), "bias": (3,)}, {}, (9, 3, 296)),
        ("stretches", "conv1d", {"input": (10, 140, 4), "weight": (130, 140, 1)}, {}, (10, 130, 4)),
        ("blocks", "conv_transpose1d", {"input": (2, 300, 4), "weight": (300, 3, 3), "bias": (3,)}, {"stride": 2},
         (2, 3, 9)),
    ]
    for number, (name, operation, inputs, arguments, output) in enumerate(table):
        for dtype in ("float32", "float64"):
            drawn_inputs = {operand: (drawn(shape, 100 * number + place, dtype), True)
                            for place, (operand, shape) in enumerate(inputs.items())}
            yield f"{operation} {name} {dtype}", Sample(
                operation, arguments, dtype, drawn_inputs, {"output": drawn(output, 100 * number + 99, dtype)})
