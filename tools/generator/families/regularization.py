"""Rows of batch normalisation and dropout."""

import numpy as np
import torch
import torch.nn.functional as F

from ..core.case import Case, Row, operand
from ..core.cases import INF, NAN, once


def _batch_norm(shape, *, affine=True, statistics=True, low=-2.0, high=2.0, bits=12, same_by_definition=False,
                raises=False, channels=None, **arguments):
    """Running statistics that are neither zero nor one, so that an update which forgets the old ones shows."""
    channels = shape[1] if channels is None else channels

    def inputs(draw):
        made = {"input": operand(draw.dyadic("input", shape, low, high, bits), requires_grad=True)}
        if statistics:
            made["running_mean"] = operand(draw.dyadic("running_mean", (channels,)), role="buffer")
            made["running_var"] = operand(draw.positive("running_var", (channels,), 0.5, 3.0), role="buffer")
        if affine:
            made["weight"] = operand(draw.nonzero("weight", (channels,)), requires_grad=True, role="parameter")
            made["bias"] = operand(draw.nonzero("bias", (channels,)), requires_grad=True, role="parameter")
        return made

    return Case("batch_norm", inputs, arguments, same_by_definition=same_by_definition, raises=raises)


_UNCHANGED = ("outputs/running_mean", "outputs/running_var")


def _batch_norm_cases(typical, odd, single, larger, refused):
    """Shapes of `typical`, `odd` and `larger` batches, `single`: one value a channel, which training refuses."""
    return [
        _batch_norm(typical, training=True),
        _batch_norm(typical, training=False, same_by_definition=_UNCHANGED),
        _batch_norm(odd, training=True, momentum=0.3, eps=0.25),
        _batch_norm(larger, training=True, bits=20),
        _batch_norm(larger, training=True, low=62.0, high=66.0, bits=14),
        *once(
            _batch_norm(typical, same_by_definition=_UNCHANGED),
            _batch_norm(odd, training=True),
            _batch_norm(odd, training=False, eps=0.25, momentum=0.5, same_by_definition=_UNCHANGED),
            _batch_norm(typical, training=True, affine=False),
            _batch_norm(typical, training=True, statistics=False),
            _batch_norm(typical, training=True, affine=False, statistics=False),
            _batch_norm(typical, training=False, affine=False, same_by_definition=_UNCHANGED),
            _batch_norm(typical, training=True, momentum=0.0, same_by_definition=_UNCHANGED),
            _batch_norm(typical, training=True, momentum=1.0),
            _batch_norm(typical, training=True, eps=0.5),
            _batch_norm(single, training=False, same_by_definition=_UNCHANGED),
            _batch_norm((5, 1, *typical[2:]), training=True),
            _batch_norm((0, *typical[1:]), training=False, same_by_definition=True),
            _batch_norm(single, training=True, raises=True),
            _batch_norm(typical, training=True, channels=typical[1] + 1, raises=True),
            _batch_norm(typical, training=False, statistics=False, raises=True),
            *(_batch_norm(shape, training=True, channels=3, raises=True) for shape in refused),
        ),
        _constant_channel(typical),
        _with_edges(typical, training=False, same_by_definition=_UNCHANGED),
        _with_edges(typical, training=True),
    ]


def _constant_channel(shape):
    """One channel whose values are all equal: eps alone keeps it finite."""

    def inputs(draw):
        values = draw.dyadic("input", shape)
        values[:, 0] = 1.5
        return {
            "input": operand(values, requires_grad=True),
            "running_mean": operand(draw.dyadic("running_mean", (shape[1],)), role="buffer"),
            "running_var": operand(draw.positive("running_var", (shape[1],)), role="buffer"),
        }

    return Case("batch_norm", inputs, {"training": True})


