"""Adapter for the original NumPy PuruTorch: `python3 tools/adapters/original_adapter.py CHECKOUT`."""

import subprocess
import sys

import numpy as np
import torch
from protocol import Answer, Unsupported, serve

if len(sys.argv) != 2:
    sys.exit("usage: original_adapter.py CHECKOUT")
sys.path.insert(0, sys.argv[1])

from original_operations import OPERATIONS  # noqa: E402
from PuruTorch import Tensor, nn  # noqa: E402


def evaluate(sample):
    if sample.operation == "attention":
        return _attention(sample)
    swapped = {"weight"} if sample.operation.startswith("conv_transpose") else set()
    arrays = {name: _swapped(value) if name in swapped else value for name, value in sample.inputs.items()}
    inputs = {name: Tensor(np.array(value), name in sample.requires_grad) for name, value in arrays.items()}
    outputs = OPERATIONS.compute(sample.operation, inputs, sample.arguments)
    gradients = {}
    if sample.cotangents:
        for name, cotangent in sample.cotangents.items():
            outputs[name].backward(Tensor(np.array(cotangent)))
        for name in sample.requires_grad:
            if inputs[name].grad is None:
                raise Unsupported(f"no gradient of {name}")
            gradient = inputs[name].grad.data
            gradients[name] = _swapped(gradient) if name in swapped else gradient
    return Answer({name: getattr(value, "data", value) for name, value in outputs.items()}, gradients)


def _swapped(weight):
    """The library has the channels of a transposed convolution's weight in the other order."""
    return np.swapaxes(weight, 0, 1)


def _attention(sample):
    """The library's attention head is written in PyTorch, always causal, and goes back by itself."""
    if not sample.arguments.get("is_causal"):
        raise Unsupported("no attention that isn't causal")
    inputs = {name: torch.from_numpy(np.array(value)) for name, value in sample.inputs.items()}
    head = nn.Attention(inputs["weight_key"], inputs["weight_query"], inputs["weight_value"])
    output = head.forward(inputs["input"])
    outputs = {"output": output, "query": head.Q, "key": head.K, "value": head.V, "weights": head.A_sig}
    gradients = {}
    if sample.cotangents:
        gradients["input"] = head.backward(torch.from_numpy(np.array(sample.cotangents["output"])))
        gradients.update({"query": head.dLdQ, "key": head.dLdK, "value": head.dLdV})
        gradients.update({f"weight_{n}": getattr(head, f"dLdW{n[0]}") for n in ("query", "key", "value")})
    arrays = [{name: tensor.numpy() for name, tensor in group.items()} for group in (outputs, gradients)]
    return Answer(*arrays)


def _version():
    """The checkout's commit."""
    command = ["git", "-C", sys.argv[1], "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


if __name__ == "__main__":
    serve("PuruTorch (NumPy)", _version(), evaluate)
