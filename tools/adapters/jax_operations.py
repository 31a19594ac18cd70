"""The operations of reference/README.md in JAX: `jax.numpy`, `jax.nn` and `jax.lax`, losses and optimisers of Optax."""

import math

import jax
import jax.numpy as jnp
import optax
from arguments import axis, sizes, subscripts
from composed_models import Models
from jax import lax
from protocol import Unsupported
from table import Table, on, run_optimiser


def _along(function):
    """A function of one operand with `axis` for `dim`, and `keepdims` for `keepdim`."""

    def reduce(value, dim=None, keepdim=None, correction=None):
        options = {"axis": axis(dim), "keepdims": keepdim, "ddof": correction}
        return function(value, **{name: option for name, option in options.items() if option is not None})

    return on(reduce, "input")


def _var(inputs, arguments):
    return _along(jnp.var)(inputs, {"correction": 1, **arguments})


def _transpose(value, dim0=None, dim1=None):
    return jnp.transpose(value) if dim0 is None else jnp.swapaxes(value, dim0, dim1)


def _reduced(loss, reduction):
    return {"none": lambda value: value, "mean": jnp.mean, "sum": jnp.sum}[reduction](loss)


def _mse_loss(value, target, reduction="mean"):
    return _reduced(jnp.square(value - target), reduction)


def _cross_entropy(value, target, weight, reduction="mean", ignore_index=None, label_smoothing=0.0):
    if weight is not None or ignore_index is not None:
        raise Unsupported("cross entropy with weights or ignored classes")
    classes = 0 if value.ndim == 1 else 1
    if jnp.issubdtype(target.dtype, jnp.integer):
        if not label_smoothing:
            loss = optax.losses.softmax_cross_entropy_with_integer_labels(value, target, axis=classes)
            return _reduced(loss, reduction)
        target = jax.nn.one_hot(target, value.shape[classes], axis=classes, dtype=value.dtype)
    if label_smoothing:
        target = optax.losses.smooth_labels(target, label_smoothing, axis=classes)
    return _reduced(optax.losses.softmax_cross_entropy(value, target, axis=classes), reduction)


def _ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """Optax normalises the logits again, which leaves log-probabilities what they are."""
    if log_probs.ndim != 3 or targets.ndim != 2 or zero_infinity:
        raise Unsupported("CTC loss without a batch, of concatenated targets, or with zero_infinity")
    logits = jnp.swapaxes(log_probs, 0, 1)
    missing = jnp.arange(logits.shape[1]) >= input_lengths[:, None]
    padding = jnp.arange(targets.shape[1]) >= target_lengths[:, None]
    floats = [mask.astype(logits.dtype) for mask in (missing, padding)]
    loss = optax.losses.ctc_loss(logits, floats[0], targets, floats[1], blank_id=blank)
    return _reduced(loss / target_lengths if reduction == "mean" else loss, reduction)


def _batch_norm(value, mean, variance, weight, bias, training=False, momentum=0.1, eps=1e-5):
    axes = (0, *range(2, value.ndim))

    def shaped(parameter):
        return jnp.expand_dims(parameter, tuple(range(1, value.ndim - 1)))

    if training:
        output = jax.nn.standardize(value, axes, epsilon=eps)
    else:
        output = jax.nn.standardize(value, axes, shaped(mean), shaped(variance), eps)
    output = output if weight is None else output * shaped(weight)
    output = output if bias is None else output + shaped(bias)
    old = {"running_mean": mean, "running_var": variance}
    old = {name: buffer for name, buffer in old.items() if buffer is not None}
    new = {"running_mean": jnp.mean(value, axes), "running_var": jnp.var(value, axes, ddof=1)}
    if training:
        old = optax.incremental_update({name: new[name] for name in old}, old, momentum)
    return {"output": output, **old}


def _dropout(value, mask, p=0.5, training=True):
    return jnp.where(mask, value / (1 - p), 0) if training else value


def _upsample(dimensions):
    def upsample(value, factor):
        config = [(0, 0, 0)] * (value.ndim - dimensions) + [(0, 0, factor - 1)] * dimensions
        return lax.pad(value, jnp.zeros((), value.dtype), config)

    return on(upsample, "input")


def _downsample(dimensions):
    return on(lambda value, factor: value[(..., *[slice(None, None, factor)] * dimensions)], "input")


