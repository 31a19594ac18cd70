"""The models of reference/README.md as PyTorch modules, run with a sample's tensors for their parameters."""

import torch
from torch import nn

ACTIVATIONS = {"identity": nn.Identity, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class Trace:
    """Values between a model's layers, by name, and their gradients: only where a sample asks for them."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.values = {}
        self.unrolled = None

    def watch(self, model, names):
        """Keeps the outputs of submodules as the model runs."""
        for name in names if self.wanted else ():
            model.get_submodule(name).register_forward_hook(self._keep(name))

    def _keep(self, name):
        def hook(module, inputs, output):
            self.add(name, output)

        return hook

    def add(self, name, value):
        if value.requires_grad:
            value.retain_grad()
        self.values[name] = value

    def backward(self, cotangents):
        """Goes back through a model that was unrolled for the trace alone, beside the one whose answers count."""
        if self.unrolled is not None:
            self.unrolled.backward(cotangents["output"])


class _MLP(nn.Module):
    def __init__(self, dims, activation="identity"):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in zip(dims, dims[1:]))
        self.activation = nn.ModuleList(ACTIVATIONS[activation]() for _ in self.layers)

    def forward(self, value):
        for layer, activation in zip(self.layers, self.activation):
            value = activation(layer(value))
        return value


class _CNN(nn.Module):
    def __init__(self, in_width, conv_dims, kernel_sizes, strides, linear_dim, activations):
        super().__init__()
        windows = zip(conv_dims, conv_dims[1:], kernel_sizes, strides)
        self.conv_layers = nn.ModuleList(
            nn.Conv1d(incoming, outgoing, kernel, stride, padding=kernel // 2)
            for incoming, outgoing, kernel, stride in windows
        )
        self.activations = nn.ModuleList(ACTIVATIONS[name]() for name in activations)
        length = in_width
        for kernel, stride in zip(kernel_sizes, strides):
            length = (length + 2 * (kernel // 2) - kernel) // stride + 1
        self.linear = nn.Linear(length * conv_dims[-1], linear_dim)

    def forward(self, value):
        for convolution, activation in zip(self.conv_layers, self.activations):
            value = activation(convolution(value))
        return self.linear(value.flatten(1))


class _ConvolutionNorm(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, value):
        return self.bn(self.conv(value))


class _Sum(nn.Module):
    def forward(self, value, other):
        return value + other


class _ResBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.cbn1 = _ConvolutionNorm(in_channels, out_channels, kernel_size, stride, padding)
        self.cbn2 = _ConvolutionNorm(out_channels, out_channels, kernel_size, 1, padding)
        self.residual = nn.Identity()
        if stride != 1 or in_channels != out_channels or kernel_size != 1 or padding != 0:
            self.residual = _ConvolutionNorm(in_channels, out_channels, 1, stride, 1)
        self.relu = nn.ReLU()
        self.sum = _Sum()
        self.last = nn.ReLU()

    def forward(self, value):
        residual = self.residual(value)
        return self.last(self.sum(self.cbn2(self.relu(self.cbn1(value))), residual))


class _Classifier(nn.Module):
    def __init__(self, recurrent, in_dim, hidden_dim, out_dim, num_hidden_layers):
        super().__init__()
        self.rnn = recurrent(in_dim, hidden_dim, num_hidden_layers, batch_first=True)
        self.proj = nn.Linear(hidden_dim, out_dim)

    def forward(self, value, h_0=None):
        output, _ = self.rnn(value, h_0)
        return self.proj(output[:, -1])


def _run(model, inputs):
    """The model's output with the inputs that bear its parameters' names in place of its own."""
    given = {name: value for name, value in inputs.items() if name not in ("input", "h_0")}
    operands = [inputs[name] for name in ("input", "h_0") if name in inputs]
    return torch.func.functional_call(model.to(inputs["input"].dtype), given, tuple(operands))


def _mlp(inputs, arguments, trace):
    model = _MLP(**arguments)
    depth = len(model.layers)
    trace.watch(model, [f"layers.{i}" for i in range(depth)] + [f"activation.{i}" for i in range(depth - 1)])
    return {"output": _run(model, inputs)}


def _cnn(inputs, arguments, trace):
    model = _CNN(**arguments)
    depth = len(model.activations)
    trace.watch(model, [f"{part}.{i}" for part in ("conv_layers", "activations") for i in range(depth)])
    return {"output": _run(model, inputs)}


def _res_block(inputs, arguments, trace):
    """Runs in training; the statistics that it leaves behind are outputs too."""
    model = _ResBlock(**arguments)
    statistics = [name for name, _ in model.named_buffers() if "running" in name]
    normed = [name.rsplit(".", 2)[0] for name in statistics if name.endswith("mean")]
    trace.watch(model, ["relu", "sum"] + [f"{name}.{part}" for name in normed for part in ("conv", "bn")])
    model.to(inputs["input"].dtype)
    initial = dict(model.named_buffers())
    updated = {name: inputs.get(name, initial[name]).clone() for name in statistics}
    return {"output": _run(model, {**inputs, **updated}), **updated}


def _recurrent(recurrent, step):
    def run(inputs, arguments, trace):
        output = _run(_Classifier(recurrent, **arguments), inputs)
        if trace.wanted:
            trace.unrolled = _unrolled(step, inputs, arguments, trace)
        return {"output": output}

    return run


def _unrolled(step, inputs, arguments, trace):
    """The classifier once more, step by step on leaves of its own: PyTorch's RNN keeps its hidden states to itself."""
    leaves = {name: value.detach().requires_grad_() for name, value in inputs.items()}
    value, layers = leaves["input"], range(arguments["num_hidden_layers"])
    blank = value.new_zeros((len(value), arguments["hidden_dim"]))
    states = list(leaves["h_0"]) if "h_0" in leaves else [blank for _ in layers]
    for t in range(value.shape[1]):
        below = value[:, t]
        for layer in layers:
            weights = [leaves[f"rnn.{w}_l{layer}"] for w in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            states[layer] = below = step(below, states[layer], *weights)
            trace.add(f"rnn.{layer}.{t}", below)
    return nn.functional.linear(below, leaves["proj.weight"], leaves["proj.bias"])


MODELS = {
    "model.mlp": _mlp,
    "model.cnn": _cnn,
    "model.res_block": _res_block,
    "model.rnn_classifier": _recurrent(nn.RNN, torch.rnn_tanh_cell),
    "model.gru_classifier": _recurrent(nn.GRU, torch.gru_cell),
}
