"""sum, mean, max, amax and var: over no, one or several dimensions, with ties and edges."""

from ...core.case import Case, operand
from ...core.cases import INF, NAN, given, once, program, unary

_LARGE = 2.0**127


def _dimensions(operation):
    """Every way to say which dimensions."""
    return [
        unary(operation, (3, 4)),
        unary(operation, (3, 4), {"dim": -1}),
        unary(operation, (2, 3, 4), {"dim": [2, 0], "keepdim": True}),
        *once(
            unary(operation, (3, 4), {"dim": 0}),
            unary(operation, (2, 3, 4), {"dim": 1}),
            unary(operation, (2, 3, 4), {"dim": [0, 2]}),
            unary(operation, (2, 3, 4), {"dim": [-1, 1]}),
            unary(operation, (2, 3, 4), {"dim": [0, 1, 2]}),
            unary(operation, (3, 4), {"dim": 0, "keepdim": True}),
            unary(operation, (4, 3, 2), {"dim": 1, "keepdim": False}),
            unary(operation, (3, 4), {"dim": 2}, raises=True),
            unary(operation, (3, 4), {"dim": -3}, raises=True),
            unary(operation, (3, 4), {"dim": [1, -1]}, raises=True),
        ),
    ]


def _long(operation):
    """Long enough for the order of the additions to show in float32."""
    return [
        unary(operation, (700,), low=0.0, high=2.0, bits=20),
        unary(operation, (3, 133), {"dim": 1}, low=0.0, high=2.0, bits=20),
        unary(operation, (97, 3), {"dim": 0}, low=0.0, high=2.0, bits=20),
        unary(operation, (5, 67, 3), {"dim": [0, 1]}, low=0.0, high=2.0, bits=20),
    ]


def _twice(operation, arguments):
    return program({"x": (3, 4)},
                   (operation, {"input": "x"}, "reduced", arguments | {"keepdim": True}),
                   ("sub", {"input": "x", "other": "reduced"}, "difference"),
                   ("mul", {"input": "difference", "other": "x"}, "output"))


SUM = _dimensions("sum") + _long("sum") + [
    *once(
        unary("sum", (), same_by_definition=True),
        unary("sum", (), {"dim": -1}, same_by_definition=True),
        unary("sum", (), {"dim": 1}, raises=True),
        unary("sum", (1, 1), {"dim": 0}),
        unary("sum", (0,), same_by_definition=True),
        unary("sum", (3, 0), {"dim": 1}, same_by_definition=True),
        unary("sum", (3, 0), {"dim": 0}),
    ),
    given("sum", [[1.0, INF], [2.0, -INF], [INF, -INF], [NAN, 1.0]], {"dim": 1}),
    given("sum", [_LARGE, _LARGE, 1.0]),
    given("sum", [[_LARGE, -_LARGE], [_LARGE / 2, _LARGE / 4]], {"dim": 1}),
    Case("sum", lambda draw: {"input": operand(draw.integers("input", (3, 4), -(1 << 31), 1 << 31) * 513)}, {"dim": 1}),
    Case("sum", lambda draw: {"input": operand(draw.mask("input", (3, 4)))}),
    _twice("sum", {"dim": 1}),
]

MEAN = _dimensions("mean") + _long("mean") + [
    *once(
        unary("mean", (), same_by_definition=True),
        unary("mean", (3, 1), {"dim": 0}),
        unary("mean", (3, 1), {"dim": 1}),
        unary("mean", (0,)),
        unary("mean", (3, 0), {"dim": 1}),
        unary("mean", (3, 0), {"dim": 0}),
    ),
    given("mean", [[1.0, INF], [2.0, -INF], [INF, -INF], [NAN, 1.0]], {"dim": 1}),
    given("mean", [[_LARGE, _LARGE], [1.0, 2.0]], {"dim": 1}),
    *once(Case("mean", lambda draw: {"input": operand(draw.integers("input", (3, 4), -9, 9))}, raises=True)),
    _twice("mean", {"dim": 0}),
]