def _with_edges(shape, same_by_definition=False, **arguments):
    """An infinity in one channel and NaN in the next: they stay in their channels."""

    def inputs(draw):
        values = draw.dyadic("input", shape)
        values[0, 0], values[0, 1] = INF, NAN
        return {
            "input": operand(values, requires_grad=True),
            "running_mean": operand(draw.dyadic("running_mean", (shape[1],)), role="buffer"),
            "running_var": operand(draw.positive("running_var", (shape[1],)), role="buffer"),
            "weight": operand(draw.nonzero("weight", (shape[1],)), requires_grad=True, role="parameter"),
        }

    return Case("batch_norm", inputs, arguments, same_by_definition=same_by_definition)


def _dropout_cases(operation, typical, odd, larger, refused):
    """The kept elements come from PyTorch as data; all else is exact."""
    masked = _Dropout(operation)
    return [
        masked(typical, seed=1),
        masked(odd, seed=2, p=0.25),
        masked(larger, seed=3, p=0.75),
        masked(typical, seed=4, p=0.25, training=False, same_by_definition=True),
        *once(
            masked(typical, seed=5, training=True),
            masked(typical, seed=6, p=0.25, training=True),
            masked(typical, seed=7, p=0.0, same_by_definition=True),
            masked(typical, seed=8, p=1.0, same_by_definition=True),
            masked(typical, seed=9, training=False, same_by_definition=True),
            masked((1,) * len(typical), seed=13, p=0.125, training=True),
            masked((0, *typical[1:]), seed=11),
            masked(typical, seed=12, p=1.5, raises=True),
            masked(typical, seed=12, p=-0.25, raises=True),
            *(masked(shape, seed=12, raises=True) for shape in refused),
        ),
        masked(typical, seed=14, values=[1.0, INF, -2.0, -INF, NAN, 0.0, 1.5, 2.0**100]),
    ]


class _Dropout:
    """Makes the cases of one dropout operation."""

    def __init__(self, operation):
        self.operation = operation
        self.function = getattr(F, operation)

    def __call__(self, shape, *, seed, values=None, same_by_definition=False, raises=False, **arguments):
        p, training = arguments.get("p", 0.5), arguments.get("training", True)

        def inputs(draw):
            data = draw.nonzero("input", shape)
            if values is not None:
                data = np.resize(values, shape)
            made = {"input": operand(data, requires_grad=True)}
            if not raises:
                mask = self._seeded(torch.ones(shape), seed, p if training else 0.5).numpy() != 0
                made["mask"] = operand(mask)
            return made

        def compute(given, options):
            output = self._seeded(given["input"], seed, **options)
            if training:
                kept = self._seeded(torch.ones_like(given["input"]), seed, p) != 0
                if not torch.equal(kept, given["mask"]):
                    raise ValueError("PyTorch draws another mask for this dtype")
            return output

        return Case(self.operation, inputs, arguments, compute, same_by_definition=same_by_definition, raises=raises)

    def _seeded(self, value, seed, p=0.5, training=True):
        torch.manual_seed(seed)
        return self.function(value, p=p, training=training)


ROWS = [
    Row("regularization/batch_norm1d", "Reg: Batchnorm1d Forward/Backward",
        _batch_norm_cases((6, 3), (4, 3, 5), (1, 3), (16, 5, 9), [(3,)])
        + [_batch_norm((5, 3, 4), training=True), _batch_norm((1, 3, 4), training=True)]),
    Row("regularization/batch_norm2d", "Reg: Batchnorm2d Forward/Backward",
        _batch_norm_cases((4, 3, 2, 3), (3, 2, 5, 1), (1, 3, 1, 1), (5, 4, 6, 5), [(3,)])),
    Row("regularization/dropout", "Reg: Dropout Forward/Backward",
        _dropout_cases("dropout", (4, 6), (7,), (5, 37), [])),
    Row("regularization/dropout1d", "Reg: Dropout1D Forward/Backward",
        _dropout_cases("dropout1d", (3, 4, 5), (5, 6), (4, 9, 7), [(2, 3, 4, 5), (4,)])),
    Row("regularization/dropout2d", "Reg: Dropout2D Forward/Backward",
        _dropout_cases("dropout2d", (2, 4, 3, 2), (3, 5, 2, 3), (3, 7, 4, 3), [])),
]
