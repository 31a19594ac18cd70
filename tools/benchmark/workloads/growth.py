"""Workloads of one kind at several sizes.

Products grow by rows, convolutions by the image's side, attention and CTC by steps, graphs by nodes.
"""

import functools

import torch.nn.functional as F

from .arrays import product
from .base import GROWTH, forward_backward, normal
from .layers import ctc
from .small import chain_step


def convolution_of(side):
    x, w = normal(4, 32, side, side, grad=True), normal(32, 32, 3, 3, grad=True)
    return forward_backward(lambda: F.conv2d(x, w, padding=1), x, w)


def fused_attention(steps):
    q, k, v = (normal(8, steps, 256, grad=True) for _ in range(3))
    return forward_backward(lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True), q, k, v)


for _kind, _make, _sizes in (
    ("matmul", lambda n: product((n, n), "fwd"), (64, 128, 256, 512, 1024, 2048)),
    ("conv2d", convolution_of, (8, 16, 32, 64, 128)),
    ("attention", fused_attention, (64, 128, 256, 512, 1024)),
    ("ctc", lambda steps: ctc(steps, "fwd_bwd"), (64, 128, 256, 512, 1024)),
    ("graph", lambda count: chain_step([8], count), (100, 400, 1600, 6400, 25600, 102400)),
):
    for _number in _sizes:
        GROWTH[f"growth.{_kind}.{_number}"] = functools.partial(_make, _number)
