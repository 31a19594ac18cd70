"""The verdict of the format, as the generator needs it: errors, limits and whether an answer passes."""

import numpy as np

CANCELS_ABOVE = 4096.0


def error(values, truth, dtype):
    """E(x) = max|x - t| / (eps * max|t|) over the entries where both are finite; 0 where they agree exactly."""
    return distance(values, truth, truth, dtype)


def distance(left, right, truth, dtype):
    """How far two values are apart in units of E: max|l - r| / (eps * max|t|) over the entries that are all finite."""
    left, right, truth = (value.astype(np.float64) for value in (left, right, truth))
    finite = np.isfinite(left) & np.isfinite(right) & np.isfinite(truth)
    difference = np.abs(left[finite] - right[finite]).max(initial=0.0)
    if difference == 0:
        return 0.0
    scale = np.abs(truth[finite]).max(initial=0.0)
    return float("inf") if scale == 0 else float(difference / scale / np.finfo(dtype).eps)


def limit(expected, truth, dtype):
    """What E may be for an answer that passes."""
    return 256.0 if dtype == "float64" else max(8.0, 4.0 * error(expected, truth, dtype))


def same_pattern(values, expected):
    """Whether shapes, NaN and infinities agree."""
    return values.shape == expected.shape and bool(
        np.array_equal(np.isnan(values), np.isnan(expected))
        and np.array_equal(np.isposinf(values), np.isposinf(expected))
        and np.array_equal(np.isneginf(values), np.isneginf(expected))
    )


def passes(values, expected, truth, dtype, cancels=False):
    """The whole verdict on an array of floating numbers."""
    if values.dtype != expected.dtype or values.shape != expected.shape:
        return False
    if cancels:
        return bool(np.abs(values).max(initial=0.0) <= 64.0 * np.abs(expected).max(initial=0.0))
    if not same_pattern(values, expected):
        return False
    off = error(values, truth, dtype)
    return np.isfinite(off) and off <= limit(expected, truth, dtype)


def tells_apart(candidate, expected, truth, dtype, margin):
    """Whether the verdict refuses `candidate` with E at least `margin` times its limit."""
    if isinstance(expected, (str, list)) or expected.dtype.kind != "f":
        return not np.array_equal(candidate, expected)
    if not same_pattern(candidate, expected):
        return True
    return error(candidate, truth, dtype) >= margin * limit(expected, truth, dtype)
