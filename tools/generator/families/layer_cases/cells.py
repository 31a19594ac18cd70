"""Cases of recurrent cells: the Elman cell and the gated recurrent unit."""

import torch

from ...core.case import Case
from ..samples import leaf, parameter

EMPTY = {"same_by_definition": True}
# Where a hidden state of zeros makes the gradient of its weight zero.
FROM_ZERO = {"same_by_definition": ("gradients/weight_hh",)}


def _case(cell, gates, batch, features, hidden, _options=None, *, hx=True, bias=True, scale=1.0, **arguments):
    """One step of a recurrent cell; `batch` None is unbatched, `gates` matrices are stacked in each weight."""
    lead = () if batch is None else (batch,)
    rows = gates * hidden

    def inputs(draw):
        operands = {"input": leaf(draw, "input", (*lead, features), -2.0 * scale, 2.0 * scale)}
        if hx:
            operands["hx"] = leaf(draw, "hx", (*lead, hidden), -1.0, 1.0)
        operands["weight_ih"] = parameter(draw, "weight_ih", (rows, features))
        operands["weight_hh"] = parameter(draw, "weight_hh", (rows, hidden))
        if bias:
            operands["bias_ih"] = parameter(draw, "bias_ih", (rows,))
            operands["bias_hh"] = parameter(draw, "bias_hh", (rows,))
        return operands

    operation = "rnn_cell" if gates == 1 else "gru_cell"
    compute = _step(cell)
    return Case(operation=operation, arguments=arguments, inputs=inputs, compute=compute, **(_options or {}))


def _step(cell):
    """Runs PyTorch's module with the sample's tensors in place of its own parameters."""

    def compute(inputs, arguments):
        weights = {name: value for name, value in inputs.items() if name not in ("input", "hx")}
        rows, features = weights["weight_ih"].shape
        hidden = weights["weight_hh"].shape[1]
        module = cell(features, hidden, bias="bias_ih" in weights, device="meta", **arguments)
        return torch.func.functional_call(module, weights, (inputs["input"], inputs.get("hx")))

    return compute


def _unrolled(cell, gates, features, hidden):
    """Three steps with one set of weights: the gradients of all steps add up."""
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    operation = "rnn_cell" if gates == 1 else "gru_cell"
    states = ["h0", "h1", "h2", "output"]
    steps = [
        {
            "operation": operation,
            "inputs": {"input": f"x{i}", "hx": states[i], **{name: name for name in names}},
            "arguments": {},
            "output": states[i + 1],
        }
        for i in range(3)
    ]
    rows = gates * hidden
    shapes = dict(zip(names, [(rows, features), (rows, hidden), (rows,), (rows,)]))

    def inputs(draw):
        operands = {f"x{i}": leaf(draw, f"x{i}", (2, features)) for i in range(3)}
        operands["h0"] = leaf(draw, "h0", (2, hidden), -1.0, 1.0)
        return operands | {name: parameter(draw, name, shape) for name, shape in shapes.items()}

    def compute(inputs, _):
        weights = {name: inputs[name] for name in names}
        state = inputs["h0"]
        for i in range(3):
            state = _step(cell)({"input": inputs[f"x{i}"], "hx": state, **weights}, {})
        return state

    return Case(operation="program", arguments={"steps": steps}, inputs=inputs, compute=compute)


def _mismatched(cell, gates, shapes, **arguments):
    """Operands of the given shapes, which don't fit together."""
    return Case(
        operation="rnn_cell" if gates == 1 else "gru_cell",
        arguments=arguments,
        inputs=lambda draw: {name: leaf(draw, name, shape) for name, shape in shapes.items()},
        compute=_step(cell),
        raises=True,
    )


def _cells(cell, gates):
    def case(*sizes, **options):
        return _case(cell, gates, *sizes, **options)

    def refused(**shapes):
        fitting = {"input": (2, 4), "hx": (2, 3), "weight_ih": (3 * gates, 4), "weight_hh": (3 * gates, 3)}
        return _mismatched(cell, gates, fitting | shapes)

    return [
        case(3, 4, 5),
        case(2, 6, 3, bias=False),
        case(3, 4, 2, FROM_ZERO, hx=False),
        case(2, 3, 4, FROM_ZERO, hx=False, bias=False),
        case(None, 5, 3),
        case(None, 4, 3, FROM_ZERO, hx=False),
        case(1, 1, 1),
        case(4, 1, 3),
        case(8, 17, 13),
        case(2, 3, 4, scale=6.0),
        case(0, 4, 3, EMPTY),
        _unrolled(cell, gates, 3, 4),
        refused(input=(2, 5)),
        refused(hx=(2, 4)),
        refused(hx=(3, 3)),
        refused(hx=(3,)),
        refused(input=(1, 2, 4)),
        refused(weight_ih=(3 * gates + 1, 4)),
        refused(weight_hh=(3 * gates + 1, 3)),
    ]


def rnn_cell():
    cell = torch.nn.RNNCell
    fitting = {"input": (2, 4), "hx": (2, 3), "weight_ih": (3, 4), "weight_hh": (3, 3)}
    return [
        *_cells(cell, 1),
        _case(cell, 1, 3, 4, 5, nonlinearity="relu"),
        _case(cell, 1, None, 4, 6, nonlinearity="relu", bias=False),
        _case(cell, 1, 2, 3, 8, FROM_ZERO, nonlinearity="relu", hx=False),
        _case(cell, 1, 2, 3, 4, nonlinearity="tanh"),
        _mismatched(cell, 1, fitting, nonlinearity="sigmoid"),
    ]


def gru_cell():
    return _cells(torch.nn.GRUCell, 3)
