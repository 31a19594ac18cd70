"""Training steps of perceptrons and of a residual block."""

import functools

import torch
import torch.nn as nn
import torch.nn.functional as F

from .base import STEPS, normal, workload

LAYERS = [784, 512, 256, 10]


def perceptron(dims):
    layers = []
    for inputs, outputs in zip(dims, dims[1:]):
        layers += [nn.ReLU()] if layers else []
        layers.append(nn.Linear(inputs, outputs))
    return nn.Sequential(*layers)


def adamw(parameters):
    return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=1e-3)


def perceptron_step(dims, batch, make_optimizer):
    model = perceptron(dims)
    optimizer = make_optimizer(model.parameters())
    x, y = normal(batch, dims[0]), torch.randint(0, dims[-1], (batch,))

    def call():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    return call


workload("mlp.784-512-256-10.b64.adamw_step")(lambda: perceptron_step(LAYERS, 64, adamw))
workload("mlp.784-512-256-10.b64.sgd_step")(lambda: perceptron_step(LAYERS, 64, sgd))
workload("mlp.32-64-10.b16.adamw_step")(lambda: perceptron_step([32, 64, 10], 16, adamw))


@workload("mlp.784-512-256-10.b64.fwd_bwd_only")
def perceptron_gradients():
    model = perceptron(LAYERS)
    x, y = normal(64, 784), torch.randint(0, 10, (64,))
    parameters = list(model.parameters())

    def call():
        for parameter in parameters:
            parameter.grad = None
        F.cross_entropy(model(x), y).backward()
    return call


@workload("adamw.step_only[535818 params]")
def adamw_step():
    model = perceptron(LAYERS)
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)
    return torch.optim.AdamW(model.parameters(), lr=1e-3).step


class ConvBn(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, padding):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.bn(self.conv(x))


class ResBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = ConvBn(24, 3, 5, 5, 2)
        self.second = ConvBn(3, 3, 5, 1, 2)
        self.residual = ConvBn(24, 3, 1, 5, 1)

    def forward(self, x):
        return F.relu(self.residual(x) + self.second(F.relu(self.first(x))))


def residual_block_step(batch, side):
    model = ResBlock()
    x = normal(batch, 24, side, side, grad=True)
    y = normal(batch, 3, (side + 4) // 5, (side + 4) // 5)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.01)

    def call():
        x.grad = None
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        optimizer.zero_grad()
    return call


workload("resblock.readme.adamw_step")(lambda: residual_block_step(10, 128))

# Whose memory is measured: a small step of the same kind, and the step.
STEPS["resblock.readme.adamw_step"] = (lambda: residual_block_step(2, 23), lambda: residual_block_step(10, 128))
for _name, _make_optimizer in ("adamw", adamw), ("sgd", sgd):
    STEPS[f"mlp.784-512-256-10.b64.{_name}_step"] = (
        functools.partial(perceptron_step, [8, 8, 8, 4], 2, _make_optimizer),
        functools.partial(perceptron_step, LAYERS, 64, _make_optimizer))