_TIES = [[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [-1.0, -5.0, 3.0, -1.0]]
_WITH_NAN = [[1.0, NAN, 3.0], [INF, 2.0, -INF], [-INF, -INF, -INF], [-2.0, -1.0, -3.0]]

MAX = [
    unary("max", (3, 4)),
    unary("max", (3, 4), {"dim": 0}),
    unary("max", (3, 4), {"dim": -1}),
    unary("max", (2, 3, 4), {"dim": 1}),
    unary("max", (2, 3, 4), {"dim": 1, "keepdim": True}),
    *once(
        unary("max", (5, 67), {"dim": 1}),
        unary("max", (37, 5), {"dim": 0, "keepdim": True}),
        unary("max", (5, 7), low=-4.0, high=-1.0),
        unary("max", (5, 7), {"dim": 1}, low=-4.0, high=-1.0),
        unary("max", (), same_by_definition=True),
        unary("max", (), {"dim": 0}, same_by_definition=True),
        unary("max", (3, 1), {"dim": 1}),
        unary("max", (0, 3), {"dim": 1}),
        unary("max", (0,), raises=True),
        unary("max", (3, 0), {"dim": 1}, raises=True),
        unary("max", (3, 4), {"dim": 2}, raises=True),
    ),
    given("max", _TIES),
    given("max", _TIES, {"dim": 0}),
    given("max", _TIES, {"dim": 1}),
    given("max", [0.0, -0.0, -1.0, 0.0], same_by_definition=("outputs/output",)),
    given("max", _WITH_NAN, {"dim": 1}),
    given("max", [1.0, NAN, 3.0, NAN]),
    given("max", [1.0, INF, INF, -INF]),
    Case("max", lambda draw: {"input": operand(draw.integers("input", (3, 4), -9, 9))}, {"dim": 1}),
    program({"x": (3, 4)},
            ("max", {"input": "x"}, "largest", {"dim": 1, "keepdim": True}),
            ("mul", {"input": "largest", "other": "x"}, "output")),
] + _dimensions("amax") + [
    unary("amax", (5, 67), {"dim": 1}),
    unary("amax", (), same_by_definition=True),
    given("amax", _TIES),
    given("amax", _TIES, {"dim": 0}),
    given("amax", _TIES, {"dim": [1], "keepdim": True}),
    given("amax", _TIES, {"dim": [0, 1]}),
    given("amax", _WITH_NAN, {"dim": 1}),
    *once(unary("amax", (3, 0), {"dim": 1}, raises=True)),
]

VAR = _dimensions("var") + [
    unary("var", (700,), bits=20),
    unary("var", (3, 133), {"dim": 1}, bits=20),
    unary("var", (97, 3), {"dim": 0}, bits=20),
    unary("var", (3, 5), {"correction": 0}),
    unary("var", (3, 5), {"dim": 1, "correction": 0}),
    unary("var", (3, 5), {"dim": [0, 1], "correction": 0, "keepdim": True}),
    unary("var", (3, 5), {"dim": 1, "correction": 2}),
    unary("var", (3, 5), {"dim": 1, "correction": 1}),
    unary("var", (40,), low=62.0, high=66.0),
    unary("var", (4, 30), {"dim": 1}, low=-66.0, high=-62.0),
    *once(
        unary("var", (3, 2), {"dim": 1}),
        unary("var", (3, 1), {"dim": 1}),
        unary("var", (3, 1), {"dim": 1, "correction": 0}, same_by_definition=True),
        unary("var", ()),
        unary("var", (3, 2), {"dim": 1, "correction": 2}),
        unary("var", (0,)),
        unary("var", (3, 0), {"dim": 1}),
    ),
    given("var", [[1.5, 1.5, 1.5], [2.0, 2.0, 2.0]], {"dim": 1}, same_by_definition=True),
    given("var", [[1.0, INF, 2.0], [NAN, 1.0, 2.0], [1.0, 2.0, 4.0]], {"dim": 1}),
    given("var", [2.0**40, 3 * 2.0**40, -(2.0**40)]),
    given("var", [2.0**-30, 3 * 2.0**-30, -(2.0**-30)]),
    *once(Case("var", lambda draw: {"input": operand(draw.integers("input", (3, 4), -9, 9))}, raises=True)),
    program({"x": (3, 4)},
            ("var", {"input": "x"}, "spread", {"dim": 0, "keepdim": True}),
            ("div", {"input": "x", "other": "spread"}, "output")),
]
