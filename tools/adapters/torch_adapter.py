"""Adapter for PyTorch of whatever version is installed (2.0 or later): `python3 tools/adapters/torch_adapter.py`."""

import numpy as np
import torch
import torch_models
from protocol import Answer, serve
from torch_operations import OPERATIONS


def evaluate(sample):
    if sample.operation.startswith("decode."):
        return Answer(OPERATIONS[sample.operation](sample.inputs, sample.arguments))
    inputs = {name: _tensor(value) for name, value in sample.inputs.items()}
    for name in sample.requires_grad:
        inputs[name].requires_grad_()
    trace = torch_models.Trace(bool(sample.trace))
    if sample.operation in torch_models.MODELS:
        outputs = torch_models.MODELS[sample.operation](inputs, sample.arguments, trace)
    else:
        outputs = OPERATIONS.compute(sample.operation, inputs, sample.arguments)
    for name in sample.retain:
        outputs[name].retain_grad()
    answer = Answer({name: _array(value) for name, value in outputs.items()})
    if sample.cotangents:
        cotangents = {name: _tensor(value) for name, value in sample.cotangents.items()}
        torch.autograd.backward([outputs[name] for name in cotangents], list(cotangents.values()))
        trace.backward(cotangents)
        given = {**{name: inputs[name] for name in sample.requires_grad}, **{n: outputs[n] for n in sample.retain}}
        answer.gradients = _gradients(given)
        answer.trace_gradients = _gradients(trace.values)
    answer.trace_outputs = {name: _array(value) for name, value in trace.values.items()}
    return answer


def _gradients(tensors):
    """What autograd left in the tensors that it reached."""
    return {name: _array(tensor.grad) for name, tensor in tensors.items() if tensor.grad is not None}


def _tensor(array):
    """A copy: PyTorch wants arrays that it may write to."""
    return torch.from_numpy(np.array(array, order="C"))


def _array(tensor):
    return tensor.detach().resolve_neg().numpy()


if __name__ == "__main__":
    serve("PyTorch", torch.__version__, evaluate)
