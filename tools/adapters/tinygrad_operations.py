"""The operations of reference/README.md in tinygrad: methods of `Tensor`, modules of `nn` and optimisers of `nn.optim`."""

import math
from unittest import mock

from arguments import axis, sizes, subscripts
from composed_models import Models
from protocol import Unsupported
from table import Table, on, run_optimiser
from tinygrad import Tensor, nn
from tinygrad.helpers import Context


def _along(function):
    """A method with `axis` for `dim`."""

    def reduce(value, dim=None, **arguments):
        return function(value, **({} if dim is None else {"axis": axis(dim)}), **arguments)

    return on(reduce, "input")


def _transpose(value, dim0=None, dim1=None):
    return value.permute(tuple(reversed(range(value.ndim)))) if dim0 is None else value.transpose(dim0, dim1)


def _squeeze(value, dim=None):
    if isinstance(dim, list):
        raise Unsupported("squeeze of a list of dimensions")
    return value.squeeze(dim)


def _mse_loss(value, target, reduction="mean"):
    squares = (value - target).square()
    return {"none": lambda: squares, "mean": squares.mean, "sum": squares.sum}[reduction]()


def _cross_entropy(value, target, weight, ignore_index=None, **arguments):
    if weight is not None:
        raise Unsupported("cross entropy with weights")
    if ignore_index is None:
        return value.cross_entropy(target, **arguments)
    if value.ndim != 2:
        raise Unsupported("cross entropy with ignored classes that aren't the last dimension")
    return value.sparse_categorical_crossentropy(target, ignore_index, **arguments)


def _batch_norm(value, mean, variance, weight, bias, training=False, momentum=0.1, eps=1e-5):
    norm = nn.BatchNorm(value.shape[1], eps, affine=False, track_running_stats=mean is not None, momentum=momentum)
    norm.weight, norm.bias = weight, bias
    if mean is None:
        return norm(value)
    norm.running_mean, norm.running_var = mean.is_param_(False), variance.is_param_(False)
    with Context(TRAINING=int(training)):
        output = norm(value)
    return {"output": output, "running_mean": norm.running_mean, "running_var": norm.running_var}


def _dropout(value, mask, p=0.5, training=True):
    """tinygrad keeps where a random number is not below p, so it is handed 1 for what PyTorch kept and -1 else."""
    if training and mask is None:
        raise Unsupported("dropout in training without a mask")
    drawn = mock.patch.object(Tensor, "rand_like", lambda self, **options: mask.where(1.0, -1.0))
    with Context(TRAINING=int(training)), drawn:
        return value.dropout(p)


def _downsample(dimensions):
    return on(lambda value, factor: value[(..., *[slice(None, None, factor)] * dimensions)], "input")


def _pool(function, dimensions):
    def pool(value, kernel_size, stride=None, padding=0, **arguments):
        options = {name: sizes(size, dimensions) for name, size in arguments.items() if name == "dilation"}
        stride = None if stride is None else sizes(stride, dimensions)
        kernel, padding = sizes(kernel_size, dimensions), sizes(padding, dimensions)
        return function(value, kernel, stride=stride, padding=padding, **{**arguments, **options})

    return on(pool, "input")


def _linear(value, weight, bias):
    return value.linear(weight.transpose(), bias)


def _convolution(module, dimensions):
    def convolve(value, weight, bias, stride=1, padding=0, dilation=1, groups=1):
        batched = value.ndim == dimensions + 2
        shapes = weight.shape[1] * groups, weight.shape[0], weight.shape[2:]
        stride, dilation = sizes(stride, dimensions), sizes(dilation, dimensions)
        padding = padding if isinstance(padding, str) else sizes(padding, dimensions)
        layer = module(*shapes, stride, padding, dilation, groups, bias=False)
        layer.weight, layer.bias = weight, bias
        return layer(value) if batched else layer(value.unsqueeze(0)).squeeze(0)

    return on(convolve, "input", "weight", "bias")


def _transposed(dimensions):
    def convolve(value, weight, bias, groups=1, **arguments):
        batched = value.ndim == dimensions + 2
        arguments = {name: sizes(value, dimensions) for name, value in arguments.items()}
        output = (value if batched else value.unsqueeze(0)).conv_transpose2d(weight, bias, groups, **arguments)
        return output if batched else output.squeeze(0)

    return on(convolve, "input", "weight", "bias")


