"""Recurrent cells and attention."""

import functools

import torch
import torch.nn as nn
import torch.nn.functional as F

from .base import either, forward, forward_backward, normal, workload


# Recurrent cells

def recurrent(cell, mode):
    cells, projection = nn.ModuleList([cell(64, 128), cell(128, 128)]), nn.Linear(128, 10)
    x, y = normal(32, 64, 64), torch.randint(0, 10, (32,))
    parameters = [*cells.parameters(), *projection.parameters()]

    def call():
        for parameter in parameters:
            parameter.grad = None
        states = [torch.zeros(32, 128) for _ in cells]
        for step in range(64):
            value = x[:, step]
            for layer, module in enumerate(cells):
                states[layer] = value = module(value, states[layer])
        loss = F.cross_entropy(projection(value), y)
        if mode == "fwd_bwd":
            loss.backward()
    return call if mode == "fwd_bwd" else forward(call)


for _name, _cell in ("gru", nn.GRUCell), ("rnn", nn.RNNCell):
    for _mode in "fwd_bwd", "fwd":
        workload(f"{_name}.cell_B32T64I64H128L2.{_mode}")(functools.partial(recurrent, _cell, _mode))


@workload("gru.fused_nnGRU_B32T64I64H128L2.fwd_bwd")
def fused_gru():
    """PyTorch's module for whole sequences, against a loop over cells in PuruTorch."""
    module, x = nn.GRU(64, 128, 2, batch_first=True), normal(32, 64, 64)
    parameters = list(module.parameters())

    def call():
        for parameter in parameters:
            parameter.grad = None
        module(x)[0][:, -1].sum().backward()
    return call



# Attention

def explicit(q, k, v, mask):
    return torch.softmax(q @ k.transpose(1, 2) * q.shape[-1] ** -0.5 + mask, -1) @ v


def causal_mask(steps):
    return torch.triu(torch.full((steps, steps), float("-inf")), 1)


def attention(kind, steps, mode):
    q, k, v = (normal(8, steps, 256, grad=mode == "fwd_bwd") for _ in range(3))
    mask = causal_mask(steps)

    def fused():
        return F.scaled_dot_product_attention(q.unsqueeze(1), k.unsqueeze(1), v.unsqueeze(1), is_causal=True)
    return either(mode, fused if kind == "sdpa" else lambda: explicit(q, k, v, mask), q, k, v)


@workload("attention.explicit_with_qkv_proj_B8T256D256.fwd_bwd")
def projected_attention():
    x, mask = normal(8, 256, 256), causal_mask(256)
    weights = [torch.randn(256, 256).mul_(256 ** -0.5).requires_grad_() for _ in range(3)]
    return forward_backward(lambda: explicit(*(x @ w for w in weights), mask), *weights)


for _kind in "explicit", "sdpa":
    for _mode in "fwd", "fwd_bwd":
        workload(f"attention.{_kind}_causal_B8T256D256.{_mode}")(functools.partial(attention, _kind, 256, _mode))
