"""Rows of losses; CTC's inputs are in ctc."""

import numpy as np

from ..core.case import Case, Row, operand
from ..core.cases import INF, NAN, once, program
from .ctc import CTC_LOSS


def _mse(shape, target=None, wants=(True, True), same_by_definition=False, **arguments):
    return Case(
        "mse_loss",
        lambda draw: {
            "input": operand(draw.dyadic("input", shape), requires_grad=wants[0]),
            "target": operand(draw.dyadic("target", shape if target is None else target), requires_grad=wants[1]),
        },
        arguments,
        same_by_definition=same_by_definition,
    )


def _mse_given(left, right, **arguments):
    return Case(
        "mse_loss",
        lambda draw: {
            "input": operand(draw.values("input", left), requires_grad=True),
            "target": operand(draw.values("target", right), requires_grad=True),
        },
        arguments,
    )


def _refused(case):
    case.raises = True
    return once(case)[0]


MSE_LOSS = [
    _mse((3, 4)),
    _mse((3, 4), reduction="none"),
    _mse((3, 4), reduction="sum"),
    _mse((2, 3, 5), reduction="mean"),
    _mse((401,)),
    *once(
        _mse((3, 4), wants=(True, False)),
        _mse((3, 4), wants=(False, True), reduction="none"),
        _mse((1, 1)),
        _mse(()),
        _mse((), reduction="none"),
        _mse((0, 3)),
        _mse((0, 3), reduction="sum", same_by_definition=True),
        _mse((0, 3), reduction="none"),
        _mse((3, 4), (4,)),
        _mse((3, 1), (3, 4), reduction="none"),
    ),
    _mse_given([1.0, INF, 2.0, -INF, NAN, 0.5], [0.5, 1.0, INF, -INF, 1.0, 1.5], reduction="none"),
    _mse_given([1.0, NAN, 2.0], [0.5, 1.0, 3.0]),
    _mse_given([2.0**70, -(2.0**70), 2.0**20], [-(2.0**70), 2.0**69, 2.0**21]),
    _mse_given([64.25, 65.5, 63.75], [64.0, 65.75, 63.5]),
    _refused(_mse((3, 4), (3, 5))),
    _refused(_mse((3, 4), (2, 4))),
    _refused(_mse((3, 4), reduction="median")),
    program({"x": (3, 4)},
            ("mul", {"input": "x", "other": "x"}, "square"),
            ("mse_loss", {"input": "x", "target": "square"}, "output")),
    program({"x": (4, 3), "weight": (2, 3), "y": (4, 2)},
            ("linear", {"input": "x", "weight": "weight"}, "guess"),
            ("mse_loss", {"input": "guess", "target": "y"}, "output", {"reduction": "sum"})),
]


def _classes(shape, classes=5, weighted=False, ignore=None, same_by_definition=False, scale=(-2.0, 2.0), **arguments):
    """Class indices as targets. `shape` is the target's; the classes go after the batch. `ignore`: which share of the
    targets is the ignored index."""
    logits = (shape[0], classes, *shape[1:]) if shape else (classes,)
    ignored = arguments.get("ignore_index", -100)

    def inputs(draw):
        target = draw.integers("target", shape, 0, classes)
        if ignore is not None:
            target = np.where(draw.mask("ignored", shape, keep=ignore), ignored, target)
        made = {
            "input": operand(draw.dyadic("input", logits, *scale), requires_grad=True),
            "target": operand(target),
        }
        if weighted:
            made["weight"] = operand(draw.positive("weight", (classes,), 0.25, 3.0), role="parameter")
        return made

    return Case("cross_entropy", inputs, arguments, same_by_definition=same_by_definition)


def _probabilities(shape, weighted=False, wants=False, **arguments):
    """Probabilities as targets: drawn dyadic numbers of which each distribution sums to one exactly."""

    def inputs(draw):
        made = {
            "input": operand(draw.dyadic("input", shape), requires_grad=True),
            "target": operand(draw.distribution("target", shape, 1 if len(shape) > 1 else 0), requires_grad=wants),
        }
        if weighted:
            classes = shape[1] if len(shape) > 1 else shape[0]
            made["weight"] = operand(draw.positive("weight", (classes,), 0.25, 3.0), role="parameter")
        return made

    return Case("cross_entropy", inputs, arguments)


def _given_logits(logits, target, weight=None, **arguments):
    def inputs(draw):
        made = {"input": operand(draw.values("input", logits), requires_grad=True), "target": operand(target)}
        if weight is not None:
            made["weight"] = operand(weight, role="parameter")
        return made

    return Case("cross_entropy", inputs, arguments)


def _mismatched(logits, target, weight=None, **arguments):
    """Operands of shapes that don't fit, or a label out of range: `target` is a shape or a list of labels."""

    def inputs(draw):
        labels = draw.integers("target", target, 0, 3) if isinstance(target, tuple) else target
        made = {"input": operand(draw.dyadic("input", logits)), "target": operand(labels)}
        if weight is not None:
            made["weight"] = operand(draw.positive("weight", weight), role="parameter")
        return made

    return once(Case("cross_entropy", inputs, arguments, raises=True))[0]


