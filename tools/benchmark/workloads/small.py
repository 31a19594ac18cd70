"""Small tensors, where an operation costs more than its arithmetic."""

import functools

import torch
import torch.nn as nn
import torch.nn.functional as F

from .base import normal, workload


def chain(a, b, count):
    x = a
    for _ in range(count // 2):
        x = x * b
        x = x + b
    return x


def additions(shape, grad):
    a, b = normal(*shape, grad=grad), normal(*shape)

    def call():
        for _ in range(100):
            a + b
    return call


def chain_step(shape, count):
    a, b, one = normal(*shape, grad=True), normal(*shape), torch.ones(*shape)

    def call():
        a.grad = None
        chain(a, b, count).backward(one)
    return call


def chain_recording(shape):
    a, b = normal(*shape, grad=True), normal(*shape)
    return lambda: chain(a, b, 100)


for _shape in [1], [8, 8], [64, 64]:
    _size = "x".join(map(str, _shape))
    workload(f"op.add[{_size}].nograd", 100)(functools.partial(additions, _shape, False))
    workload(f"op.add[{_size}].fwd_recording", 100)(functools.partial(additions, _shape, True))
    workload(f"op.chain100[{_size}].fwd_bwd_per_op", 100)(functools.partial(chain_step, _shape, 100))
    workload(f"op.chain100[{_size}].fwd_per_op", 100)(functools.partial(chain_recording, _shape))


@workload("op.matmul[8x8].nograd", 100)
def small_products():
    a, b = normal(8, 8), normal(8, 8)

    def call():
        for _ in range(100):
            a @ b
    return call


@workload("op.linear_relu[8x8].fwd_bwd")
def small_layer():
    layer, x, upstream = nn.Linear(8, 8), normal(8, 8), torch.ones(8, 8)

    def call():
        layer.weight.grad = None
        layer.bias.grad = None
        F.relu(layer(x)).backward(upstream)
    return call
