"""Elementwise functions, reductions, broadcasting, transposition and products."""

import functools

import torch

from .base import either, forward, forward_backward, normal, on_one_tensor, workload


# Elementwise functions

def unary(function, count):
    x = torch.rand(count) * 4 + 0.1
    return forward(lambda: function(x))


def binary(function, count):
    x, y = torch.rand(count) + 0.5, torch.rand(count) + 0.5
    return forward(lambda: function(x, y))


def exp_into(count):
    x, output = normal(count), torch.empty(count)
    return forward(lambda: torch.exp(x, out=output))


def add_into(count):
    x, y, output = normal(count), normal(count), torch.empty(count)
    return forward(lambda: torch.add(x, y, out=output))


def multiply_gradients(count):
    x, y = normal(count, grad=True), normal(count, grad=True)
    return forward_backward(lambda: x * y, x, y)


for _count, _size in (4_000_000, "4M"), (1000, "1k"), (65536, "64k"):
    for _name in "exp", "tanh", "sigmoid", "relu", "log", "sqrt":
        workload(f"ew.{_name}.{_size}")(functools.partial(unary, getattr(torch, _name), _count))
    for _name in "add", "mul", "div", "pow":
        workload(f"ew.{_name}.{_size}")(functools.partial(binary, getattr(torch, _name), _count))
    workload(f"ew.exp.out.{_size}")(functools.partial(exp_into, _count))
    workload(f"ew.add.out.{_size}")(functools.partial(add_into, _count))
    workload(f"ew.tanh.{_size}.fwd_bwd")(functools.partial(on_one_tensor, torch.tanh, (_count,), "fwd_bwd"))
    workload(f"ew.mul.{_size}.fwd_bwd")(functools.partial(multiply_gradients, _count))

# Reductions, broadcasting, transposition

def reduction(name, shape, axis):
    x = normal(*shape)
    function = getattr(x, name)
    return forward(function if axis is None else lambda: function(axis))


def broadcast(first, second, mode):
    a, b = normal(*first, grad=mode == "fwd_bwd"), normal(*second, grad=mode == "fwd_bwd")
    return either(mode, lambda: a + b, a, b)


def transposition():
    a = normal(2048, 2048)
    return forward(lambda: a.t().contiguous())


for _axis in 0, 1, None:
    for _name in "sum", "var", "mean", "max":
        workload(f"reduce.{_name}.2048x2048.axis{_axis}")(functools.partial(reduction, _name, (2048, 2048), _axis))
workload("reduce.sum.64x128x512.axis1")(functools.partial(reduction, "sum", (64, 128, 512), 1))
for _mode in "fwd", "fwd_bwd":
    workload(f"broadcast.add_4096x1_1x4096.{_mode}")(functools.partial(broadcast, (4096, 1), (1, 4096), _mode))
workload("broadcast.add_bias_4096x1024.fwd")(functools.partial(broadcast, (4096, 1024), (1024,), "fwd"))
workload("transpose_contig.2048x2048")(transposition)

# Products

def product(shape, mode):
    a, b = normal(*shape, grad=mode == "fwd_bwd"), normal(*shape, grad=mode == "fwd_bwd")
    return either(mode, lambda: a @ b, a, b)


for _n in 64, 256, 1024:
    for _mode in "fwd", "fwd_bwd":
        workload(f"matmul.{_n}.{_mode}")(functools.partial(product, (_n, _n), _mode))
workload("bmm.64x64x64x64.fwd_bwd")(functools.partial(product, (64, 64, 64), "fwd_bwd"))
