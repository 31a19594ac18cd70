"""Automatic differentiation in the order that the article's "Gradients" states."""

import itertools

import numpy as np

_order = itertools.count()


class Value:
    """An array, and the node that computed it."""

    def __init__(self, data, wants=False):
        self.data = np.asarray(data)
        self.wants = wants and self.data.dtype.kind == "f"
        self.node = None
        self.grad = None

    @property
    def shape(self):
        return self.data.shape

    @property
    def dtype(self):
        return self.data.dtype

    @property
    def is_recorded(self):
        return self.wants or self.node is not None


class Node:
    """An operation: its inputs, and a function from the gradient of its result to those of its inputs."""

    def __init__(self, inputs, backward):
        self.number = next(_order)
        self.inputs = inputs
        self.backward = backward
        self.arrived = None
        self.keeper = None


def record(data, inputs, backward):
    """The result of an operation; `backward` gives one gradient an input, None where there is none."""
    result = Value(data)
    if any(value is not None and value.is_recorded for value in inputs):
        result.node = Node(inputs, backward)
    return result


def retain(value):
    """Makes backward leave the gradient of a result in its `grad`."""
    if value.node is not None:
        value.node.keeper = value


def backward(root, gradient):
    """The youngest node that has a gradient goes first; gradients are added as they arrive."""
    waiting = {}
    _deliver(np.asarray(gradient), root, waiting)
    while waiting:
        node = waiting.pop(max(waiting))
        gradient, node.arrived = node.arrived, None
        if node.keeper is not None:
            node.keeper.grad = gradient if node.keeper.grad is None else node.keeper.grad + gradient
        for value, found in zip(node.inputs, node.backward(gradient)):
            if value is not None and value.is_recorded and found is not None:
                _deliver(found, value, waiting)


def _deliver(gradient, value, waiting):
    if value.node is None:
        value.grad = gradient if value.grad is None else value.grad + gradient
        return
    node = value.node
    node.arrived = gradient if node.arrived is None else node.arrived + gradient
    waiting[node.number] = node
