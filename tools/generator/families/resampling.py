"""Family `resampling`: zeros inserted between elements, and every factor-th element kept.

Upsampling puts factor - 1 zeros between neighbours along the last one or two dimensions and none after the last
element: a length L becomes (L - 1) * factor + 1, and 0 stays 0. Downsampling keeps the elements at 0, factor,
2 * factor, ...: ceil(L / factor) of them. Both work on whatever dimensions come before.
"""

from ..core.case import Case, Row
from .samples import EDGES, differentiable, leaf


def _window(dimensions, factor):
    return (..., *[slice(None, None, factor)] * dimensions)


def _upsample(dimensions):
    def compute(inputs, arguments):
        value, factor = inputs["input"], arguments["factor"]
        lead, lengths = value.shape[:-dimensions], value.shape[-dimensions:]
        spread = value.new_zeros([*lead, *[max((length - 1) * factor + 1, 0) for length in lengths]])
        spread[_window(dimensions, factor)] = value
        return spread

    return compute


def _downsample(dimensions):
    def compute(inputs, arguments):
        return inputs["input"][_window(dimensions, arguments["factor"])]

    return compute


def _case(operation, compute, factor, shape, **options):
    return Case(
        operation=operation,
        arguments={"factor": factor},
        inputs=lambda draw: {"input": leaf(draw, "input", shape)},
        compute=compute,
        **options,
    )


def _edges(operation, compute, factor, shape):
    """Infinities, NaN and zeros of both signs go through untouched; inserted zeros stay +0."""
    return Case(
        operation=operation,
        arguments={"factor": factor},
        inputs=lambda draw: {"input": differentiable(draw.values("input", EDGES).reshape(shape))},
        compute=compute,
    )


def _twice(operation, compute, factor, shape):
    """The resampled value is used on both sides of a product, and its source once more in a second branch."""
    steps = [
        {"operation": operation, "inputs": {"input": "x"}, "arguments": {"factor": factor}, "output": "resampled"},
        {"operation": operation, "inputs": {"input": "y"}, "arguments": {"factor": factor}, "output": "other"},
        {"operation": "mul", "inputs": {"input": "resampled", "other": "other"}, "arguments": {}, "output": "product"},
        {"operation": "mul", "inputs": {"input": "product", "other": "resampled"}, "arguments": {}, "output": "output"},
    ]

    def chain(inputs, arguments):
        first = compute({"input": inputs["x"]}, {"factor": factor})
        other = compute({"input": inputs["y"]}, {"factor": factor})
        return first * other * first

    return Case(
        operation="program",
        arguments={"steps": steps},
        inputs=lambda draw: {"x": leaf(draw, "x", shape), "y": leaf(draw, "y", shape)},
        compute=chain,
    )


def _cases(operation, compute, dimensions):
    def at(*lengths):
        return lengths[:dimensions]

    kept = operation.startswith("up")
    return [
        _case(operation, compute, 2, (2, 2, *at(7, 4))),
        _case(operation, compute, 3, (2, 1, *at(10, 5))),
        _case(operation, compute, 3, (1, 2, *at(9, 6))),
        _case(operation, compute, 4, (2, 1, *at(6, 5))),
        _case(operation, compute, 1, (2, 3, *at(4, 6)), same_by_definition=True),
        _case(operation, compute, 2, (2, *at(6, 3))),
        _case(operation, compute, 5, (2, 2, *at(1, 1)), same_by_definition=True),
        _case(operation, compute, 7, (1, 1, *at(5, 3)), same_by_definition=kept),
        _case(operation, compute, 2, (0, 3, *at(4, 5)), same_by_definition=True),
        _case(operation, compute, 2, (2, 3, *at(0, 5)), same_by_definition=True),
        _edges(operation, compute, 2, (1, 2, *((6,), (3, 2))[dimensions - 1])),
        _twice(operation, compute, 2, (2, 2, *at(5, 4))),
        _case(operation, compute, 0, (2, 3, *at(4, 4)), raises=True),
        _case(operation, compute, -2, (2, 3, *at(4, 4)), raises=True),
        _case(operation, compute, 2, at(4, 4)[1:], raises=True),
    ]


ROWS = [
    Row(
        id="resampling/upsample1d",
        title="Resampling: Upsample1D Forward/Backward",
        cases=_cases("upsample1d", _upsample(1), 1),
    ),
    Row(
        id="resampling/downsample1d",
        title="Resampling: Downsample1D Forward/Backward",
        cases=_cases("downsample1d", _downsample(1), 1),
    ),
    Row(
        id="resampling/upsample2d",
        title="Resampling: Upsample2D Forward/Backward",
        cases=_cases("upsample2d", _upsample(2), 2),
    ),
    Row(
        id="resampling/downsample2d",
        title="Resampling: Downsample2D Forward/Backward",
        cases=_cases("downsample2d", _downsample(2), 2),
    ),
]
