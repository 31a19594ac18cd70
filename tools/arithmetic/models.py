"""Whole models, from their parameters."""

from . import recurrent, shapes
from .convolution import conv
from .elementwise import add, identity, relu, sigmoid, tanh
from .norm import batch_norm
from .products import linear
from .tape import Value

ACTIVATIONS = {"identity": identity, "relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def _affine(inputs, name, x):
    return linear(x, inputs[f"{name}.weight"], inputs.get(f"{name}.bias"))


def mlp(inputs, dims, activation="identity"):
    x = inputs["input"]
    for layer in range(len(dims) - 1):
        x = ACTIVATIONS[activation](_affine(inputs, f"layers.{layer}", x))
    return {"output": x}


def cnn(inputs, kernel_sizes, strides, activations, **sizes):
    x = inputs["input"]
    for layer, (kernel, stride, activation) in enumerate(zip(kernel_sizes, strides, activations)):
        weight, bias = (inputs.get(f"conv_layers.{layer}.{part}") for part in ("weight", "bias"))
        x = ACTIVATIONS[activation](conv(x, weight, bias, 1, stride=stride, padding=kernel // 2))
    return {"output": _affine(inputs, "linear", shapes.reshape(x, (x.shape[0], x.shape[1] * x.shape[2])))}


def res_block(inputs, in_channels, out_channels, kernel_size, stride=3, padding=1):
    outputs = {}

    def layer(name, x, stride, padding):
        part = {key[len(name) + 1:]: value for key, value in inputs.items() if key.startswith(f"{name}.")}
        x = conv(x, part["conv.weight"], part.get("conv.bias"), 2, stride=stride, padding=padding)
        weight, bias = part["bn.weight"], part["bn.bias"]
        mean = part.get("bn.running_mean") or Value(weight.data * 0)
        variance = part.get("bn.running_var") or Value(weight.data * 0 + 1)
        y, mean, variance = batch_norm(x, mean, variance, weight, bias, training=True)
        outputs.update({f"{name}.bn.running_mean": mean, f"{name}.bn.running_var": variance})
        return y

    x = inputs["input"]
    y = layer("cbn2", relu(layer("cbn1", x, stride, padding)), 1, padding)
    is_plain = stride == 1 and in_channels == out_channels and kernel_size == 1 and padding == 0
    rest = x if is_plain else layer("residual", x, stride, 1)
    return {"output": relu(add(rest, y)), **outputs}


def classifier(step, inputs, num_hidden_layers=2, **sizes):
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = [{name: inputs.get(f"rnn.{name}_l{layer}") for name in names} for layer in range(num_hidden_layers)]
    states = recurrent.layers(step, shapes.transpose(inputs["input"], 0, 1), weights, inputs.get("h_0"))
    return {"output": _affine(inputs, "proj", states[-1])}


MODELS = {
    "model.mlp": mlp,
    "model.cnn": cnn,
    "model.res_block": res_block,
    "model.rnn_classifier": lambda inputs, **sizes: classifier(recurrent.rnn_step, inputs, **sizes),
    "model.gru_classifier": lambda inputs, **sizes: classifier(recurrent.gru_step, inputs, **sizes),
}