CROSS_ENTROPY_LOSS = [
    _classes((6,)),
    _classes((6,), reduction="sum"),
    _classes((6,), reduction="none"),
    _classes((3, 4), weighted=True),
    _classes((6,), weighted=True, label_smoothing=0.125, ignore=0.4),
    _classes((31,), classes=47, scale=(-8.0, 8.0)),
    *once(
        _classes(()),
        _classes((), reduction="none"),
        _classes((1,), classes=1, same_by_definition=True),
        _classes((0,), same_by_definition=True),
        _classes((0,), reduction="sum", same_by_definition=True),
        _classes((0,), reduction="none"),
        _classes((2, 4)),
        _classes((2, 3, 2)),
        _classes((2, 3, 2), reduction="none"),
        _classes((6,), weighted=True),
        _classes((6,), weighted=True, reduction="sum"),
        _classes((6,), weighted=True, reduction="none"),
        _classes((8,), ignore=0.5),
        _classes((8,), ignore=0.5, ignore_index=2),
        _classes((8,), ignore=0.5, ignore_index=-1, reduction="none"),
        _classes((8,), ignore=0.5, reduction="sum", weighted=True),
        _classes((3,), ignore=1.0, same_by_definition=("gradients/input",)),
        _classes((3,), ignore=1.0, reduction="sum", same_by_definition=True),
        _classes((6,), label_smoothing=0.25),
        _classes((6,), label_smoothing=1.0, reduction="none"),
        _classes((6,), label_smoothing=0.25, weighted=True),
        _classes((8,), label_smoothing=0.25, ignore=0.5),
        _classes((2, 4), label_smoothing=0.125, weighted=True, ignore=0.3, ignore_index=1),
        _classes((2, 4), label_smoothing=0.125, weighted=True, ignore=0.3, reduction="none"),
    ),
    _probabilities((4, 5)),
    _probabilities((4, 5), wants=True, weighted=True, label_smoothing=0.25),
    *once(
        _probabilities((5,)),
        _probabilities((4, 5), reduction="sum"),
        _probabilities((4, 5), reduction="none", wants=True),
        _probabilities((2, 5, 3)),
        _probabilities((2, 4, 3, 2), reduction="none"),
        _probabilities((4, 5), weighted=True),
        _probabilities((4, 5), label_smoothing=0.25),
        _probabilities((2, 5, 3), weighted=True, label_smoothing=0.5, reduction="sum"),
    ),
    _given_logits([[1000.0, 998.5, -1000.0], [-500.0, 500.0, 499.0]], [1, 2], reduction="none"),
    _given_logits([[1.0, -INF, 2.0], [0.5, 1.0, 1.5]], [1, 0], reduction="none"),
    _given_logits([[1.0, INF, 2.0], [NAN, 1.0, 1.5], [0.5, 1.0, 2.0]], [1, 0, 2], reduction="none"),
    _given_logits([[1.0, 1.0, 1.0], [2.0, 2.0, -2.0]], [0, 1]),
    _given_logits([[1.0, 0.5, 1.5], [2.0, 0.25, -2.0], [0.5, 1.0, 0.0]], [0, 1, 2], weight=[0.0, 2.0, 0.5]),
    *once(_given_logits([[1.0, 0.5, 1.5], [2.0, 0.25, -2.0]], [0, 0], weight=[0.0, 2.0, 0.5])),
    _mismatched((3, 4), [0, 4, 1]),
    _mismatched((3, 4), [0, -1, 1]),
    _mismatched((3, 4), (2,)),
    _mismatched((3, 4), (3, 1)),
    _mismatched((2, 4, 3), (2, 4)),
    _mismatched((3, 4), (3,), weight=(3,)),
    _mismatched((3, 4), (3,), reduction="median"),
    _mismatched((3, 4), (3,), label_smoothing=1.5),
    once(Case("cross_entropy", lambda draw: {
        "input": operand(draw.dyadic("input", (3, 4))),
        "target": operand(draw.dyadic("target", (3,))),
    }, raises=True))[0],
    program({"x": (4, 3), "weight": (5, 3), "labels": lambda draw: operand(draw.integers("labels", (4,), 0, 5))},
            ("linear", {"input": "x", "weight": "weight"}, "logits"),
            ("cross_entropy", {"input": "logits", "target": "labels"}, "output")),
    program({"x": (4, 3), "labels": lambda draw: operand(draw.integers("labels", (4,), 0, 3))},
            ("cross_entropy", {"input": "x", "target": "labels"}, "losses", {"reduction": "none"}),
            ("unsqueeze", {"input": "losses"}, "column", {"dim": 1}),
            ("mul", {"input": "column", "other": "x"}, "output")),
]

ROWS = [
    Row("loss/mse_loss", "Loss: MSELoss Forward/Backward", MSE_LOSS),
    Row("loss/cross_entropy_loss", "Loss: CELoss Forward/Backward", CROSS_ENTROPY_LOSS),
    Row("loss/ctc_loss", "Loss: CTCLoss Forward/Backward", CTC_LOSS),
]
