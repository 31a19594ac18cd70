"""Family `pooling`: the largest element and the mean of windows over one or two dimensions."""

import torch.nn.functional as F

from ..core.case import Case, Row
from .samples import differentiable, leaf

INFINITY = float("inf")
NAN = float("nan")


def _apply(function):
    return lambda inputs, arguments: function(inputs["input"], **arguments)


def _twice(operation, function, shape, arguments):
    """Two poolings of one value, multiplied: its gradient is the sum over both paths, and each is used again."""
    steps = [
        {"operation": operation, "inputs": {"input": "x"}, "arguments": arguments, "output": "pooled"},
        {"operation": "neg", "inputs": {"input": "x"}, "arguments": {}, "output": "negated"},
        {"operation": operation, "inputs": {"input": "negated"}, "arguments": arguments, "output": "other"},
        {"operation": "mul", "inputs": {"input": "pooled", "other": "other"}, "arguments": {}, "output": "product"},
        {"operation": "add", "inputs": {"input": "product", "other": "pooled"}, "arguments": {}, "output": "output"},
    ]

    def compute(inputs, _):
        pooled = function(inputs["x"], **arguments)
        other = function(-inputs["x"], **arguments)
        return pooled * other + pooled

    return Case(
        operation="program",
        arguments={"steps": steps},
        inputs=lambda draw: {"x": differentiable(draw.distinct("x", shape))},
        compute=compute,
    )


class _Pooling:
    """Makes the samples of one pooling operation."""

    def __init__(self, operation, function):
        self.operation = operation
        self.function = function

    def case(self, shape, _options=None, **arguments):
        """Random input without ties; windows as given."""
        return Case(
            operation=self.operation,
            arguments=arguments,
            inputs=lambda draw: {"input": differentiable(draw.distinct("input", shape))},
            compute=_apply(self.function),
            **(_options or {}),
        )

    def fine(self, shape, **arguments):
        """Input of twenty bits, more than a shorter format holds."""
        return Case(
            operation=self.operation,
            arguments=arguments,
            inputs=lambda draw: {"input": differentiable(draw.dyadic("input", shape, bits=20))},
            compute=_apply(self.function),
        )

    def refused(self, shape, **arguments):
        return Case(
            operation=self.operation,
            arguments=arguments,
            inputs=lambda draw: {"input": leaf(draw, "input", shape)},
            compute=_apply(self.function),
            raises=True,
        )

    def given(self, values, **arguments):
        """Input listed value by value: ties, infinities, NaN."""
        return Case(
            operation=self.operation,
            arguments=arguments,
            inputs=lambda draw: {"input": differentiable(draw.values("input", values))},
            compute=_apply(self.function),
        )

    def ties(self, shape, **arguments):
        """Input of few different values, so that most windows hold their maximum more than once."""
        return Case(
            operation=self.operation,
            arguments=arguments,
            inputs=lambda draw: {"input": differentiable(draw.integers("input", shape, -1, 2).astype("float64"))},
            compute=_apply(self.function),
        )

    def twice(self, shape, **arguments):
        return _twice(self.operation, self.function, shape, arguments)


EXACT = {"same_by_definition": True}

ROW_OF_EDGES = [
    [1.0, 1.0, NAN, 2.0, NAN, 0.5, -1.0, 3.0, 3.0],
    [-INFINITY, -INFINITY, -INFINITY, -2.0, -INFINITY, INFINITY, INFINITY, 4.0, 0.0],
]
PLANE_OF_EDGES = [
    [[1.0, NAN, 0.5, 2.0], [NAN, 3.0, 3.0, -1.0], [0.25, 1.5, 3.0, 3.0], [0.0, -0.0, -2.0, -0.0]],
    [
        [-INFINITY, -INFINITY, -INFINITY, -3.0],
        [-INFINITY, -INFINITY, INFINITY, 2.0],
        [4.0, -INFINITY, INFINITY, -INFINITY],
        [-1.0, -1.0, -5.0, -INFINITY],
    ],
]


