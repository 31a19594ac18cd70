"""The operations of reference/README.md in PyTorch, as `torch` and `torch.nn.functional` have them."""

import decoding
import torch
import torch.nn.functional as F
from arguments import axis, subscripts
from protocol import Unsupported
from table import Table, on, run_optimiser


def _transpose(value, dim0=None, dim1=None):
    if dim0 is None:
        return value.permute(tuple(reversed(range(value.ndim))))
    return value.transpose(dim0, dim1)


def _squeeze(value, dim=None):
    return value.squeeze() if dim is None else value.squeeze(axis(dim))


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

    return on(drop, "input", "mask")


def _upsample(dimensions):
    def upsample(value, factor):
        lengths = [max((length - 1) * factor + 1, 0) for length in value.shape[-dimensions:]]
        spread = value.new_zeros((*value.shape[:-dimensions], *lengths))
        spread[(..., *[slice(None, None, factor)] * dimensions)] = value
        return spread

    return on(upsample, "input")


def _downsample(dimensions):
    return on(lambda value, factor: value[(..., *[slice(None, None, factor)] * dimensions)], "input")


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
        parameters = [torch.nn.Parameter(v.clone()) for name, v in inputs.items() if name.startswith("params/")]
        stepper = optimiser(parameters, **arguments)

        def step(gradients):
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient
            stepper.step()
            return [parameter.detach().clone() for parameter in parameters]

        return run_optimiser(inputs, step)

    return run


_BINARY = {name: on(getattr(torch, name), "input", "other") for name in ("add", "sub", "mul", "div", "matmul")}
_UNARY = ("neg", "log", "exp", "sigmoid", "relu", "tanh", "permute", "reshape", "unsqueeze", "sum", "mean", "amax")
_AFFINE = ("linear", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")
_POOLS = ("max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d")

OPERATIONS = Table(
    {
        **_BINARY,
        **{name: on(getattr(torch, name), "input") for name in (*_UNARY, "softmax", "log_softmax")},
        **{name: on(getattr(F, name), "input", "weight", "bias") for name in _AFFINE},
        **{name: on(getattr(F, name), "input") for name in _POOLS},
        "identity": on(torch.nn.Identity(), "input"),
        "pow": on(torch.pow, "input", "exponent"),
        "transpose": on(_transpose, "input"),
        "squeeze": on(_squeeze, "input"),
        "slice": on(lambda value, index: value[subscripts(index)], "input"),
        "max": on(_max, "input"),
        "var": on(_var, "input"),
        "mse_loss": on(F.mse_loss, "input", "target"),
        "cross_entropy": on(F.cross_entropy, "input", "target", "weight"),
        "ctc_loss": on(F.ctc_loss, "log_probs", "targets", "input_lengths", "target_lengths"),
        "batch_norm": on(_batch_norm, "input", "running_mean", "running_var", "weight", "bias"),
        "dropout": _dropout(F.dropout),
        "dropout1d": _dropout(F.dropout1d),
        "dropout2d": _dropout(F.dropout2d),
        "upsample1d": _upsample(1),
        "upsample2d": _upsample(2),
        "downsample1d": _downsample(1),
        "downsample2d": _downsample(2),
        "rnn_cell": _cell(torch.nn.RNNCell),
        "gru_cell": _cell(torch.nn.GRUCell),
        "scaled_dot_product_attention": on(F.scaled_dot_product_attention, "query", "key", "value", "attn_mask"),
        "attention": _attention,
        "optim.sgd": _optimiser(torch.optim.SGD),
        "optim.adam": _optimiser(torch.optim.Adam),
        "optim.adamw": _optimiser(torch.optim.AdamW),
        "decode.greedy": decoding.greedy,
        "decode.beam": decoding.beam,
    }
)
