"""Sums, means, variances and maxima: the article's "Sums" and "Reductions"."""

import numpy as np

from .tape import record

LANES, ROW_BLOCK, COLUMN_BLOCK, COLUMN_GROUP = 16, 4096, 64, 4096


def tree(lanes):
    """Sixteen lanes combined, along the last dimension."""
    for half in (8, 4, 2, 1):
        lanes = lanes[..., :half] + lanes[..., half:]
    return lanes[..., 0]


def cascade(terms):
    """A binary tree whose first half has the largest power of two of terms that is below their number."""
    if len(terms) <= 1:
        return terms[0] if terms else 0.0
    half = 1 << (len(terms) - 1).bit_length() - 1
    return cascade(terms[:half]) + cascade(terms[half:])


def padded(x, multiple):
    """Rows (..., n) lengthened by zeros to a multiple."""
    short = -x.shape[-1] % multiple
    return np.concatenate([x, np.zeros(x.shape[:-1] + (short,), x.dtype)], axis=-1)


def block_sum(x):
    """Σ of rows of one block: terms k and k + 16 of each 32 are added in their own type."""
    x = padded(x, 2 * LANES)
    lanes = np.zeros(x.shape[:-1] + (LANES,))
    for k in range(0, x.shape[-1], 2 * LANES):
        pairs = x[..., k:k + LANES] + x[..., k + LANES:k + 2 * LANES]
        lanes = lanes + pairs.astype(np.float64)
    return tree(lanes)


def lane_sum(terms):
    """Σ of rows of double terms, each in the lane k % 16."""
    terms = padded(terms, LANES)
    lanes = np.zeros(terms.shape[:-1] + (LANES,))
    for k in range(0, terms.shape[-1], LANES):
        lanes = lanes + terms[..., k:k + LANES]
    return tree(lanes)


def blocks(x, size):
    """Rows cut into blocks; of an empty row one, empty."""
    return [x[..., k:k + size] for k in range(0, max(x.shape[-1], 1), size)]


def row_sum(x):
    """Σ x of rows."""
    return cascade([block_sum(block) for block in blocks(x, ROW_BLOCK)])


def row_squares(x, mean):
    """Σ (x - mean)² of rows, one mean a row."""
    deviations = [block.astype(np.float64) - mean[..., None] for block in blocks(x, ROW_BLOCK)]
    return cascade([lane_sum(d * d) for d in deviations])


def row_dot(x, mean, y):
    """Σ (x - mean) y of rows; what is missing in the last sixteen counts as zeros of x and of y."""
    parts = []
    for a, b in zip(blocks(x, ROW_BLOCK), blocks(y, ROW_BLOCK)):
        a, b = padded(a, LANES).astype(np.float64), padded(b, LANES).astype(np.float64)
        parts.append(lane_sum((a - np.asarray(mean)[..., None]) * b))
    return cascade(parts)


def column_sum(x, term):
    """Σ over the next to last dimension of (..., count, inner), block by block. `term` gives a step's summand and how
    many terms it takes."""
    count = x.shape[-2]
    total = np.zeros(x.shape[:-2] + x.shape[-1:])
    for group in range(0, count, COLUMN_GROUP):
        group_total = np.zeros_like(total)
        for block in range(group, min(group + COLUMN_GROUP, count), COLUMN_BLOCK):
            block_total, k = np.zeros_like(total), block
            end = min(block + COLUMN_BLOCK, count)
            while k < end:
                summand, taken = term(k, end)
                block_total = block_total + summand
                k += taken
            group_total = group_total + block_total
        total = group_total if count <= COLUMN_GROUP else total + group_total
    return total


def column_pairs(x):
    """The steps of a plain sum: two terms, added in their own type."""
    def term(k, end):
        if k + 2 <= end:
            return (x[..., k, :] + x[..., k + 1, :]).astype(np.float64), 2
        return x[..., k, :].astype(np.float64), 1
    return column_sum(x, term)


