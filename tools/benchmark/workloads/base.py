"""Where workloads are collected, and how their calls are made."""

import torch

WORKLOADS, GROWTH, STEPS = {}, {}, {}
# How many operations one call performs, where it isn't one; times are an operation's.
OPERATIONS = {}


def normal(*shape, grad=False):
    return torch.randn(*shape, requires_grad=grad)


def forward(function):
    def call():
        with torch.no_grad():
            function()
    return call


def forward_backward(function, *leaves):
    """A call that goes back from a fixed gradient to the leaves, whose gradients start anew."""
    upstream = torch.randn_like(function())

    def call():
        for leaf in leaves:
            leaf.grad = None
        function().backward(upstream)
    return call


def either(mode, function, *leaves):
    return forward(function) if mode == "fwd" else forward_backward(function, *leaves)


def on_one_tensor(function, shape, mode):
    x = normal(*shape, grad=mode == "fwd_bwd")
    return either(mode, lambda: function(x), x)


def workload(name, operations=1):
    def add(make):
        WORKLOADS[name] = make
        OPERATIONS[name] = operations
        return make
    return add
