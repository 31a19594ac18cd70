"""neg, log and exp."""

from ...core.case import Case, operand
from ...core.cases import INF, NAN, given, once, program, unary


def _shapes(operation, **range_):
    return [
        unary(operation, (3, 4), **range_),
        unary(operation, (67,), **range_),
        *once(*(unary(operation, shape, **range_) for shape in ((2, 3, 5), (), (1, 1), (0, 3)))),
    ]


NEG = _shapes("neg") + [
    given("neg", [0.0, -0.0, INF, -INF, NAN, 2.0**127, 1.5]),
    Case("neg", lambda draw: {"input": operand(draw.integers("input", (2, 3), -9, 9))}),
    *once(given("neg", [True, False], requires_grad=False, raises=True)),
    program({"x": (3, 4)},
            ("neg", {"input": "x"}, "negative"),
            ("mul", {"input": "negative", "other": "x"}, "output")),
]

LOG = _shapes("log", low=0.25, high=4.0) + [
    unary("log", (40,), low=0.0, high=1.0),
    unary("log", (40,), low=1.0 - 2.0**-6, high=1.0 + 2.0**-6, bits=20),
    unary("log", (40,), low=0.0, high=2.0**14, bits=6),
    given("log", [2.0**-140, 2.0**-126, 3 * 2.0**-149, 2.0**-100]),
    given("log", [2.0**127, 3 * 2.0**120, 2.0**100]),
    given("log", [0.0, -0.0, -1.0, INF, -INF, NAN, 2.0]),
    given("log", [1.0, 2.0, 4.0, 0.5]),
    program({"x": lambda draw: operand(draw.positive("x", (3, 4)), requires_grad=True)},
            ("log", {"input": "x"}, "logarithm"),
            ("mul", {"input": "logarithm", "other": "x"}, "output")),
]

EXP = _shapes("exp") + [
    unary("exp", (40,), low=-2.0**-8, high=2.0**-8, bits=22),
    unary("exp", (40,), low=10.0, high=14.0),
    unary("exp", (40,), low=-40.0, high=-36.0),
    given("exp", [87.0, 88.0, 88.5]),
    given("exp", [-80.0, -87.0, -81.5]),
    given("exp", [0.0, -0.0, INF, -INF, NAN, 1.0]),
    given("exp", [100.0, 1000.0, -100.0, -1000.0, 0.5]),
    program({"x": (3, 4)},
            ("exp", {"input": "x"}, "exponential"),
            ("mul", {"input": "exponential", "other": "x"}, "output")),
]
