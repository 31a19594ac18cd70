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
    return _backward(tensors, outputs, case.retain, case.no_cotangent, cotangent)


def evaluate_trace(case, inputs, dtype, cotangent):
    """What the case's `trace` computes, the values between the layers among the outputs and gradients, and the names
    of those. It has tensors of its own, so that the bits `evaluate` gives don't depend on there being a trace."""
    tensors = {name: _tensor(item, dtype) for name, item in inputs.items()}
    outputs = case.trace(tensors, case.arguments)
    between = tuple(name for name in outputs if name != "output")
    return _backward(tensors, outputs, between, between, cotangent), between


def _backward(tensors, outputs, retain, no_cotangent, cotangent):
    """Backward from the outputs but those in `no_cotangent`; gradients of what wants one and of the outputs in
    `retain`."""
    for name in retain:
        outputs[name].retain_grad()
    heads = [n for n, value in outputs.items() if value.requires_grad and n not in no_cotangent]
    cotangents = {name: cotangent(name, tuple(outputs[name].shape)) for name in heads}
    if heads:
        torch.autograd.backward(
            [outputs[name] for name in heads],
            [torch.from_numpy(cotangents[name]).to(outputs[name].dtype) for name in heads],
        )
    gradients = {}
    for name, tensor in tensors.items():
        if tensor.requires_grad:
            if tensor.grad is None:
                raise ValueError(f"no gradient reaches {name}")
            gradients[name] = _array(tensor.grad)
    for name in retain:
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
