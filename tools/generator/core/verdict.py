"""The verdict of the format, as the generator's admission needs it: errors, limits and whether an answer passes."""

import numpy as np

CANCELS_ABOVE = 4096.0


def error(values, truth, dtype):
    """E(x) = max|x - t| / (eps * max|t|) over the entries where both are finite; 0 where they agree exactly."""
    values = values.astype(np.float64)
    truth = truth.astype(np.float64)
    finite = np.isfinite(values) & np.isfinite(truth)
    difference = np.abs(values[finite] - truth[finite]).max(initial=0.0)
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


def tells_apart(candidate, expected, truth, dtype, margin):
    """Whether the verdict refuses `candidate` with E at least `margin` times its limit."""
    if isinstance(expected, (str, list)) or expected.dtype.kind != "f":
        return not np.array_equal(candidate, expected)
    if not same_pattern(candidate, expected):
        return True
    return error(candidate, truth, dtype) >= margin * limit(expected, truth, dtype)
