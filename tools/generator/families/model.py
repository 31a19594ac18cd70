"""Family `model`: small networks as users build them, from the parameters of their state dictionaries."""

import torch
import torch.nn.functional as F

from ..core.case import Case, Row, operand
from .samples import leaf, parameter

ACTIVATIONS = {"identity": lambda value: value, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def _parameters(draw, shapes, scale=0.5):
    return {name: parameter(draw, name, shape, -scale, scale) for name, shape in shapes.items()}


def _case(model, walk, shape, shapes, arguments, options=None, others=lambda draw: {}, compute=None):
    """A model's sample: its input, its parameters by shape, and other operands. `walk` gives the values between the
    layers and `output`; where `compute` is given, that gives the outputs, and `walk` only says how they came about."""
    options = options or {}
    return Case(
        operation=f"model.{model}",
        arguments=arguments,
        inputs=lambda draw: {"input": leaf(draw, "input", shape), **others(draw), **_parameters(draw, shapes)},
        compute=compute or (lambda inputs, arguments: walk(inputs, arguments)["output"]),
        trace=None if "raises" in options or 0 in shape else walk,
        **options,
    )


REFUSED = {"raises": True}
EMPTY = {"same_by_definition": True}


def _walk_mlp(inputs, arguments):
    values, value, last = {}, inputs["input"], len(arguments["dims"]) - 2
    for i in range(last + 1):
        value = F.linear(value, inputs[f"layers.{i}.weight"], inputs[f"layers.{i}.bias"])
        values[f"layers.{i}"] = value
        if "activation" in arguments:
            value = ACTIVATIONS[arguments["activation"]](value)
            if i < last:
                values[f"activation.{i}"] = value
    return values | {"output": value}


def _mlp(lead, dims, options=None, features=None, **arguments):
    shapes = {}
    for i in range(len(dims) - 1):
        shapes |= {f"layers.{i}.weight": (dims[i + 1], dims[i]), f"layers.{i}.bias": (dims[i + 1],)}
    shape = (*lead, dims[0] if features is None else features)
    return _case("mlp", _walk_mlp, shape, shapes, {"dims": dims, **arguments}, options)


def _mlp_cases():
    return [
        _mlp((3,), [4, 8, 4], activation="relu"),
        _mlp((5,), [4, 6, 6, 2], activation="tanh"),
        _mlp((2,), [6, 4, 8, 4, 2], activation="sigmoid"),
        _mlp((8,), [4, 6, 8, 12, 12, 8, 2], activation="relu"),
        _mlp((3,), [5, 7, 3]),
        _mlp((3,), [4, 5, 3], activation="identity"),
        _mlp((1,), [3, 1, 2], activation="tanh"),
        _mlp((4,), [3, 2], activation="sigmoid"),
        _mlp((2, 3), [4, 5, 2], activation="tanh"),
        _mlp((), [4, 5, 3], activation="tanh"),
        _mlp((0,), [4, 5, 2], EMPTY, activation="relu"),
        _mlp((16,), [20, 33, 17, 10], activation="relu"),
        _mlp((3,), [4, 8, 4], REFUSED, features=5, activation="relu"),
    ]


def _walk_cnn(inputs, arguments):
    values, value = {}, inputs["input"]
    windows = zip(arguments["kernel_sizes"], arguments["strides"], arguments["activations"], strict=True)
    for i, (kernel, stride, activation) in enumerate(windows):
        weight, bias = inputs[f"conv_layers.{i}.weight"], inputs[f"conv_layers.{i}.bias"]
        value = values[f"conv_layers.{i}"] = F.conv1d(value, weight, bias, stride=stride, padding=kernel // 2)
        value = values[f"activations.{i}"] = ACTIVATIONS[activation](value)
    return values | {"output": F.linear(value.flatten(1), inputs["linear.weight"], inputs["linear.bias"])}


def _cnn(batch, in_width, conv_dims, kernel_sizes, strides, linear_dim, activations, options=None, width=None):
    shapes, length = {}, in_width
    for i, (kernel, stride) in enumerate(zip(kernel_sizes, strides)):
        shapes[f"conv_layers.{i}.weight"] = (conv_dims[i + 1], conv_dims[i], kernel)
        shapes[f"conv_layers.{i}.bias"] = (conv_dims[i + 1],)
        length = (length + 2 * (kernel // 2) - kernel) // stride + 1
    shapes |= {"linear.weight": (linear_dim, length * conv_dims[-1]), "linear.bias": (linear_dim,)}
    arguments = {
        "in_width": in_width,
        "conv_dims": conv_dims,
        "kernel_sizes": kernel_sizes,
        "strides": strides,
        "linear_dim": linear_dim,
        "activations": activations,
    }
    shape = (batch, conv_dims[0], in_width if width is None else width)
    return _case("cnn", _walk_cnn, shape, shapes, arguments, options)


def _cnn_cases():
    mixed = ["tanh", "relu", "sigmoid"]
    return [
        _cnn(2, 32, [5, 8, 6, 4], [5, 6, 2], [1, 2, 2], 10, mixed),
        _cnn(3, 21, [3, 4, 5], [3, 4], [2, 3], 4, ["relu", "tanh"]),
        _cnn(2, 12, [2, 3], [5], [1], 3, ["identity"]),
        _cnn(1, 17, [4, 6, 3], [1, 7], [1, 4], 5, ["sigmoid", "identity"]),
        _cnn(4, 8, [1, 2, 1], [2, 3], [2, 1], 1, ["relu", "relu"]),
        _cnn(0, 9, [2, 3], [3], [2], 2, ["tanh"], EMPTY),
        _cnn(2, 24, [2, 3, 4], [3, 3], [1, 2], 3, ["relu", "tanh"], REFUSED, width=20),
    ]


class _BatchStatistics:
    """Runs convolution and batch norm in training, and keeps both values and the running statistics left behind."""

    def __init__(self, inputs):
        self.inputs = inputs
        self.values = {}
        self.updated = {}

    def __call__(self, value, name, **arguments):
        value = F.conv2d(value, self.inputs[f"{name}.conv.weight"], self.inputs[f"{name}.conv.bias"], **arguments)
        self.values[f"{name}.conv"] = value
        mean = self._buffer(f"{name}.bn.running_mean", value.new_zeros(value.shape[1]))
        variance = self._buffer(f"{name}.bn.running_var", value.new_ones(value.shape[1]))
        weight, bias = self.inputs[f"{name}.bn.weight"], self.inputs[f"{name}.bn.bias"]
        value = self.values[f"{name}.bn"] = F.batch_norm(value, mean, variance, weight, bias, training=True)
        return value

    def _buffer(self, name, initial):
        self.updated[name] = self.inputs.get(name, initial).clone()
        return self.updated[name]


def _projects(arguments):
    """Whether the residual path has a convolution: everywhere but beside 1x1 windows that keep the shape."""
    return (
        arguments["stride"] != 1
        or arguments["in_channels"] != arguments["out_channels"]
        or arguments["kernel_size"] != 1
        or arguments["padding"] != 0
    )


def _run_res_block(inputs, arguments):
    """The block after its run, with all values but the output, which comes second."""
    block = _BatchStatistics(inputs)
    stride, padding = arguments["stride"], arguments["padding"]
    value = block.values["relu"] = torch.relu(block(inputs["input"], "cbn1", stride=stride, padding=padding))
    value = block(value, "cbn2", padding=padding)
    residual = inputs["input"]
    if _projects(arguments):
        residual = block(residual, "residual", stride=stride, padding=1)
    value = block.values["sum"] = residual + value
    return block, torch.relu(value)


def _walk_res_block(inputs, arguments):
    block, output = _run_res_block(inputs, arguments)
    return block.values | {"output": output}


def _res_block_and_statistics(inputs, arguments):
    block, output = _run_res_block(inputs, arguments)
    return {"output": output, **block.updated}


def _res_block(batch, size, channels, kernel, stride, padding, options=None, statistics=None, in_channels=None):
    """`statistics`: None compares the output alone, "initial" updated buffers too, "given" starts from drawn ones."""
    arguments = {
        "in_channels": channels[0],
        "out_channels": channels[1],
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
    }
    paths = {"cbn1": (channels[0], kernel), "cbn2": (channels[1], kernel)}
    if _projects(arguments):
        paths["residual"] = (channels[0], 1)
    shapes = {}
    for name, (incoming, window) in paths.items():
        shapes[f"{name}.conv.weight"] = (channels[1], incoming, window, window)
        shapes |= {f"{name}.{part}": (channels[1],) for part in ("conv.bias", "bn.weight", "bn.bias")}

    def buffers(draw):
        if statistics != "given":
            return {}
        return {
            name: value
            for path in paths
            for name, value in (
                (f"{path}.bn.running_mean", operand(draw.dyadic(f"{path}.mean", (channels[1],)), role="buffer")),
                (f"{path}.bn.running_var", operand(draw.positive(f"{path}.var", (channels[1],)), role="buffer")),
            )
        }

    shape = (batch, channels[0] if in_channels is None else in_channels, *size)
    compute = None if statistics is None else _res_block_and_statistics
    return _case("res_block", _walk_res_block, shape, shapes, arguments, options, buffers, compute)


def _res_block_cases():
    return [
        _res_block(2, (7, 7), (3, 4), 3, 3, 1),
        _res_block(2, (13, 13), (3, 4), 5, 5, 2, statistics="initial"),
        _res_block(2, (4, 5), (3, 3), 1, 1, 0, statistics="given"),
        _res_block(3, (4, 5), (2, 3), 2, 1, 1, statistics="given"),
        _res_block(2, (5, 7), (3, 3), 2, 2, 1),
        _res_block(1, (10, 4), (2, 2), 3, 3, 1, statistics="initial"),
        _res_block(2, (7, 7), (3, 4), 3, 1, 1, REFUSED),
        _res_block(2, (7, 7), (3, 4), 3, 3, 1, REFUSED, in_channels=2),
    ]


def _run_recurrent(module):
    """PyTorch's RNN or GRU with the sample's parameters, and a linear map of the last layer's last step."""

    def compute(inputs, arguments):
        network = module(
            arguments["in_dim"],
            arguments["hidden_dim"],
            arguments["num_hidden_layers"],
            batch_first=True,
            device="meta",
        )
        weights = {
            name.removeprefix("rnn."): value for name, value in inputs.items() if name.startswith("rnn.")
        }
        output, _ = torch.func.functional_call(network, weights, (inputs["input"], inputs.get("h_0")))
        return F.linear(output[:, -1], inputs["proj.weight"], inputs["proj.bias"])

    return compute


def _walk_recurrent(cell):
    """The same with PyTorch's cell, one step and layer at a time: the hidden states `rnn.<layer>.<step>`."""

    def walk(inputs, arguments):
        values, layers, (batch, steps, _) = {}, range(arguments["num_hidden_layers"]), inputs["input"].shape
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        weights = [[inputs[f"rnn.{name}_l{i}"] for name in names] for i in layers]
        nothing = inputs["input"].new_zeros(len(layers), batch, arguments["hidden_dim"])
        states = list(inputs.get("h_0", nothing).unbind(0))
        for step in range(steps):
            value = inputs["input"][:, step]
            for i in layers:
                value = states[i] = values[f"rnn.{i}.{step}"] = cell(value, states[i], *weights[i])
        return values | {"output": F.linear(value, inputs["proj.weight"], inputs["proj.bias"])}

    return walk


def _recurrent(model, batch, steps, dims, layers, options=None, *, initial=True, features=None, hidden_layers=None):
    """`dims`: in_dim, hidden_dim, out_dim. `initial`: whether h_0 is given, of `hidden_layers` layers."""
    module, cell, gates = {
        "rnn_classifier": (torch.nn.RNN, torch.rnn_tanh_cell, 1),
        "gru_classifier": (torch.nn.GRU, torch.gru_cell, 3),
    }[model]
    in_dim, hidden, out_dim = dims
    shapes = {}
    for i in range(layers):
        shapes[f"rnn.weight_ih_l{i}"] = (gates * hidden, hidden if i else in_dim)
        shapes[f"rnn.weight_hh_l{i}"] = (gates * hidden, hidden)
        shapes |= {f"rnn.bias_ih_l{i}": (gates * hidden,), f"rnn.bias_hh_l{i}": (gates * hidden,)}
    shapes |= {"proj.weight": (out_dim, hidden), "proj.bias": (out_dim,)}

    def state(draw):
        shape = (layers if hidden_layers is None else hidden_layers, batch, hidden)
        return {"h_0": leaf(draw, "h_0", shape, -1.0, 1.0)} if initial else {}

    arguments = {"in_dim": in_dim, "hidden_dim": hidden, "out_dim": out_dim, "num_hidden_layers": layers}
    shape = (batch, steps, in_dim if features is None else features)
    return _case(model, _walk_recurrent(cell), shape, shapes, arguments, options, state, _run_recurrent(module))


def _recurrent_cases(model):
    # From a state of zeros a single step tells nothing about the weights of the state.
    blind = {"same_by_definition": ("gradients/rnn.weight_hh_l0", "gradients/rnn.weight_hh_l1")}
    return [
        _recurrent(model, 3, 6, (4, 5, 3), 2),
        _recurrent(model, 3, 6, (4, 5, 3), 2, initial=False),
        _recurrent(model, 2, 5, (3, 4, 2), 1),
        _recurrent(model, 2, 7, (5, 3, 4), 3),
        _recurrent(model, 1, 1, (1, 1, 1), 1),
        _recurrent(model, 2, 1, (3, 4, 2), 2, blind, initial=False),
        _recurrent(model, 1, 20, (2, 6, 5), 2),
        _recurrent(model, 4, 3, (9, 11, 10), 2, initial=False),
        _recurrent(model, 3, 6, (4, 5, 3), 2, REFUSED, features=5),
        _recurrent(model, 3, 6, (4, 5, 3), 2, REFUSED, hidden_layers=1),
    ]


ROWS = [
    Row(id="model/mlp", title="Model: MLP Forward/Backward", cases=_mlp_cases()),
    Row(id="model/cnn", title="Model: CNN Forward/Backward", cases=_cnn_cases()),
    Row(id="model/res_block", title="Model: ResBlock Forward/Backward", cases=_res_block_cases()),
    Row(
        id="model/rnn_classifier",
        title="Model: RNNClassifier Forward/Backward",
        cases=_recurrent_cases("rnn_classifier"),
    ),
    Row(
        id="model/gru_classifier",
        title="Model: GRUClassifier Forward/Backward",
        cases=_recurrent_cases("gru_classifier"),
    ),
]