def _rnn_cell(value, hidden, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity="tanh"):
    activation = {"tanh": Tensor.tanh, "relu": Tensor.relu}[nonlinearity]
    hidden = Tensor.zeros(*value.shape[:-1], weight_hh.shape[1], dtype=value.dtype) if hidden is None else hidden
    return activation(_linear(value, weight_ih, bias_ih) + _linear(hidden, weight_hh, bias_hh))


def _product_attention(query, key, value, mask, is_causal=False, scale=None):
    if scale is not None:
        raise Unsupported("scaled_dot_product_attention with a scale")
    return query.scaled_dot_product_attention(key, value, mask, is_causal=is_causal)


def _attention(inputs, arguments):
    made = {name: inputs["input"] @ inputs[f"weight_{name}"] for name in ("query", "key", "value")}
    scores = made["query"] @ made["key"].transpose(1, 2) / math.sqrt(made["key"].shape[-1])
    if arguments.get("is_causal"):
        scores = Tensor.ones(*scores.shape[1:]).tril().bool().where(scores, -math.inf)
    made["weights"] = scores.softmax(-1)
    return {"output": made["weights"] @ made["value"], **made}


def _optimiser(optimiser, lacks):
    """`lacks` are arguments that tinygrad's optimiser doesn't have; they may have the value that changes nothing."""

    def run(inputs, arguments):
        for name in lacks:
            if arguments.pop(name, None):
                raise Unsupported(f"{optimiser.__name__} with {name}")
        if "betas" in arguments:
            arguments["b1"], arguments["b2"] = arguments.pop("betas")
        parameters = [value for name, value in inputs.items() if name.startswith("params/")]
        stepper = optimiser(parameters, **arguments)

        def step(gradients):
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient
            with Context(TRAINING=1):
                stepper.step()
            return [parameter.numpy().copy() for parameter in parameters]

        return run_optimiser(inputs, step)

    return lambda inputs, arguments: run(inputs, dict(arguments))


_BINARY = {name: getattr(Tensor, name) for name in ("add", "sub", "mul", "div", "matmul")}
_UNARY = {name: getattr(Tensor, name) for name in ("neg", "log", "exp", "sigmoid", "relu", "tanh")}
_ALONG = {name: getattr(Tensor, name) for name in ("sum", "mean", "max", "var", "softmax", "log_softmax")}

OPERATIONS = Table(
    {
        **{name: on(function, "input", "other") for name, function in _BINARY.items()},
        **{name: on(function, "input") for name, function in _UNARY.items()},
        **{name: _along(function) for name, function in {**_ALONG, "amax": Tensor.max}.items()},
        "identity": on(lambda value: value, "input"),
        "pow": on(Tensor.pow, "input", "exponent"),
        "transpose": on(_transpose, "input"),
        "permute": on(lambda value, dims: value.permute(tuple(dims)), "input"),
        "reshape": on(lambda value, shape: value.reshape(tuple(shape)), "input"),
        "squeeze": on(_squeeze, "input"),
        "unsqueeze": on(Tensor.unsqueeze, "input"),
        "slice": on(lambda value, index: value[subscripts(index)], "input"),
        "mse_loss": on(_mse_loss, "input", "target"),
        "cross_entropy": on(_cross_entropy, "input", "target", "weight"),
        "batch_norm": on(_batch_norm, "input", "running_mean", "running_var", "weight", "bias"),
        "dropout": on(_dropout, "input", "mask"),
        **{f"downsample{n}d": _downsample(n) for n in (1, 2)},
        **{f"max_pool{n}d": _pool(Tensor.max_pool2d, n) for n in (1, 2)},
        **{f"avg_pool{n}d": _pool(Tensor.avg_pool2d, n) for n in (1, 2)},
        "linear": on(_linear, "input", "weight", "bias"),
        "conv1d": _convolution(nn.Conv1d, 1),
        "conv2d": _convolution(nn.Conv2d, 2),
        **{f"conv_transpose{n}d": _transposed(n) for n in (1, 2)},
        "rnn_cell": on(_rnn_cell, "input", "hx", "weight_ih", "weight_hh", "bias_ih", "bias_hh"),
        "scaled_dot_product_attention": on(_product_attention, "query", "key", "value", "attn_mask"),
        "attention": _attention,
        "optim.sgd": _optimiser(nn.optim.SGD, ("dampening", "maximize")),
        "optim.adam": _optimiser(nn.optim.Adam, ("weight_decay", "amsgrad", "maximize")),
        "optim.adamw": _optimiser(nn.optim.AdamW, ("amsgrad", "maximize")),
    }
)
OPERATIONS.update(
    Models(OPERATIONS.compute, lambda n, value, like: Tensor.full((n,), value, dtype=like.dtype)).operations()
)