def column_squares(x, mean):
    """Σ (x - mean)², mean of the shape without the summed dimension."""
    def term(k, end):
        deviation = x[..., k, :].astype(np.float64) - mean
        return deviation * deviation, 1
    return column_sum(x, term)


def column_dot(x, mean, y):
    """Σ (x - mean) y."""
    return column_sum(x, lambda k, end: ((x[..., k, :].astype(np.float64) - mean) * y[..., k, :].astype(np.float64), 1))


class Axis:
    """A tensor arranged as (outer, count, inner), the middle being reduced; with dimensions between those that are
    reduced these come last and inner is 1."""

    def __init__(self, x, dim, keepdim=False):
        dims = [dim] if isinstance(dim, int) else list(dim or [])
        dims = sorted(d % max(x.ndim, 1) for d in dims)
        dims = list(range(x.ndim)) if not dims or x.ndim == 0 else dims
        others = [d for d in range(x.ndim) if d not in dims]
        self.dims, self.kept = dims, tuple(1 if d in dims else n for d, n in enumerate(x.shape))
        self.shape = self.kept if keepdim else tuple(x.shape[d] for d in others)
        self.count = int(np.prod([x.shape[d] for d in dims], dtype=int))
        self.in_order = not dims or dims[-1] - dims[0] + 1 == len(dims)
        if self.in_order:
            first, last = (dims[0], dims[-1] + 1) if dims else (0, 0)
            outer, inner = (int(np.prod(part, dtype=int)) for part in (x.shape[:first], x.shape[last:]))
            self.x = x.reshape(outer, self.count, inner)
        else:
            self.x = x.transpose(others + dims).reshape(-1, self.count, 1) if x.size else np.zeros(
                (int(np.prod([x.shape[d] for d in others], dtype=int)), self.count, 1), x.dtype)

    def total(self):
        """Σ in double, (outer, inner)."""
        return row_sum(self.x[..., 0])[:, None] if self.x.shape[2] == 1 else column_pairs(self.x)

    def squares(self, mean):
        """Σ (x - mean)²."""
        if self.x.shape[2] == 1:
            return row_squares(self.x[..., 0], mean[:, 0])[:, None]
        return column_squares(self.x, mean)


def sum_over(x, dims, keepdim=True):
    """The sum over dimensions."""
    axis = Axis(x, dims, keepdim)
    if x.dtype.kind != "f":
        return axis.x.astype(np.int64).sum(axis=1).reshape(axis.shape)
    return axis.total().astype(x.dtype).reshape(axis.shape)


def mean_over(x, dims, keepdim=True):
    """The mean: the sum rounded, then divided."""
    axis = Axis(x, dims, keepdim)
    return (axis.total().astype(x.dtype) / x.dtype.type(axis.count)).reshape(axis.shape)


def _spread(g, axis, shape):
    return np.broadcast_to(g.reshape(axis.kept), shape)


def sum_(input, dim=None, keepdim=False):
    axis = Axis(input.data, dim, keepdim)
    return record(sum_over(input.data, axis.dims, keepdim), (input,), lambda g: (_spread(g, axis, input.shape),))


def mean(input, dim=None, keepdim=False):
    axis = Axis(input.data, dim, keepdim)
    divisor = input.dtype.type(axis.count)
    return record(mean_over(input.data, axis.dims, keepdim), (input,), lambda g: (
        _spread(g / divisor, axis, input.shape),))


def var(input, dim=None, keepdim=False, correction=1):
    x, dtype = input.data, input.dtype
    axis = Axis(x, dim, keepdim)
    means = axis.total() / axis.count
    freedom = max(0.0, axis.count - float(correction))
    y = (axis.squares(means) / np.float64(freedom)).astype(dtype).reshape(axis.shape)

    def slope(g):
        if x.ndim == 0 and correction >= axis.count:
            is_mean = (x == mean_over(x, [])).astype(dtype)
            return (_spread(g, axis, x.shape) * ((1 - is_mean) * dtype.type(np.inf)),)
        factor = np.float64(2) / (np.float64(axis.count) - np.float64(correction))
        if not axis.in_order:
            deviation = x - mean_over(x, axis.dims)
            return (_spread(g * dtype.type(factor), axis, x.shape) * deviation,)
        upstream = g.reshape(axis.x.shape[0], 1, -1).astype(np.float64)
        found = (factor * upstream) * (axis.x.astype(np.float64) - means[:, None, :])
        return (found.astype(dtype).reshape(x.shape),)

    return record(y, (input,), slope)


