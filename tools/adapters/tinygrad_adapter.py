"""Adapter for tinygrad on the CPU: `python3 tools/adapters/tinygrad_adapter.py`."""

from importlib.metadata import version

import numpy as np
from protocol import Answer, Unsupported, serve
from tinygrad import Tensor
from tinygrad.helpers import Context
from tinygrad_operations import OPERATIONS


def evaluate(sample):
    try:
        with Context(DEFAULT_FLOAT=sample.dtype):
            return _evaluate(sample)
    except NotImplementedError as lack:
        raise Unsupported(str(lack)) from lack


def _evaluate(sample):
    inputs = {name: Tensor(np.array(value)) for name, value in sample.inputs.items()}
    outputs = OPERATIONS.compute(sample.operation, inputs, sample.arguments)
    gradients = {}
    if sample.cotangents:
        targets = {**{n: inputs[n] for n in sample.requires_grad}, **{n: outputs[n] for n in sample.retain}}
        for name, cotangent in sample.cotangents.items():
            parts = outputs[name].gradient(*targets.values(), gradient=Tensor(np.array(cotangent)))
            gradients = {n: gradients[n] + part if n in gradients else part for n, part in zip(targets, parts)}
    return Answer(_arrays(outputs), _arrays(gradients))


def _arrays(values):
    return {name: value if isinstance(value, np.ndarray) else value.numpy() for name, value in values.items()}


if __name__ == "__main__":
    serve("tinygrad", version("tinygrad"), evaluate)