def _shared_1d(pool):
    """Windows that both one-dimensional operations have."""
    return [
        pool.case((2, 3, 12), kernel_size=3),
        pool.case((2, 3, 14), kernel_size=3, stride=1),
        pool.case((2, 2, 13), kernel_size=3, stride=2),
        pool.case((2, 2, 15), kernel_size=2, stride=4),
        pool.case((2, 3, 10), kernel_size=4, padding=2),
        pool.case((1, 2, 11), kernel_size=3, stride=2, padding=1),
        pool.case((2, 2, 12), kernel_size=3, stride=2, ceil_mode=True),
        pool.case((2, 2, 11), kernel_size=5, stride=3, padding=2, ceil_mode=True),
        pool.case((1, 1, 6), kernel_size=2, stride=5, padding=1, ceil_mode=True),
        pool.case((3, 9), kernel_size=3, stride=2),
        pool.case((2, 2, 9), kernel_size=[3], stride=[2], padding=[1]),
        pool.case((2, 3, 7), kernel_size=1, _options=EXACT),
        pool.case((2, 3, 6), kernel_size=6),
        pool.case((4, 1, 1), kernel_size=1, _options=EXACT),
        pool.case((0, 3, 8), kernel_size=2, _options=EXACT),
        pool.twice((2, 2, 9), kernel_size=3, stride=2),
    ]


def _shared_2d(pool):
    """Windows that both two-dimensional operations have."""
    return [
        pool.case((2, 3, 6, 8), kernel_size=2),
        pool.case((2, 2, 7, 6), kernel_size=3, stride=1),
        pool.case((1, 2, 9, 8), kernel_size=3, stride=2),
        pool.case((2, 2, 9, 10), kernel_size=2, stride=4),
        pool.case((1, 3, 6, 5), kernel_size=3, padding=1),
        pool.case((2, 2, 8, 7), kernel_size=3, stride=2, padding=1),
        pool.case((2, 2, 6, 7), kernel_size=2, stride=2, ceil_mode=True),
        pool.case((1, 2, 8, 10), kernel_size=[5, 4], stride=3, padding=[2, 1], ceil_mode=True),
        pool.case((1, 1, 6, 6), kernel_size=2, stride=5, padding=1, ceil_mode=True),
        pool.case((2, 2, 7, 9), kernel_size=[2, 3]),
        pool.case((2, 2, 7, 9), kernel_size=[3, 2], stride=[1, 3], padding=[1, 0]),
        pool.case((3, 6, 5), kernel_size=[3, 2], stride=2),
        pool.case((2, 3, 4, 5), kernel_size=1, _options=EXACT),
        pool.case((2, 2, 5, 4), kernel_size=[5, 4]),
        pool.case((3, 2, 1, 1), kernel_size=1, _options=EXACT),
        pool.case((0, 3, 6, 6), kernel_size=2, _options=EXACT),
        pool.twice((1, 2, 7, 6), kernel_size=[3, 2], stride=2),
    ]


def _refused(pool, batched, *, one):
    """Arguments and shapes that both kinds refuse; `one` is a shape with one element too few for the window."""
    return [
        pool.refused(batched, kernel_size=2, padding=2),
        pool.refused(batched, kernel_size=3, stride=0),
        pool.refused(batched, kernel_size=0),
        pool.refused(batched, kernel_size=2, padding=-1),
        pool.refused(one, kernel_size=3),
        pool.refused((5,), kernel_size=2),
        pool.refused((1, *batched, 2), kernel_size=2),
        pool.refused((2, 0, *batched[2:]), kernel_size=2),
    ]


def _max_1d():
    pool = _Pooling("max_pool1d", F.max_pool1d)
    return [
        *_shared_1d(pool),
        pool.case((2, 2, 12), kernel_size=3, dilation=2),
        pool.case((2, 2, 13), kernel_size=3, stride=2, padding=1, dilation=3),
        pool.case((1, 2, 14), kernel_size=3, stride=3, padding=1, dilation=2, ceil_mode=True),
        pool.ties((2, 3, 16), kernel_size=3, stride=1),
        pool.ties((2, 2, 13), kernel_size=3, stride=2, padding=1, dilation=2),
        pool.given([ROW_OF_EDGES], kernel_size=3, stride=2, padding=1),
        pool.given([ROW_OF_EDGES], kernel_size=3, stride=1),
        pool.given([[[-3.0, -1.0, -2.0, -4.0, -0.5, -6.0]]], kernel_size=3, stride=2, padding=1),
        *_refused(pool, (2, 3, 8), one=(2, 3, 2)),
        pool.refused((2, 3, 8), kernel_size=3, dilation=0),
        pool.refused((2, 3, 6), kernel_size=3, dilation=3),
        pool.fine((2, 2, 9), kernel_size=3, stride=2),
    ]