def greatest(x):
    """The maximum of rows (..., n) by lanes: sixteen, or sixty-four from 128 terms on. Of equals the first stays, and a
    NaN wins."""
    width = 16 if x.shape[-1] < 128 else 64
    return lane_maximum(x, width, sees_nan=True)


def lane_maximum(x, width, sees_nan):
    """The maximum of rows in lanes, starting from -∞."""
    lanes = np.full(x.shape[:-1] + (width,), -np.inf, x.dtype)
    for k in range(0, x.shape[-1], width):
        part = x[..., k:k + width]
        old = lanes[..., :part.shape[-1]]
        wins = (part > old) | (part != part) if sees_nan else part > old
        lanes[..., :part.shape[-1]] = np.where(wins, part, old)
    while lanes.shape[-1] > 1:
        half = lanes.shape[-1] // 2
        a, b = lanes[..., :half], lanes[..., half:]
        lanes = np.where((b > a) | (b != b), b, a)
    return lanes[..., 0]


def _maximum(axis):
    if axis.x.dtype.kind != "f":
        return axis.x.max(axis=1)
    if axis.x.shape[2] == 1:
        return greatest(axis.x[..., 0])[:, None]
    result = np.full((axis.x.shape[0], axis.x.shape[2]), -np.inf, axis.x.dtype)
    for k in range(axis.count):
        line = axis.x[:, k]
        result = np.where((line > result) | (line != line), line, result)
    return result


def amax(input, dim=None, keepdim=False):
    axis = Axis(input.data, dim, keepdim)
    y = _maximum(axis)

    def shares(g):
        dtype = g.dtype
        if not axis.in_order:
            chosen = (input.data == y.reshape(axis.kept)).astype(dtype)
            share = g.reshape(axis.kept) / sum_over(chosen, axis.dims)
            return (np.broadcast_to(share, input.shape) * chosen,)
        is_maximum = axis.x == y[:, None, :]
        ties = is_maximum.sum(axis=1).astype(dtype)
        upstream = g.reshape(ties.shape)
        share, rest = upstream / ties, upstream * dtype.type(0) / ties
        return (np.where(is_maximum, share[:, None, :], rest[:, None, :]).reshape(input.shape),)

    return record(y.reshape(axis.shape), (input,), shares)


def max_(input, dim=None, keepdim=False):
    x, dtype = input.data, input.dtype
    axis = Axis(x, dim, keepdim)
    if dim is None:
        y = _maximum(axis)

        def even(g):
            chosen = x != x if y != y else x == y.reshape(())
            share = g.reshape(()) / dtype.type(chosen.sum())
            return (np.where(chosen, share, share * dtype.type(0)).astype(dtype),)

        return record(y.reshape(axis.shape), (input,), even)
    is_row = axis.x.shape[2] == 1
    values, places = axis.x[:, 0].copy(), np.zeros(axis.x[:, 0].shape, int)
    for k in range(1, axis.count):
        line = axis.x[:, k]
        wins = (line > values) | ((line != line) & (values == values))
        values, places = np.where(wins, line, values), np.where(wins, k, places)
    if is_row and dtype.kind == "f":
        values = greatest(axis.x[..., 0])[:, None]

    def scatter(g):
        result = np.zeros(axis.x.shape, g.dtype)
        np.put_along_axis(result, places[:, None, :], g.reshape(places.shape)[:, None, :], axis=1)
        return (result.reshape(x.shape),)

    return record(values.reshape(axis.shape), (input,), scatter)