def _pool(dimensions, initial, computation):
    def pool(value, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        if ceil_mode:
            raise Unsupported("pooling with ceil_mode")
        others = value.ndim - dimensions
        kernel = (1,) * others + sizes(kernel_size, dimensions)
        strides = kernel if stride is None else (1,) * others + sizes(stride, dimensions)
        pairs = [(0, 0)] * others + [(size, size) for size in sizes(padding, dimensions)]
        spread = (1,) * others + sizes(dilation, dimensions)
        return lax.reduce_window(value, initial, computation, kernel, strides, pairs, window_dilation=spread)

    return pool


def _mean_pool(dimensions):
    sums = _pool(dimensions, 0.0, lax.add)

    def pool(value, kernel_size, count_include_pad=True, **arguments):
        total = sums(value, kernel_size, **arguments)
        if count_include_pad:
            return total / math.prod(sizes(kernel_size, dimensions))
        return total / sums(jnp.ones_like(value), kernel_size, **arguments)

    return pool


def _linear(value, weight, bias):
    return _with_bias(value @ weight.T, bias, 0)


def _with_bias(value, bias, dimensions):
    return value if bias is None else value + jnp.expand_dims(bias, tuple(range(1, 1 + dimensions)))


def _batched(function, value, dimensions):
    """JAX's convolutions have a batch."""
    if value.ndim != dimensions + 1:
        return function(value)
    return jnp.squeeze(function(value[None]), 0)


def _convolution(dimensions):
    def convolve(value, weight, bias, stride=1, padding=0, dilation=1, groups=1):
        strides, spread = sizes(stride, dimensions), sizes(dilation, dimensions)
        if not isinstance(padding, str):
            padding = [(size, size) for size in sizes(padding, dimensions)]
        options = {"rhs_dilation": spread, "feature_group_count": groups}
        output = _batched(
            lambda batch: lax.conv_general_dilated(batch, weight, strides, padding, **options), value, dimensions
        )
        return _with_bias(output, bias, dimensions)

    return on(convolve, "input", "weight", "bias")


def _transposed(dimensions):
    layout = ["NCHW"[: dimensions + 2], "OIHW"[: dimensions + 2], "NCHW"[: dimensions + 2]]

    def convolve(value, weight, bias, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        if groups != 1:
            raise Unsupported("transposed convolution in groups")
        strides, spread = sizes(stride, dimensions), sizes(dilation, dimensions)
        reach = [size * (kernel - 1) for size, kernel in zip(spread, weight.shape[2:])]
        removed, added = sizes(padding, dimensions), sizes(output_padding, dimensions)
        pairs = [(most - less, most - less + more) for most, less, more in zip(reach, removed, added)]
        options = {"rhs_dilation": spread, "dimension_numbers": layout, "transpose_kernel": True}
        output = _batched(lambda batch: lax.conv_transpose(batch, weight, strides, pairs, **options), value, dimensions)
        return _with_bias(output, bias, dimensions)

    return on(convolve, "input", "weight", "bias")


def _rnn_cell(value, hidden, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity="tanh"):
    activation = {"tanh": jnp.tanh, "relu": jax.nn.relu}[nonlinearity]
    hidden = jnp.zeros((*value.shape[:-1], weight_hh.shape[1]), value.dtype) if hidden is None else hidden
    return activation(_linear(value, weight_ih, bias_ih) + _linear(hidden, weight_hh, bias_hh))


def _product_attention(query, key, value, mask, is_causal=False, scale=None):
    """PyTorch has the heads before the sequence, JAX after it."""
    if not query.ndim == key.ndim == value.ndim == 4:
        raise Unsupported("dot_product_attention without a batch and heads")
    given = {} if mask is None else {"mask" if mask.dtype == bool else "bias": mask}
    swapped = [jnp.swapaxes(operand, 1, 2) for operand in (query, key, value)]
    return jnp.swapaxes(jax.nn.dot_product_attention(*swapped, **given, is_causal=is_causal, scale=scale), 1, 2)


def _attention(inputs, arguments):
    """Inputs `retain/…` are zeros, whose gradients are those of the values they are added to."""
    names = ("query", "key", "value")
    made = {name: inputs["input"] @ inputs[f"weight_{name}"] + inputs.get(f"retain/{name}", 0) for name in names}
    scores = made["query"] @ jnp.swapaxes(made["key"], 1, 2) / math.sqrt(made["key"].shape[-1])
    seen = jnp.tril(jnp.ones(scores.shape[1:], bool)) if arguments.get("is_causal") else True
    made["weights"] = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf))
    return {"output": made["weights"] @ made["value"], **made}


