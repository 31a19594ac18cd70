"""The vocabulary of reference/README.md: what a sample's outputs and gradients are by the article."""

import warnings

import numpy as np

from . import attention, convolution, ctc, decoding, elementwise, losses, models, norm, optim, pooling, products
from . import recurrent, reductions, shapes, softmax
from .tape import Value, backward

_dropout = norm.dropout
OPERATIONS = {
    "add": elementwise.add, "sub": elementwise.sub, "mul": elementwise.mul, "div": elementwise.div,
    "pow": elementwise.pow_, "neg": elementwise.neg, "log": elementwise.log, "exp": elementwise.exp,
    "identity": elementwise.identity, "sigmoid": elementwise.sigmoid, "relu": elementwise.relu,
    "tanh": elementwise.tanh, "softmax": softmax.softmax, "log_softmax": softmax.log_softmax,
    "transpose": shapes.transpose, "permute": shapes.permute, "reshape": shapes.reshape, "squeeze": shapes.squeeze,
    "unsqueeze": shapes.unsqueeze, "slice": shapes.slice_, "matmul": products.matmul,
    "sum": reductions.sum_, "mean": reductions.mean, "max": reductions.max_, "amax": reductions.amax,
    "var": reductions.var, "mse_loss": losses.mse_loss, "cross_entropy": losses.cross_entropy,
    "ctc_loss": ctc.ctc_loss, "dropout": _dropout, "dropout1d": _dropout, "dropout2d": _dropout,
    "upsample1d": lambda input, factor: shapes.upsample(input, factor, 1),
    "upsample2d": lambda input, factor: shapes.upsample(input, factor, 2),
    "downsample1d": lambda input, factor: shapes.downsample(input, factor, 1),
    "downsample2d": lambda input, factor: shapes.downsample(input, factor, 2),
    "max_pool1d": lambda input, **options: pooling.max_pool(input, 1, **options),
    "max_pool2d": lambda input, **options: pooling.max_pool(input, 2, **options),
    "avg_pool1d": lambda input, **options: pooling.avg_pool(input, 1, **options),
    "avg_pool2d": lambda input, **options: pooling.avg_pool(input, 2, **options),
    "linear": products.linear,
    "conv1d": lambda input, weight, bias=None, **options: convolution.conv(input, weight, bias, 1, **options),
    "conv2d": lambda input, weight, bias=None, **options: convolution.conv(input, weight, bias, 2, **options),
    "conv_transpose1d": lambda input, weight, bias=None, **options: convolution.conv_transpose(
        input, weight, bias, 1, **options),
    "conv_transpose2d": lambda input, weight, bias=None, **options: convolution.conv_transpose(
        input, weight, bias, 2, **options),
    "rnn_cell": recurrent.rnn_cell, "gru_cell": recurrent.gru_cell,
    "scaled_dot_product_attention": lambda query, key, value, **options: attention.weighted(
        query, key, value, **options)[0],
}


def _batch_norm(inputs, arguments):
    output, mean, variance = norm.batch_norm(**inputs, **arguments)
    found = {"output": output, "running_mean": mean, "running_var": variance}
    return {name: value for name, value in found.items() if value is not None}


def _program(inputs, steps):
    values = dict(inputs)
    for step in steps:
        operands = {operand: values[name] for operand, name in step["inputs"].items()}
        values[step["output"]] = _run(step["operation"], operands, step.get("arguments", {}))["output"]
    return {step["output"]: values[step["output"]] for step in steps}


def _run(operation, inputs, arguments):
    """The outputs by name: values, or arrays and texts without gradients."""
    if operation in optim.RULES:
        return optim.run(operation, inputs, arguments)
    if operation in models.MODELS:
        return models.MODELS[operation](inputs, **arguments)
    if operation == "program":
        return _program(inputs, arguments["steps"])
    if operation == "batch_norm":
        return _batch_norm(inputs, arguments)
    if operation == "attention":
        return attention.attention(**inputs, **arguments)
    if operation.startswith("decode."):
        return (decoding.beam if operation == "decode.beam" else decoding.greedy)(**inputs, **arguments)
    return {"output": OPERATIONS[operation](**inputs, **arguments)}


def evaluate(operation, arguments, inputs, cotangents, retain=()):
    """Outputs and gradients by name. `inputs` maps names to arrays and whether they want a gradient."""
    values = {name: Value(array, wants) for name, (array, wants) in inputs.items()}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = _run(operation, values, arguments)
        for name in sorted(cotangents):
            backward(outputs[name], cotangents[name])
    gradients = {name: value.grad for name, value in values.items() if value.wants and value.grad is not None}
    gradients.update({name: outputs[name].grad for name in retain})
    return {name: value.data if isinstance(value, Value) else value for name, value in outputs.items()}, gradients
