"""Rows of activations."""

from ..core.case import Case, Row, operand
from ..core.cases import INF, NAN, given, once, program, unary


def _elementwise(operation, **options):
    """The shapes and edges that every elementwise activation has."""
    return [
        unary(operation, (3, 4), **options),
        unary(operation, (67,), low=-8.0, high=8.0, **options),
        unary(operation, (40,), low=-2.0**-3, high=2.0**-3, bits=20, **options),
        *once(
            unary(operation, (2, 3, 5), **options),
            unary(operation, (0, 3), **options),
            given(operation, -0.75, **({"same_by_definition": True} if operation == "relu" else options)),
            given(operation, [[1.25]], **({"same_by_definition": True} if operation == "relu" else options)),
        ),
        given(operation, [0.0, -0.0, INF, -INF, NAN, 1.5, -2.5], **options),
        given(operation, [100.0, -100.0, 1000.0, -1000.0, 0.5, -0.5], **options),
        program({"x": (3, 4)},
                (operation, {"input": "x"}, "activated"),
                ("mul", {"input": "activated", "other": "x"}, "output")),
    ]


IDENTITY = _elementwise("identity", same_by_definition=("outputs/output",)) + [
    Case("identity", lambda draw: {"input": operand(draw.integers("input", (2, 3), -9, 9))}),
]

SIGMOID = _elementwise("sigmoid") + [
    unary("sigmoid", (40,), low=-16.0, high=-8.0),
    unary("sigmoid", (40,), low=-80.0, high=-76.0),
    given("sigmoid", [88.0, 89.0, -88.0, 30.0, 0.25]),
]

RELU = _elementwise("relu") + [
    given("relu", [[-1.0, -2.0], [-0.5, -0.0]], same_by_definition=True),
    given("relu", [2.0**100, -(2.0**100), 2.0**99]),
    given("relu", [2.0**-140, -(2.0**-140), 2.0**-130]),
    *once(given("relu", [True, False], requires_grad=False, raises=True)),
]

TANH = _elementwise("tanh") + [
    unary("tanh", (40,), low=-0.75, high=0.75),
    unary("tanh", (40,), low=-2.0**-12, high=2.0**-12, bits=26, same_by_definition=("outputs/output",)),
    given("tanh", [9.0, -9.0, 20.0, -20.0, 0.25]),
]


def _softmax(operation):
    """softmax and log_softmax: a shift of the logits changes nothing, masked entries weigh nothing."""
    return [
        unary(operation, (3, 4), {"dim": 1}),
        unary(operation, (2, 3, 4), {"dim": 1}),
        unary(operation, (5, 67), {"dim": 1}, low=-8.0, high=8.0),
        *once(
            unary(operation, (4, 4), {"dim": 0}),
            unary(operation, (2, 3, 4), {"dim": -1}),
            unary(operation, (2, 3, 4), {"dim": -3}),
            unary(operation, (2, 2, 3, 4), {"dim": 1}),
            unary(operation, (7,), {"dim": 0}),
            unary(operation, (), {"dim": 0}, same_by_definition=True),
            unary(operation, (3, 1), {"dim": 1}, same_by_definition=True),
            unary(operation, (0, 3), {"dim": 1}),
            unary(operation, (3, 0), {"dim": 1}),
            unary(operation, (3, 4), {"dim": 2}, raises=True),
            unary(operation, (3, 4), {"dim": -3}, raises=True),
        ),
        unary(operation, (3, 5), {"dim": 1}, low=998.0, high=1002.0),
        unary(operation, (3, 5), {"dim": 1}, low=-1002.0, high=-998.0),
        given(operation, [[1.0, -INF, 2.0], [0.5, 1.5, -INF], [-INF, -INF, -INF]], {"dim": 1}),
        given(operation, [[1.0, INF, 2.0], [NAN, 1.5, 1.0], [0.0, 1.0, 2.0]], {"dim": 1}),
        given(operation, [[100.0, -100.0, 99.0], [0.0, 1.0, -200.0]], {"dim": 1}),
        given(operation, [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 0.0, 0.0]], {"dim": 1}),
        program({"x": (3, 4)},
                (operation, {"input": "x"}, "activated", {"dim": 1}),
                ("mul", {"input": "activated", "other": "x"}, "output")),
    ]


ROWS = [
    Row("activation/identity", "Activation: Identity Forward/Backward", IDENTITY),
    Row("activation/sigmoid", "Activation: Sigmoid Forward/Backward", SIGMOID),
    Row("activation/relu", "Activation: ReLU Forward/Backward", RELU),
    Row("activation/tanh", "Activation: Tanh Forward/Backward", TANH),
    Row("activation/softmax", "Activation: Softmax Forward/Backward", _softmax("softmax") + _softmax("log_softmax")),
]