def _max_2d():
    pool = _Pooling("max_pool2d", F.max_pool2d)
    return [
        *_shared_2d(pool),
        pool.case((1, 2, 8, 7), kernel_size=3, stride=1, dilation=2),
        pool.case((2, 2, 9, 8), kernel_size=[2, 3], stride=[2, 1], padding=[1, 1], dilation=[3, 2]),
        pool.case((1, 2, 10, 9), kernel_size=3, stride=3, padding=1, dilation=2, ceil_mode=True),
        pool.ties((2, 2, 6, 7), kernel_size=3, stride=1),
        pool.ties((1, 2, 8, 7), kernel_size=[3, 2], stride=2, padding=1, dilation=[1, 2]),
        pool.given([PLANE_OF_EDGES], kernel_size=2, stride=1),
        pool.given([PLANE_OF_EDGES], kernel_size=3, stride=2, padding=1),
        pool.given([[[[-3.0, -1.0, -2.0], [-4.0, -0.5, -6.0]]]], kernel_size=2, stride=1, padding=1),
        *_refused(pool, (2, 3, 6, 6), one=(2, 3, 6, 2)),
        pool.refused((2, 3, 6, 6), kernel_size=2, dilation=0),
        pool.refused((2, 3, 6, 6), kernel_size=[2, 2, 2]),
        pool.fine((2, 2, 5, 6), kernel_size=2, stride=1),
    ]


def _mean_1d():
    pool = _Pooling("avg_pool1d", F.avg_pool1d)
    return [
        *_shared_1d(pool),
        pool.case((2, 3, 10), kernel_size=4, padding=2, count_include_pad=False),
        pool.case((1, 2, 11), kernel_size=3, stride=1, padding=1, count_include_pad=False),
        pool.case((2, 2, 11), kernel_size=5, stride=3, padding=2, ceil_mode=True, count_include_pad=False),
        pool.case((2, 2, 12), kernel_size=4, stride=3, padding=1, ceil_mode=True, count_include_pad=True),
        pool.given([ROW_OF_EDGES], kernel_size=2, stride=2, padding=1),
        *_refused(pool, (2, 3, 8), one=(2, 3, 2)),
    ]


def _mean_2d():
    pool = _Pooling("avg_pool2d", F.avg_pool2d)
    return [
        *_shared_2d(pool),
        pool.case((1, 3, 6, 5), kernel_size=3, padding=1, count_include_pad=False),
        pool.case((2, 2, 7, 6), kernel_size=[2, 4], stride=1, padding=[1, 2], count_include_pad=False),
        pool.case((1, 2, 8, 10), kernel_size=[5, 4], stride=3, padding=[2, 1], ceil_mode=True, count_include_pad=False),
        pool.case((1, 2, 8, 9), kernel_size=4, stride=3, padding=1, ceil_mode=True, count_include_pad=True),
        pool.given([PLANE_OF_EDGES], kernel_size=2, stride=2, padding=1),
        *_refused(pool, (2, 3, 6, 6), one=(2, 3, 6, 2)),
    ]


ROWS = [
    Row(id="pooling/max_pool1d", title="Pooling: MaxPool1D Forward/Backward", cases=_max_1d()),
    Row(id="pooling/mean_pool1d", title="Pooling: MeanPool1D Forward/Backward", cases=_mean_1d()),
    Row(id="pooling/max_pool2d", title="Pooling: MaxPool2D Forward/Backward", cases=_max_2d()),
    Row(id="pooling/mean_pool2d", title="Pooling: MeanPool2D Forward/Backward", cases=_mean_2d()),
]
