"""Small helpers that families share: the usual operands of a sample."""

from ..core.case import operand

# Zeros of both signs, infinities and NaN among ordinary numbers: twelve values, exact in float32.
EDGES = [0.0, -0.0, float("inf"), 1.5, float("-inf"), float("nan"), -2.5, 0.125, float("nan"), -1.0, 3.0, -0.375]


def differentiable(array, role="input"):
    """An operand whose gradient is compared."""
    return operand(array, requires_grad=True, role=role)


def leaf(draw, name, shape, low=-2.0, high=2.0):
    """A differentiable input of random dyadic numbers."""
    return differentiable(draw.dyadic(name, shape, low, high))


def parameter(draw, name, shape, low=-1.0, high=1.0):
    """A differentiable parameter of random dyadic numbers."""
    return differentiable(draw.dyadic(name, shape, low, high), role="parameter")
