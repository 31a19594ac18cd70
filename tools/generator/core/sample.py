"""Turns a case into its samples: inputs, PyTorch's values, the float64 truth and the marks of cancellation."""

from dataclasses import dataclass, field

import numpy as np

from .integers import Draw
from .manifest import needs_torch
from .verdict import CANCELS_ABOVE, error, passes


class Refused(Exception):
    """A row that may not be written, with row, sample and quantity in the message."""


@dataclass
class Sample:
    """What the writer stores. Quantities are named "outputs/<name>" and "gradients/<name>", those
    of the trace "trace/outputs/<name>" and "trace/gradients/<name>"; `order` has the trace's names."""

    row: str
    name: str
    case: object
    dtype: str
    inputs: dict
    cotangents: dict = field(default_factory=dict)
    quantities: dict = field(default_factory=dict)
    truth: dict = field(default_factory=dict)
    cancels: set = field(default_factory=set)
    raises: str | None = None
    order: tuple = ()

    def refuse(self, quantity, reason):
        raise Refused(f"{self.row}, sample {self.name} ({self.case.operation}), {quantity}: {reason}")


def samples(row):
    """All samples of a row, numbered from 0000: a case's dtypes follow each other and share their numbers."""
    made = []
    for case in row.cases:
        if (case.evaluate is None) != needs_torch(row.id):
            raise Refused(f"{row.id}: {case.operation} is computed with torch where it shouldn't be, or without")
        made += _case_samples(row.id, case, len(made))
    return made


def _case_samples(row, case, first):
    draw = Draw(row, f"{first:04d}")
    inputs = case.inputs(draw)
    made = [Sample(row, f"{first + i:04d}", case, dtype, inputs) for i, dtype in enumerate(case.dtypes)]
    for sample in made:
        _check_exact(sample)
    if case.raises:
        for sample in made:
            sample.raises = _exception_name(sample)
        return made

    def cotangent(name, shape):
        return draw.nonzero(f"cotangent/{name}", shape)

    values = {dtype: _evaluate(made[0], dtype, cotangent) for dtype in ("float32", "float64")}
    quantities = {dtype: _quantities(value) for dtype, value in values.items()}
    traces = {dtype: _evaluate_trace(made[0], dtype, cotangent) for dtype in quantities if case.trace is not None}
    for dtype, (traced, between) in traces.items():
        quantities[dtype] |= _trace_quantities(traced, between)
    cancels = {
        name
        for name, value in quantities["float32"].items()
        if _floating(value) and error(value, quantities["float64"][name], "float32") > CANCELS_ABOVE
    }
    for sample in made:
        sample.quantities = quantities[sample.dtype]
        sample.cotangents = values[sample.dtype].cotangents
        sample.cancels = cancels
        sample.truth = {name: value for name, value in quantities["float64"].items() if _floating(value)}
        if case.trace is not None:
            traced, sample.order = traces[sample.dtype]
            _check_trace(sample, traced)
    return made


def _evaluate(sample, dtype, cotangent):
    case = sample.case
    try:
        if case.evaluate is None:
            from .evaluate import evaluate

            return evaluate(case, sample.inputs, dtype, cotangent)
        arrays = {
            name: item.data.astype(dtype) if item.data.dtype.kind == "f" else item.data
            for name, item in sample.inputs.items()
        }
        outputs = case.evaluate(arrays, case.arguments, dtype)
    except Exception as exception:
        raise Refused(f"{sample.row}, sample {sample.name} ({case.operation}): {exception}") from exception
    return _Plain(outputs)


def _evaluate_trace(sample, dtype, cotangent):
    from .evaluate import evaluate_trace

    return evaluate_trace(sample.case, sample.inputs, dtype, cotangent)


def _trace_quantities(traced, between):
    return {f"trace/outputs/{name}": traced.outputs[name] for name in between} | {
        f"trace/gradients/{name}": traced.gradients[name] for name in between
    }


def _check_trace(sample, traced):
    """The trace must be that of the network: its output and its gradients pass the network's own reference."""
    for quantity, value in _quantities(traced).items():
        expected = sample.quantities.get(quantity)
        if expected is not None:
            truth, cancels = sample.truth[quantity], quantity in sample.cancels
            if not passes(value, expected, truth, sample.dtype, cancels):
                sample.refuse(quantity, "the trace computes something else")


@dataclass
class _Plain:
    outputs: dict
    cotangents: dict = field(default_factory=dict)
    gradients: dict = field(default_factory=dict)


def _exception_name(sample):
    if sample.case.evaluate is not None:
        sample.refuse("raises", "a family without torch has nothing that must be refused")
    from .evaluate import exception_name

    return exception_name(sample.case, sample.inputs, sample.dtype) or sample.refuse("raises", "PyTorch computes it")


def _quantities(values):
    named = {f"outputs/{name}": value for name, value in values.outputs.items()}
    return named | {f"gradients/{name}": value for name, value in values.gradients.items()}


def _check_exact(sample):
    for name, item in sample.inputs.items():
        if item.data.dtype.kind == "f":
            cast = item.data.astype(sample.dtype).astype(np.float64)
            if not np.array_equal(cast, item.data, equal_nan=True):
                sample.refuse(f"inputs/{name}", f"not exact in {sample.dtype}")


def _floating(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"
