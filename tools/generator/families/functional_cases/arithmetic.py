"""add, sub, mul, div and pow: broadcasting in every direction, edges, mixed dtypes."""

from ...core.case import Case, operand
from ...core.cases import INF, NAN, binary, given_pair, once, program


def _common(operation, **range_):
    """What every operation of two operands has: ways to broadcast and to want gradients, what must be refused."""
    return [
        binary(operation, (3, 4), (3, 4), **range_),
        binary(operation, (2, 3, 4), (3, 1), **range_),
        binary(operation, (2, 1, 4), (1, 3, 1), **range_),
        binary(operation, (6, 5, 7), (5, 7), **(range_ | {"bits": 20})),
        *once(
            binary(operation, (4,), (2, 1, 4), **range_),
            binary(operation, (), (2, 3), **range_),
            binary(operation, (2, 3), (), **range_),
            binary(operation, (), (), **range_),
            binary(operation, (1, 1), (1,), **range_),
            binary(operation, (0, 3), (1, 3), same_by_definition=("gradients/other",), **range_),
            binary(operation, (5, 7), (5, 7), wants=(True, False), **range_),
            binary(operation, (5, 1), (5, 7), wants=(False, True), **range_),
            binary(operation, (5, 7), (5, 7), wants=(False, False), **range_),
            binary(operation, (3, 4), (2, 4), raises=True),
            binary(operation, (2, 3, 4), (2, 3), raises=True),
        ),
        program(
            {"x": lambda draw: operand(draw.positive("x", (3, 4)), requires_grad=True)},
            ("exp", {"input": "x"}, "y"),
            (operation, {"input": "y", "other": "x"}, "output"),
        ),
    ]


def _mixed(operation, shape=(3, 4)):
    """An int64 operand beside a floating one; neither the value nor the gradient is rounded to an integer."""
    return [
        Case(operation, lambda draw: {
            "input": operand(draw.integers("input", shape, 1, 9)),
            "other": operand(draw.nonzero("other", shape), requires_grad=True),
        }),
        Case(operation, lambda draw: {
            "input": operand(draw.nonzero("input", shape), requires_grad=True),
            "other": operand(draw.integers("other", shape[1:], 1, 9)),
        }),
    ]


def _whole(operation):
    """Two int64 operands: the result is int64 and exact where float32 isn't."""
    return Case(operation, lambda draw: {
        "input": operand(draw.integers("input", (2, 3), -(1 << 31), 1 << 31)),
        "other": operand(draw.integers("other", (3,), -(1 << 31), 1 << 31)),
    })


def _itself(operation):
    """One value as both operands."""
    return program({"x": (3, 4)}, (operation, {"input": "x", "other": "x"}, "output"))


_LARGE = 2.0**126
_SMALL = 2.0**-80
_EDGES = ([0.0, -0.0, 1.5, INF, -INF, INF, NAN, 2.0], [0.0, 3.0, -1.5, 1.0, -INF, -INF, 1.0, NAN])

ADD = _common("add") + _mixed("add") + [
    _whole("add"),
    given_pair("add", *_EDGES),
    given_pair("add", [_LARGE, 3 * _LARGE, -3 * _LARGE], [_LARGE, _LARGE, -_LARGE]),
    _itself("add"),
]

SUB = _common("sub") + _mixed("sub") + [
    _whole("sub"),
    given_pair("sub", *_EDGES),
    given_pair("sub", [_LARGE, -3 * _LARGE], [-_LARGE, _LARGE]),
]

MUL = _common("mul") + _mixed("mul") + [
    _whole("mul"),
    given_pair("mul", *_EDGES),
    given_pair("mul", [_LARGE, -_LARGE, 2.0], [4.0, 8.0, _LARGE]),
    _itself("mul"),
    given_pair("mul", [_SMALL, -_SMALL], [3 * _SMALL * 2.0**60, _SMALL * 2.0**60]),
]

DIV = _common("div", low=0.5, high=4.0) + _mixed("div") + [
    Case("div", lambda draw: {
        "input": operand(draw.dyadic("input", (4, 5)), requires_grad=True),
        "other": operand(draw.positive("other", (4, 5)) * (2 * draw.mask("sign", (4, 5)) - 1.0), requires_grad=True),
    }),
    given_pair("div", [1.0, -1.0, 0.0, INF, 2.0, INF, NAN, 1.0, 0.0], [0.0, 0.0, 0.0, 2.0, INF, INF, 1.0, NAN, 3.0]),
    given_pair("div", [_SMALL, -3 * _SMALL], [_SMALL, _SMALL]),
    given_pair("div", [2.0**100, -(2.0**100)], [3 * 2.0**90, 2.0**90]),
]

_POWER = {"second": "exponent"}


def _positive_base(left, right, **options):
    return Case("pow", lambda draw: {
        "input": operand(draw.positive("input", left), requires_grad=True),
        "exponent": operand(draw.dyadic("exponent", right, -3.0, 3.0), requires_grad=True),
    }, **options)


def _fixed_exponent(exponent, shape=(3, 4), low=-2.0, high=2.0):
    """A base of either sign and one number, without gradient, as exponent."""
    return Case("pow", lambda draw: {
        "input": operand(draw.nonzero("input", shape, low, high), requires_grad=True),
        "exponent": operand(exponent),
    }, same_by_definition=exponent in (0.0, 1.0))


POW = [
    _positive_base((3, 4), (3, 4)),
    _positive_base((2, 3, 4), (3, 1)),
    *once(
        _positive_base((4,), (2, 1, 4)),
        _positive_base((), (2, 3)),
        _positive_base((2, 3), ()),
        _positive_base((1, 1), (1,)),
        _positive_base((0, 3), (1, 3), same_by_definition=("gradients/exponent",)),
        binary("pow", (3, 4), (2, 4), raises=True, **_POWER),
    ),
    _fixed_exponent(2.0),
    _fixed_exponent(3.0),
    _fixed_exponent(1.0),
    _fixed_exponent(0.0),
    _fixed_exponent(-1.0),
    _fixed_exponent(-2.0),
    _fixed_exponent(0.5, low=0.0, high=4.0),
    _fixed_exponent(3),
    given_pair("pow", [-2.0, -3.0, -0.5, -1.5], [2.0, 3.0, -1.0, -2.0], wants=(True, False), **_POWER),
    given_pair("pow", [0.0, 0.0, 0.0, 0.0, 2.0, 1.0], [0.0, 1.0, 2.0, 3.0, 0.0, 0.0], **_POWER),
    given_pair("pow", [0.0, 0.0, -2.0, -2.0, -1.5], [-1.0, -2.0, 0.5, -0.5, 2.0], **_POWER),
    given_pair("pow", [INF, INF, -INF, 2.0, 0.5, 0.5, 2.0, INF], [2.0, -1.0, 3.0, INF, INF, -INF, -INF, 0.0], **_POWER),
    given_pair("pow", [NAN, 2.0, NAN, 1.0, 1.5], [1.0, NAN, 0.0, NAN, 2.0], **_POWER),
    given_pair("pow", [2.0, 16.0, 1.5], [60.0, 15.5, 100.0], **_POWER),
    program({"x": lambda draw: operand(draw.positive("x", (3, 4)), requires_grad=True)},
            ("pow", {"input": "x", "exponent": "x"}, "output")),
]
