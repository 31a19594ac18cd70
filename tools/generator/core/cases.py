"""Short ways to write the cases that many rows share."""

from .case import Case, operand

NAN, INF = float("nan"), float("inf")


def unary(operation, shape, arguments=None, *, low=-2.0, high=2.0, bits=12, dtypes=("float32", "float64"), **options):
    """A case of one drawn input that wants its gradient."""
    return Case(
        operation,
        lambda draw: {"input": operand(draw.dyadic("input", shape, low, high, bits), requires_grad=True)},
        arguments or {},
        dtypes=dtypes,
        **options,
    )


def given(operation, values, arguments=None, *, requires_grad=True, **options):
    """A case of one written-out input."""
    return Case(
        operation,
        lambda draw: {"input": operand(draw.values("input", values), requires_grad=requires_grad)},
        arguments or {},
        **options,
    )


def binary(operation, left, right, *, second="other", low=-2.0, high=2.0, bits=12, wants=(True, True), **options):
    """A case of two drawn operands."""
    return Case(
        operation,
        lambda draw: {
            "input": operand(draw.dyadic("input", left, low, high, bits), requires_grad=wants[0]),
            second: operand(draw.dyadic(second, right, low, high, bits), requires_grad=wants[1]),
        },
        **options,
    )


def given_pair(operation, left, right, *, second="other", wants=(True, True), **options):
    """A case of two written-out operands."""
    return Case(
        operation,
        lambda draw: {
            "input": operand(draw.values("input", left), requires_grad=wants[0]),
            second: operand(draw.values(second, right), requires_grad=wants[1]),
        },
        **options,
    )


def program(inputs, *steps, **options):
    """A case of several steps over drawn inputs: `inputs` maps a name to a shape, or to a function of the draw that
    gives an operand; a step is (operation, operands, output) or (operation, operands, output, arguments)."""
    return Case(
        "program",
        lambda draw: {name: _program_input(draw, name, item) for name, item in inputs.items()},
        {"steps": [_step(*step) for step in steps]},
        **options,
    )


def _program_input(draw, name, item):
    return item(draw) if callable(item) else operand(draw.dyadic(name, item), requires_grad=True)


def _step(operation, operands, output, arguments=None):
    return {"operation": operation, "inputs": operands, "arguments": arguments or {}, "output": output}


def once(*cases):
    """The cases in float64 alone, whose verdict is the stricter one: for what differs only in shape from a case that
    both dtypes have. What PyTorch refuses is stored in float32."""
    for case in cases:
        case.dtypes = ("float32",) if case.raises else ("float64",)
    return cases