def _sgd(lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
    if dampening:
        raise Unsupported("SGD with dampening")
    step = optax.sgd(lr, momentum or None, nesterov)
    return optax.chain(*_signed(maximize), optax.add_decayed_weights(weight_decay), step)


def _adam(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False):
    step = (optax.amsgrad if amsgrad else optax.adam)(lr, *betas, eps)
    return optax.chain(*_signed(maximize), optax.add_decayed_weights(weight_decay), step)


def _adamw(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, maximize=False):
    if amsgrad:
        raise Unsupported("AdamW with amsgrad")
    return optax.chain(*_signed(maximize), optax.adamw(lr, *betas, eps, weight_decay=weight_decay))


def _signed(maximize):
    return [optax.scale(-1.0)] if maximize else []


def _optimiser(transformation):
    """One state a parameter, since PyTorch leaves a parameter without a gradient alone."""

    def run(inputs, arguments):
        optimiser = transformation(**arguments)
        parameters = [value for name, value in inputs.items() if name.startswith("params/")]
        states = [optimiser.init(parameter) for parameter in parameters]

        def step(gradients):
            for i, gradient in enumerate(gradients):
                if gradient is not None:
                    updates, states[i] = optimiser.update(gradient, states[i], parameters[i])
                    parameters[i] = optax.apply_updates(parameters[i], updates)
            return list(parameters)

        return run_optimiser(inputs, step)

    return run


def _max_pool(dimensions):
    return _pool(dimensions, -jnp.inf, lax.max)


_BINARY = {"add": jnp.add, "sub": jnp.subtract, "mul": jnp.multiply, "div": jnp.divide, "matmul": jnp.matmul}
_UNARY = {"neg": jnp.negative, "log": jnp.log, "exp": jnp.exp, "identity": jax.nn.identity, "tanh": jnp.tanh}
_REDUCTIONS = {"sum": jnp.sum, "mean": jnp.mean, "max": jnp.max, "amax": jnp.max}
_ALONG = {"squeeze": jnp.squeeze, "unsqueeze": jnp.expand_dims}
_SOFTMAX = {"softmax": jax.nn.softmax, "log_softmax": jax.nn.log_softmax}

OPERATIONS = Table(
    {
        **{name: on(function, "input", "other") for name, function in _BINARY.items()},
        **{name: on(function, "input") for name, function in _UNARY.items()},
        **{name: _along(function) for name, function in {**_REDUCTIONS, **_ALONG, **_SOFTMAX}.items()},
        "sigmoid": on(jax.nn.sigmoid, "input"),
        "relu": on(jax.nn.relu, "input"),
        "pow": on(jnp.power, "input", "exponent"),
        "transpose": on(_transpose, "input"),
        "permute": on(lambda value, dims: jnp.transpose(value, dims), "input"),
        "reshape": on(lambda value, shape: jnp.reshape(value, shape), "input"),
        "slice": on(lambda value, index: value[subscripts(index)], "input"),
        "var": _var,
        "mse_loss": on(_mse_loss, "input", "target"),
        "cross_entropy": on(_cross_entropy, "input", "target", "weight"),
        "ctc_loss": on(_ctc_loss, "log_probs", "targets", "input_lengths", "target_lengths"),
        "batch_norm": on(_batch_norm, "input", "running_mean", "running_var", "weight", "bias"),
        **{name: on(_dropout, "input", "mask") for name in ("dropout", "dropout1d", "dropout2d")},
        **{f"upsample{n}d": _upsample(n) for n in (1, 2)},
        **{f"downsample{n}d": _downsample(n) for n in (1, 2)},
        **{f"max_pool{n}d": on(_max_pool(n), "input") for n in (1, 2)},
        **{f"avg_pool{n}d": on(_mean_pool(n), "input") for n in (1, 2)},
        "linear": on(_linear, "input", "weight", "bias"),
        **{f"conv{n}d": _convolution(n) for n in (1, 2)},
        **{f"conv_transpose{n}d": _transposed(n) for n in (1, 2)},
        "rnn_cell": on(_rnn_cell, "input", "hx", "weight_ih", "weight_hh", "bias_ih", "bias_hh"),
        "scaled_dot_product_attention": on(_product_attention, "query", "key", "value", "attn_mask"),
        "attention": _attention,
        "optim.sgd": _optimiser(_sgd),
        "optim.adam": _optimiser(_adam),
        "optim.adamw": _optimiser(_adamw),
    }
)
OPERATIONS.update(Models(OPERATIONS.compute, lambda n, value, like: jnp.full(n, value, like.dtype)).operations())
