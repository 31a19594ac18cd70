"""Changes of shape: nothing is computed, and gradients are put back where the elements came from."""

import numpy as np

from .elementwise import summed
from .tape import record


def permute(input, dims):
    order = [d % max(input.data.ndim, 1) for d in dims]
    return record(input.data.transpose(order), (input,), lambda g: (g.transpose(np.argsort(order)),))


def transpose(input, dim0=None, dim1=None):
    order = list(range(input.data.ndim))
    if dim0 is None and dim1 is None:
        order.reverse()
    elif order:
        order[dim0], order[dim1] = order[dim1], order[dim0]
    return permute(input, order)


def reshape(input, shape):
    return record(input.data.reshape(shape), (input,), lambda g: (g.reshape(input.shape),))


def squeeze(input, dim=None):
    ndim = input.data.ndim
    dims = range(ndim) if dim is None else [dim] if isinstance(dim, int) else dim
    dims = {d % max(ndim, 1) for d in dims}
    return reshape(input, [n for d, n in enumerate(input.shape) if not (d in dims and n == 1)])


def unsqueeze(input, dim):
    dim = dim % (input.data.ndim + 1)
    return reshape(input, input.shape[:dim] + (1,) + input.shape[dim:])


def expand(input, shape):
    return record(np.broadcast_to(input.data, shape), (input,), lambda g: (summed(g, input.shape),))


def slice_(input, index):
    """Python's brackets; the gradient is put into zeros."""
    places = tuple(_place(item) for item in index)

    def embed(g):
        whole = np.zeros(input.shape, g.dtype)
        whole[places] = g
        return (whole,)

    return record(input.data[places], (input,), embed)


class _Parts(dict):
    """Gradients by position, each of which comes once; a sum of two holds both."""

    def __add__(self, other):
        return _Parts({**self, **other})


def unbind(input):
    """The positions of the first dimension; the gradient of one that has none is 0."""

    def join(parts):
        return (np.stack([parts.get(at, np.zeros_like(input.data[at])) for at in range(input.shape[0])]),)

    whole = record(input.data, (input,), join)
    return [record(part, (whole,), lambda g, at=at: (_Parts({at: g}),)) for at, part in enumerate(input.data)]


def stack(inputs):
    return record(np.stack([x.data for x in inputs]), inputs, lambda g: tuple(g))


def _place(item):
    if isinstance(item, str):
        return Ellipsis if item == "ellipsis" else np.newaxis
    if "at" in item:
        return item["at"]
    return slice(item.get("from"), item.get("to"), item.get("step"))


def downsample(input, factor, dimensions):
    return slice_(input, ["ellipsis"] + [{"step": factor}] * dimensions)


def upsample(input, factor, dimensions):
    """Zeros between the elements of the last dimensions."""
    shape = list(input.shape)
    for d in range(len(shape) - dimensions, len(shape)):
        shape[d] = (shape[d] - 1) * factor + 1 if shape[d] else 0
    places = (Ellipsis,) + (slice(None, None, factor),) * dimensions
    whole = np.zeros(shape, input.dtype)
    whole[places] = input.data
    return record(whole, (input,), lambda g: (g[places],))
