"""Convolutions, pooling, batch normalisation, dropout, softmax and losses."""

import functools

import torch
import torch.nn as nn
import torch.nn.functional as F

from .base import either, forward, normal, on_one_tensor, workload


# Convolutions

def convolution(shape, out_channels, kernel, stride, padding, mode):
    function = F.conv1d if len(shape) == 3 else F.conv2d
    x = normal(*shape, grad=mode == "fwd_bwd")
    w = normal(out_channels, shape[1], *[kernel] * (len(shape) - 2), grad=mode != "fwd")
    b = normal(out_channels, grad=mode != "fwd")
    return either(mode, lambda: function(x, w, b, stride=stride, padding=padding), x, w, b)


def transposed_convolution(shape, mode):
    function = F.conv_transpose1d if len(shape) == 3 else F.conv_transpose2d
    grad = mode == "fwd_bwd"
    x = normal(*shape, grad=grad)
    w = normal(shape[1], 32, *[4] * (len(shape) - 2), grad=grad)
    b = normal(32, grad=grad)
    return either(mode, lambda: function(x, w, b, stride=2, padding=1), x, w, b)


# fwd_bwd_w: the input needs no gradient, as in a first layer.
for _mode in "fwd", "fwd_bwd", "fwd_bwd_w":
    for _name, *_arguments in (
        ("conv2d.N32C64_32x32_K3O64p1", (32, 64, 32, 32), 64, 3, 1, 1),
        ("conv2d.N16C3_64x64_K3O32p1", (16, 3, 64, 64), 32, 3, 1, 1),
        ("conv2d.resblock_N10C24_128x128_K5O3s5p2", (10, 24, 128, 128), 3, 5, 5, 2),
        ("conv2d.1x1_N32C64_32x32_O64", (32, 64, 32, 32), 64, 1, 1, 0),
        ("conv1d.N32C64L1024_K5O64p2", (32, 64, 1024), 64, 5, 1, 2),
    ):
        workload(f"{_name}.{_mode}")(functools.partial(convolution, *_arguments, _mode))


for _mode in "fwd", "fwd_bwd":
    workload(f"convT2d.N16C64_32x32_K4s2p1_O32.{_mode}")(
        functools.partial(transposed_convolution, (16, 64, 32, 32), _mode))
    workload(f"convT1d.N16C64_L512_K4s2p1_O32.{_mode}")(
        functools.partial(transposed_convolution, (16, 64, 512), _mode))

# Pooling, normalisation, dropout

def batch_norm(layer, shape, mode):
    module, x = layer(shape[1]), normal(*shape, grad=True)
    return either(mode, lambda: module(x), x, module.weight, module.bias)


def dropout(mode):
    x = normal(32, 64, 32, 32, grad=True)
    return either(mode, lambda: F.dropout(x, 0.5, True), x)


for _name, _function in ("max_pool2d", F.max_pool2d), ("avg_pool2d", F.avg_pool2d):
    for _mode in "fwd", "fwd_bwd":
        workload(f"{_name}.2x2_32x64x64x64.{_mode}")(functools.partial(
            on_one_tensor, functools.partial(_function, kernel_size=2), (32, 64, 64, 64), _mode))
for _mode in "fwd", "fwd_bwd":
    workload(f"batchnorm2d.train_32x64x32x32.{_mode}")(
        functools.partial(batch_norm, nn.BatchNorm2d, (32, 64, 32, 32), _mode))
    workload(f"batchnorm1d.train_512x256.{_mode}")(
        functools.partial(batch_norm, nn.BatchNorm1d, (512, 256), _mode))
    workload(f"dropout.32x64x32x32.{_mode}")(functools.partial(dropout, _mode))

# Softmax and losses

def cross_entropy(mode):
    x, y = normal(4096, 1000, grad=mode == "fwd_bwd"), torch.randint(0, 1000, (4096,))
    if mode == "fwd":
        return forward(lambda: F.cross_entropy(x, y))

    def call():
        x.grad = None
        F.cross_entropy(x, y).backward()
    return call


def ctc(steps, mode):
    batch, classes, symbols = 16, 50, 30
    x, y = normal(steps, batch, classes, grad=True), torch.randint(1, classes, (batch, symbols))
    input_lengths, target_lengths = torch.full((batch,), steps), torch.full((batch,), symbols)

    def call():
        x.grad = None
        loss = F.ctc_loss(F.log_softmax(x, 2), y, input_lengths, target_lengths)
        if mode == "fwd_bwd":
            loss.backward()
    return call if mode == "fwd_bwd" else forward(call)


for _mode in "fwd", "fwd_bwd":
    workload(f"softmax.4096x1000.{_mode}")(
        functools.partial(on_one_tensor, functools.partial(F.softmax, dim=1), (4096, 1000), _mode))
for _mode in "fwd_bwd", "fwd":
    workload(f"cross_entropy.4096x1000.{_mode}")(functools.partial(cross_entropy, _mode))
for _mode in "fwd", "fwd_bwd":
    workload(f"ctc.T200B16C50S30.{_mode}")(functools.partial(ctc, 200, _mode))
