"""Runs a case in PyTorch: forward, backward from given or drawn cotangents, gradients."""

import warnings
from dataclasses import dataclass, field

import numpy as np
import torch

warnings.simplefilter("ignore", UserWarning)  # the cases go where PyTorch warns, on purpose
torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.use_deterministic_algorithms(True)


@dataclass
class Values:
    """What a computation gave: arrays (or strings) by name."""

    outputs: dict
    cotangents: dict = field(default_factory=dict)
    gradients: dict = field(default_factory=dict)


def evaluate(case, inputs, dtype, cotangent):
    """The case's values in `dtype`; `cotangent(name, shape)` gives the float64 upstream gradient of an output."""
    tensors = {name: _tensor(item, dtype) for name, item in inputs.items()}
    outputs = _compute(case)(tensors, case.arguments)
    if isinstance(outputs, torch.Tensor):
        outputs = {"output": outputs}
    for name in case.retain:
        outputs[name].retain_grad()
    heads = [n for n, value in outputs.items() if value.requires_grad and n not in case.no_cotangent]
    cotangents = {name: cotangent(name, tuple(outputs[name].shape)) for name in heads}
    if heads:
        torch.autograd.backward(
            [outputs[name] for name in heads],
            [torch.from_numpy(cotangents[name]).to(outputs[name].dtype) for name in heads],
        )
    gradients = {}
    for name, item in inputs.items():
        if item.requires_grad:
            if tensors[name].grad is None:
                raise ValueError(f"no gradient reaches {name}")
            gradients[name] = _array(tensors[name].grad)
    for name in case.retain:
        gradients[name] = _array(outputs[name].grad)
    return Values({name: _array(value) for name, value in outputs.items()}, cotangents, gradients)


def exception_name(case, inputs, dtype):
    """The name of the exception that PyTorch raises for the case's forward, or None."""
    tensors = {name: _tensor(item, dtype) for name, item in inputs.items()}
    try:
        _compute(case)(tensors, case.arguments)
    except Exception as exception:  # whatever PyTorch refuses with
        return type(exception).__name__
    return None


def _compute(case):
    if case.compute is not None:
        return case.compute
    from .operations import OPERATIONS

    return OPERATIONS[case.operation]


def _tensor(item, dtype):
    array = np.array(item.data, order="C")
    if array.dtype.kind == "f":
        array = array.astype(dtype)
    return torch.from_numpy(array).requires_grad_(item.requires_grad)


def _array(tensor):
    return np.array(tensor.detach().resolve_neg().numpy(), order="C")
