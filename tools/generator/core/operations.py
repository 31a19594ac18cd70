"""The format's elementary operations in PyTorch, for cases without a `compute` of their own and for programs."""

import torch
import torch.nn.functional as F


def _binary(function):
    return lambda inputs, arguments: function(inputs["input"], inputs["other"])


def _unary(function):
    return lambda inputs, arguments: function(inputs["input"])


def _with_arguments(function):
    """Operands by name, arguments by name, as PyTorch calls them."""
    return lambda inputs, arguments: function(**inputs, **arguments)


def _transpose(inputs, arguments):
    value = inputs["input"]
    if arguments:
        return torch.transpose(value, arguments["dim0"], arguments["dim1"])
    return value.permute(tuple(reversed(range(value.ndim))))


def _squeeze(inputs, arguments):
    dim = arguments.get("dim")
    if dim is None:
        return torch.squeeze(inputs["input"])
    return torch.squeeze(inputs["input"], tuple(dim) if isinstance(dim, list) else dim)


def _slice(inputs, arguments):
    return inputs["input"][tuple(_index(item) for item in arguments["index"])]


def _index(item):
    if item == "ellipsis":
        return Ellipsis
    if item == "newaxis":
        return None
    if "at" in item:
        return item["at"]
    return slice(item.get("from"), item.get("to"), item.get("step"))


def _max(inputs, arguments):
    value = torch.max(inputs["input"], **arguments)
    return value.values if "dim" in arguments else value


def _batch_norm(inputs, arguments):
    """Also gives the updated statistics; PyTorch changes them in place, so copies go in."""
    statistics = {n: inputs[n].clone() if n in inputs else None for n in ("running_mean", "running_var")}
    affine = {name: inputs.get(name) for name in ("weight", "bias")}
    output = F.batch_norm(inputs["input"], **statistics, **affine, **arguments)
    return {"output": output} | {name: value for name, value in statistics.items() if value is not None}


def _program(inputs, arguments):
    """The outputs are the values that no later step uses."""
    values, used = dict(inputs), set()
    for step in arguments["steps"]:
        operands = {name: values[value] for name, value in step["inputs"].items()}
        used.update(step["inputs"].values())
        result = OPERATIONS[step["operation"]](operands, step.get("arguments", {}))
        values[step["output"]] = result["output"] if isinstance(result, dict) else result
    return {name: value for name, value in values.items() if name not in used and name not in inputs}


OPERATIONS = {
    "add": _binary(torch.add),
    "sub": _binary(torch.sub),
    "mul": _binary(torch.mul),
    "div": _binary(torch.div),
    "matmul": _binary(torch.matmul),
    "pow": _with_arguments(torch.pow),
    "neg": _unary(torch.neg),
    "log": _unary(torch.log),
    "exp": _unary(torch.exp),
    "identity": _unary(torch.nn.Identity()),
    "sigmoid": _unary(torch.sigmoid),
    "relu": _unary(torch.relu),
    "tanh": _unary(torch.tanh),
    "transpose": _transpose,
    "permute": _with_arguments(torch.permute),
    "reshape": _with_arguments(torch.reshape),
    "squeeze": _squeeze,
    "unsqueeze": _with_arguments(torch.unsqueeze),
    "slice": _slice,
    "sum": _with_arguments(torch.sum),
    "mean": _with_arguments(torch.mean),
    "max": _max,
    "amax": _with_arguments(torch.amax),
    "var": _with_arguments(torch.var),
    "softmax": _with_arguments(torch.softmax),
    "log_softmax": _with_arguments(torch.log_softmax),
    "mse_loss": _with_arguments(F.mse_loss),
    "cross_entropy": _with_arguments(F.cross_entropy),
    "ctc_loss": _with_arguments(F.ctc_loss),
    "linear": _with_arguments(F.linear),
    "batch_norm": _batch_norm,
    "program": _program,
}
