"""The operations of reference/README.md in PyTorch, as `torch` and `torch.nn.functional` have them."""

import decoding
import torch
import torch.nn.functional as F
from protocol import Unsupported, run_program


def compute(operation, inputs, arguments):
    """The outputs of an operation by name."""
    if operation == "program":
        return run_program(arguments["steps"], inputs, compute)
    if operation not in OPERATIONS:
        raise Unsupported(f"no {operation}")
    result = OPERATIONS[operation](inputs, arguments)
    return result if isinstance(result, dict) else {"output": result}


def _on(function, *operands):
    """Calls with operands by position, None for those that aren't given, and arguments by name."""
    return lambda inputs, arguments: function(*[inputs.get(name) for name in operands], **arguments)


def _transpose(value, dim0=None, dim1=None):
    if dim0 is None:
        return value.permute(tuple(reversed(range(value.ndim))))
    return value.transpose(dim0, dim1)


def _squeeze(value, dim=None):
    if dim is None:
        return value.squeeze()
    return value.squeeze(tuple(dim) if isinstance(dim, list) else dim)


def _slice(value, index):
    return value[tuple(map(_subscript, index))]


def _subscript(item):
    if item == "ellipsis":
        return ...
    if item == "newaxis":
        return None
    return item["at"] if "at" in item else slice(item.get("from"), item.get("to"), item.get("step"))


def _max(value, **arguments):
    found = value.max(**arguments)
    return found.values if arguments else found


def _var(value, dim=None, **arguments):
    return torch.var(value, dim, **arguments)


def _batch_norm(value, mean, variance, weight, bias, **arguments):
    """PyTorch updates the statistics where they lie, so it gets copies, which become outputs."""
    updated = {"running_mean": mean, "running_var": variance}
    updated = {name: None if buffer is None else buffer.clone() for name, buffer in updated.items()}
    output = F.batch_norm(value, **updated, weight=weight, bias=bias, **arguments)
    return {"output": output, **{name: buffer for name, buffer in updated.items() if buffer is not None}}


def _dropout(function):
    """PyTorch's dropout takes no mask: it judges the arguments, and a product with the given mask is the output."""

    def drop(value, mask, p=0.5, training=True):
        drawn = function(value, p, training)
        if not training:
            return drawn
        if mask is None:
            raise Unsupported("dropout in training without a mask")
        return value * (mask.to(value.dtype) / (1 - p if p < 1 else 1))

    return _on(drop, "input", "mask")


def _upsample(dimensions):
    def upsample(value, factor):
        lengths = [max((length - 1) * factor + 1, 0) for length in value.shape[-dimensions:]]
        spread = value.new_zeros((*value.shape[:-dimensions], *lengths))
        spread[(..., *[slice(None, None, factor)] * dimensions)] = value
        return spread

    return _on(upsample, "input")


def _downsample(dimensions):
    return _on(lambda value, factor: value[(..., *[slice(None, None, factor)] * dimensions)], "input")


def _cell(module):
    """The module of one step, with the given tensors for its parameters."""

    def step(inputs, arguments):
        weights = {name: value for name, value in inputs.items() if name.startswith(("weight", "bias"))}
        features, hidden = weights["weight_ih"].shape[1], weights["weight_hh"].shape[1]
        cell = module(features, hidden, bias="bias_ih" in weights, **arguments)
        return torch.func.functional_call(cell, weights, (inputs["input"], inputs.get("hx")))

    return step


def _attention(inputs, arguments):
    value = inputs["input"]
    query, key, values = (value @ inputs[f"weight_{name}"] for name in ("query", "key", "value"))
    scores = query @ key.mT / key.shape[-1] ** 0.5
    if arguments.get("is_causal"):
        scores = scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), -torch.inf)
    weights = scores.softmax(-1)
    return {"output": weights @ values, "query": query, "key": key, "value": values, "weights": weights}


def _optimiser(optimiser):
    def run(inputs, arguments):
        arguments = {name: tuple(value) if name == "betas" else value for name, value in arguments.items()}
        names = [name for name in inputs if name.startswith("params/")]
        parameters = [torch.nn.Parameter(inputs[name].clone()) for name in names]
        stepper = optimiser(parameters, **arguments)
        outputs = {}
        for step in range(1 + max(int(name.split("/")[1]) for name in inputs if name.startswith("grads/"))):
            for name, parameter in zip(names, parameters):
                parameter.grad = inputs.get(name.replace("params/", f"grads/{step}/"))
            stepper.step()
            for name, parameter in zip(names, parameters):
                outputs[name.replace("params/", f"params/{step}/")] = parameter.detach().clone()
        return outputs

    return run


_BINARY = {name: _on(getattr(torch, name), "input", "other") for name in ("add", "sub", "mul", "div", "matmul")}
_UNARY = ("neg", "log", "exp", "sigmoid", "relu", "tanh", "permute", "reshape", "unsqueeze", "sum", "mean", "amax")
_AFFINE = ("linear", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")
_POOLS = ("max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d")

OPERATIONS = {
    **_BINARY,
    **{name: _on(getattr(torch, name), "input") for name in (*_UNARY, "softmax", "log_softmax")},
    **{name: _on(getattr(F, name), "input", "weight", "bias") for name in _AFFINE},
    **{name: _on(getattr(F, name), "input") for name in _POOLS},
    "identity": _on(torch.nn.Identity(), "input"),
    "pow": _on(torch.pow, "input", "exponent"),
    "transpose": _on(_transpose, "input"),
    "squeeze": _on(_squeeze, "input"),
    "slice": _on(_slice, "input"),
    "max": _on(_max, "input"),
    "var": _on(_var, "input"),
    "mse_loss": _on(F.mse_loss, "input", "target"),
    "cross_entropy": _on(F.cross_entropy, "input", "target", "weight"),
    "ctc_loss": _on(F.ctc_loss, "log_probs", "targets", "input_lengths", "target_lengths"),
    "batch_norm": _on(_batch_norm, "input", "running_mean", "running_var", "weight", "bias"),
    "dropout": _dropout(F.dropout),
    "dropout1d": _dropout(F.dropout1d),
    "dropout2d": _dropout(F.dropout2d),
    "upsample1d": _upsample(1),
    "upsample2d": _upsample(2),
    "downsample1d": _downsample(1),
    "downsample2d": _downsample(2),
    "rnn_cell": _cell(torch.nn.RNNCell),
    "gru_cell": _cell(torch.nn.GRUCell),
    "scaled_dot_product_attention": _on(F.scaled_dot_product_attention, "query", "key", "value", "attn_mask"),
    "attention": _attention,
    "optim.sgd": _optimiser(torch.optim.SGD),
    "optim.adam": _optimiser(torch.optim.Adam),
    "optim.adamw": _optimiser(torch.optim.AdamW),
    "decode.greedy": decoding.greedy,
    "decode.beam": decoding.beam,
}
