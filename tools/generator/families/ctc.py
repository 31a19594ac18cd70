"""The cases of ctc_loss: repeats, blanks, lengths, reductions, what has no alignment, long inputs.

PyTorch's gradient takes the log-probabilities as normalised over the classes (it is the gradient with respect to the
logits before log_softmax), so the direct cases draw distributions and the programs start from logits.
"""

import numpy as np

from ..core.case import Case, operand
from ..core.cases import INF, once, program


def _ctc(targets, input_lengths, *, frames=None, classes=5, target_lengths=None, same_by_definition=False, raises=False,
         spread=False, **arguments):
    """`targets` is a list of label lists. They are padded to a matrix, or concatenated where `spread` is true."""
    lengths = [len(t) for t in targets] if target_lengths is None else target_lengths
    steps = frames or max(input_lengths)

    def inputs(draw):
        log_probs = draw.log_distribution("log_probs", (steps, len(targets), classes))
        return {
            "log_probs": operand(log_probs, requires_grad=True),
            "targets": operand(_concatenated(targets) if spread else _padded(targets, arguments.get("blank", 0))),
            "input_lengths": operand(np.array(input_lengths, dtype=np.int64)),
            "target_lengths": operand(np.array(lengths, dtype=np.int64)),
        }

    return Case("ctc_loss", inputs, arguments, same_by_definition=same_by_definition, raises=raises)


def _padded(targets, blank):
    """A matrix; what lies beyond a target's length is some label and must not be read as one."""
    width = max(len(t) for t in targets)
    filler = 1 if blank != 1 else 2
    return np.array([t + [filler] * (width - len(t)) for t in targets], dtype=np.int64).reshape(len(targets), width)


def _concatenated(targets):
    return np.array([label for t in targets for label in t], dtype=np.int64)


def _logits(targets, input_lengths, classes=4, **arguments):
    """The usual chain: logits, log_softmax, loss."""
    return program({
        "logits": lambda draw: operand(
            draw.dyadic("logits", (max(input_lengths), len(targets), classes)), requires_grad=True),
        "targets": lambda draw: operand(_padded(targets, arguments.get("blank", 0))),
        "input_lengths": lambda draw: operand(np.array(input_lengths, dtype=np.int64)),
        "target_lengths": lambda draw: operand(np.array([len(t) for t in targets], dtype=np.int64)),
    },
        ("log_softmax", {"input": "logits"}, "log_probs", {"dim": 2}),
        ("ctc_loss", {name: name for name in ("log_probs", "targets", "input_lengths", "target_lengths")}, "output",
         arguments),
    )


def _long(steps, labels):
    return [[1 + (7 * i + i * i) % 3 for i in range(labels)]], [steps]


def _unbatched(frames, labels, classes=4):
    """(T, C) and one target, lengths as scalars."""
    return Case("ctc_loss", lambda draw: {
        "log_probs": operand(draw.log_distribution("log_probs", (frames, classes)), requires_grad=True),
        "targets": operand(np.array(labels, dtype=np.int64)),
        "input_lengths": operand(np.array(frames, dtype=np.int64)),
        "target_lengths": operand(np.array(len(labels), dtype=np.int64)),
    })


def _certain():
    """Log-probabilities of zero and minus infinity: one alignment, all others impossible."""
    rows = [[-INF, 0.0, -INF], [0.0, -INF, -INF], [-INF, -INF, 0.0], [-1.0, -INF, -0.5]]
    return Case("ctc_loss", lambda draw: {
        "log_probs": operand(draw.values("log_probs", [[row] for row in rows]), requires_grad=True),
        "targets": operand(np.array([[1, 2]], dtype=np.int64)),
        "input_lengths": operand(np.array([4], dtype=np.int64)),
        "target_lengths": operand(np.array([2], dtype=np.int64)),
    })


_THREE = ([[1, 2, 3], [2, 2], [4]], [8, 8, 8])
_UNEVEN = ([[1, 2, 3], [3, 3], [4, 1, 4, 1]], [6, 4, 9])
_IMPOSSIBLE = ([[1, 2, 3], [2, 2, 2], [4]], [6, 4, 3])

CTC_LOSS = [
    _ctc(*_THREE),
    _ctc(*_UNEVEN, reduction="none"),
    _ctc([[1, 0, 3], [3, 3], [4, 1, 4, 1]], [6, 4, 9], reduction="sum", blank=2),
    _ctc(*_long(120, 30), classes=4),
    _ctc(*_IMPOSSIBLE, reduction="none", zero_infinity=True),
    _logits(*_UNEVEN, classes=5),
    _logits([[1, 1, 2], [3]], [7, 5], reduction="sum"),
    *once(
        _ctc(*_THREE, reduction="sum"),
        _ctc(*_THREE, reduction="mean"),
        _ctc(*_UNEVEN),
        _ctc(*_UNEVEN, frames=12),
        _ctc(*_UNEVEN, spread=True),
        _ctc([[0, 1, 2], [0, 0]], [7, 7], blank=4),
        _ctc([[1, 2], [], [3]], [4, 4, 4]),
        _ctc([[], []], [4, 3], spread=True, reduction="none"),
        _ctc([[1, 1, 1]], [5]),
        _ctc([[1, 2, 3]], [3]),
        _ctc([[1]], [1]),
        _ctc([[2]], [6], classes=3),
        _ctc([[1, 2], [2, 1]], [5, 5], reduction="none"),
        _ctc(*_IMPOSSIBLE, reduction="none"),
        _ctc(*_IMPOSSIBLE),
        _ctc(*_IMPOSSIBLE, zero_infinity=True),
        _ctc(*_IMPOSSIBLE, zero_infinity=True, reduction="sum"),
        _ctc([[2, 2]], [2], zero_infinity=True, same_by_definition=True),
        _unbatched(6, [1, 3, 3]),
        _certain(),
        _ctc(*_THREE, classes=5, blank=5, raises=True),
        _ctc(*_THREE, blank=-1, raises=True),
        _ctc([[1, 2], [2]], [5, 9], frames=8, raises=True),
        _ctc([[1, 2], [2]], [5, 5], target_lengths=[3, 1], raises=True),
        _ctc([[1, 2], [2]], [5, 5], target_lengths=[2], raises=True),
        _ctc([[1, 2], [2]], [5, 5, 5], raises=True),
        _ctc([[1, 2], [2]], [5, 5], reduction="median", raises=True),
        _ctc([[1, 2], [2]], [5, 5], target_lengths=[2, 2], spread=True, raises=True),
    ),
]
