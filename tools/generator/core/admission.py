"""Refuses what a wrong answer would pass: zeros, an input unchanged, the parameter before the step."""

import re

import numpy as np

from .verdict import error, tells_apart

FAR = 100.0  # how many limits away a wrong answer has to be
ILL_CONDITIONED = 256.0  # above it PyTorch's own float32 is too far off to say much
_STEP = re.compile(r"outputs/params/(\d+)/(.+)")


def admit(samples):
    """Raises Refused for a sample that breaks a rule, and for an answer that no sample of the row tells apart."""
    passing, told_apart = {}, set()
    for sample in samples:
        if sample.raises is None:
            _check_cotangents(sample)
            _check_agreement(sample)
        for quantity, expected in sample.quantities.items():
            if quantity.startswith("trace/") or (isinstance(expected, np.ndarray) and expected.size == 0):
                continue
            for answer, candidate in _candidates(sample, quantity, expected):
                key = (sample.case.operation, quantity.split("/")[0], answer)
                if _tells_apart(sample, quantity, candidate):
                    told_apart.add(key)
                elif _excused(sample, quantity):
                    passing.setdefault(key, (sample, quantity))
                else:
                    sample.refuse(quantity, f"{answer} would pass")
    for key, (sample, quantity) in passing.items():
        operation, _, answer = key
        if key not in told_apart and not (operation == "identity" and answer == "the input unchanged"):
            sample.refuse(quantity, f"{answer} would pass, here and in every other sample of the row")


def _candidates(sample, quantity, expected):
    """Pairs of a wrong answer's name and its value."""
    if not isinstance(expected, np.ndarray):
        yield "nothing", "" if isinstance(expected, str) else []
        return
    yield "zeros", np.zeros_like(expected)
    step = _STEP.fullmatch(quantity)
    if step:
        number, name = int(step[1]), step[2]
        if f"grads/{number}/{name}" in sample.inputs:
            before = sample.quantities.get(f"outputs/params/{number - 1}/{name}")
            yield "the parameter before the step", _initial(sample, name) if before is None else before
    elif expected.dtype.kind == "f":
        for item in sample.inputs.values():
            if item.data.dtype.kind == "f":
                yield "the input unchanged", item.data.astype(sample.dtype)


def _initial(sample, name):
    return sample.inputs[f"params/{name}"].data.astype(sample.dtype)


def _tells_apart(sample, quantity, candidate):
    expected = sample.quantities[quantity]
    if quantity in sample.cancels:
        return False
    return tells_apart(candidate, expected, sample.truth.get(quantity), sample.dtype, FAR)


def _excused(sample, quantity):
    same = sample.case.same_by_definition
    return quantity in sample.cancels or same is True or (same is not False and quantity in same)


def _check_cotangents(sample):
    for name, value in sample.cotangents.items():
        if value.size > 1 and np.all(value == value.flat[0]):
            sample.refuse(f"cotangents/{name}", "constant")


def _check_agreement(sample):
    """float32 and float64 must tell the same story: the format's verdict has no rule for anything else."""
    if sample.dtype != "float32":
        return
    for quantity, expected in sample.quantities.items():
        truth = sample.truth.get(quantity)
        if truth is None:
            continue
        if truth.shape != expected.shape or not np.array_equal(np.isnan(truth), np.isnan(expected)):
            sample.refuse(quantity, "shapes or NaN differ between float32 and float64")
        if not np.any(truth) and np.any(expected):
            sample.refuse(quantity, "exactly zero in float64 and not in float32")
        if quantity not in sample.cancels and error(expected, truth, "float32") > ILL_CONDITIONED:
            sample.refuse(quantity, f"PyTorch's float32 is off by E = {error(expected, truth, 'float32'):.0f}")
