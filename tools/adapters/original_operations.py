"""The operations of reference/README.md in the original NumPy PuruTorch, through its public classes alone.

Its modules get the sample's tensors for their parameters, so that gradients arrive there. Arguments that its classes
don't have are unsupported unless they say what the class does anyway.
"""

from unittest import mock

import numpy as np
from arguments import axis, sizes, subscripts
from protocol import Unsupported
from PuruTorch import Tensor, models, nn, optim
from table import Table, on, run_optimiser

ACTIVATIONS = {"identity": nn.Identity, "sigmoid": nn.Sigmoid, "relu": nn.ReLU, "tanh": nn.Tanh}


def _require(condition, lack):
    if not condition:
        raise Unsupported(f"no {lack}")


def _without(arguments, **defaults):
    """The arguments but those that the library lacks, which must have the values that change nothing."""
    for name, default in defaults.items():
        _require(arguments.get(name, default) in (default, [default], [default] * 2), name)
    return {name: value for name, value in arguments.items() if name not in defaults}


def _along(method):
    def reduce(value, dim=None, keepdim=False, **arguments):
        options = {"corr": arguments["correction"]} if "correction" in arguments else {}
        return method(value, axis(dim), keepdim, **options)

    return on(reduce, "input")


def _transpose(value, **arguments):
    _require(not arguments, "transpose of two dimensions")
    return value.T


def _softmax(value, dim):
    _require(dim in (-1, value.ndim - 1), "softmax but along the last dimension")
    return nn.Softmax()(value)


def _reduction(reduction):
    return {"reduction": None if reduction == "none" else reduction}


def _mse_loss(value, target, reduction="mean"):
    return nn.MSELoss(**_reduction(reduction))(value, target)


def _cross_entropy(value, target, weight, reduction="mean", **arguments):
    _without(arguments, label_smoothing=0.0)
    _require(weight is None and "ignore_index" not in arguments, "cross entropy with weights or ignored classes")
    _require(target.dtype.kind == "f", "cross entropy of class indices")
    _require(value.ndim <= 2, "cross entropy but along the last dimension")
    return nn.CrossEntropyLoss(**_reduction(reduction))(value, target)


def _ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", **arguments):
    """The library's takes probabilities."""
    _without(arguments, zero_infinity=False)
    _require(log_probs.ndim == 3 and targets.ndim == 2, "CTC loss without a batch or of concatenated targets")
    return nn.CTCLoss(blank, **_reduction(reduction))(log_probs.exp(), targets, input_lengths, target_lengths)


def _batch_norm(value, mean, variance, weight, bias, training=False, momentum=0.1, eps=1e-5):
    _require(training or mean is not None, "evaluation without statistics")
    norm = (nn.BatchNorm2D if value.ndim == 4 else nn.BatchNorm1D)(value.shape[1], eps, momentum)
    given = {"gamma": weight, "beta": bias, "running_mean": mean, "running_var": variance}
    _set(norm, **{name: tensor for name, tensor in given.items() if tensor is not None})
    if not training:
        norm.eval()
    output = norm(value)
    return {"output": output, "running_mean": norm.running_mean, "running_var": norm.running_var}


def _set(module, **tensors):
    for name, tensor in tensors.items():
        setattr(module, name, tensor)
    return module


def _dropout(module):
    """The library draws what it keeps from NumPy's generator, which is made to answer with PyTorch's mask."""

    def drop(value, mask, p=0.5, training=True):
        layer = module(p)
        if not training:
            layer.eval()
            return layer(value)
        _require(mask is not None, "dropout in training without a mask")

        def binomial(n, p, size):
            return mask.data[tuple(slice(length) for length in size)].astype(np.int64)

        with mock.patch.object(np.random, "binomial", binomial):
            return layer(value)

    return on(drop, "input", "mask")


def _resampling(function):
    return on(lambda value, factor: function()(value, factor), "input")


def _single(size, dimensions, lack):
    """The one size of a window that is square."""
    size, *others = sizes(size, dimensions)
    _require(all(other == size for other in others), f"{lack} but square")
    return size


def _pool(module, dimensions):
    def pool(value, kernel_size, stride=None, **arguments):
        _without(arguments, padding=0, dilation=1, ceil_mode=False, count_include_pad=True)
        kernel = _single(kernel_size, dimensions, "windows")
        return module(kernel, kernel if stride is None else _single(stride, dimensions, "strides"))(value)

    return on(pool, "input")


def _linear(value, weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    return _set(layer, W=weight, **({} if bias is None else {"b": bias}))(value)


def _convolution(module, dimensions):
    def convolve(value, weight, bias, stride=1, padding=0, **arguments):
        _without(arguments, dilation=1, groups=1)
        _require(bias is not None, "convolution without a bias")
        _require(not isinstance(padding, str), f"padding {padding}")
        kernel = _single(weight.shape[2:], dimensions, "kernels")
        stride, padding = _single(stride, dimensions, "strides"), _single(padding, dimensions, "padding")
        layer = module(weight.shape[1], weight.shape[0], kernel, stride, padding)
        return _set(layer, W=weight, b=bias)(value)

    return on(convolve, "input", "weight", "bias")


def _transposed(module, dimensions):
    """The library's weight is (out, in, …), and so it is given."""

    def convolve(value, weight, bias, stride=1, **arguments):
        _without(arguments, padding=0, output_padding=0, groups=1, dilation=1)
        _require(bias is not None, "convolution without a bias")
        kernel = _single(weight.shape[2:], dimensions, "kernels")
        layer = module(weight.shape[1], weight.shape[0], kernel, _single(stride, dimensions, "strides"))
        return _set(layer, W=weight, b=bias)(value)

    return on(convolve, "input", "weight", "bias")


def _rnn_weights(cell, weight_ih, weight_hh, bias_ih, bias_hh):
    _require(bias_ih is not None, "cell without a bias")
    _set(cell.ih, W=weight_ih, b=bias_ih)
    _set(cell.hh, W=weight_hh, b=bias_hh)


def _gru_weights(cell, weight_ih, weight_hh, bias_ih, bias_hh):
    """The library has a cell for each gate, with its part of the rows."""
    _require(bias_ih is not None, "cell without a bias")
    width = weight_hh.shape[1]
    for i, gate in enumerate((cell.r_cell, cell.z_cell, cell.n_cell)):
        rows = slice(i * width, (i + 1) * width)
        _rnn_weights(gate, weight_ih[rows], weight_hh[rows], bias_ih[rows], bias_hh[rows])


def _rnn_cell(value, hidden, *weights, nonlinearity="tanh"):
    cell = nn.RNNCell(weights[0].shape[1], weights[1].shape[1], ACTIVATIONS[nonlinearity]())
    _rnn_weights(cell, *weights)
    return cell(value, hidden)


def _gru_cell(value, hidden, *weights):
    cell = nn.GRUCell(weights[0].shape[1], weights[1].shape[1])
    _gru_weights(cell, *weights)
    return cell(value, hidden)


def _optimiser(optimiser, **lacks):
    def run(inputs, arguments):
        parameters = [value for name, value in inputs.items() if name.startswith("params/")]
        stepper = optimiser(parameters, **_without({"lr": 1e-3, **arguments}, **lacks))

        def step(gradients):
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient
            stepper.step()
            return [Tensor(np.array(parameter.data)) for parameter in parameters]

        return run_optimiser(inputs, step)

    return run


def _adaptive(optimiser, **lacks):
    """Its own second beta is 0.99, so PyTorch's is given where the sample has none."""
    run = _optimiser(optimiser, amsgrad=False, maximize=False, **lacks)
    return lambda inputs, arguments: run(inputs, {"betas": (0.9, 0.999), **arguments})


def _mlp(inputs, arguments):
    activation = arguments.get("activation")
    model = models.MLP(arguments["dims"], ACTIVATIONS[activation]() if activation else None)
    for i, layer in enumerate(model.layers):
        _set(layer, W=inputs[f"layers.{i}.weight"], b=inputs[f"layers.{i}.bias"])
    return model(inputs["input"])


def _cnn(inputs, arguments):
    activations = [ACTIVATIONS[name]() for name in arguments["activations"]]
    model = models.CNN(**{**arguments, "activations": activations})
    for i, layer in enumerate(model.conv_layers):
        _set(layer, W=inputs[f"conv_layers.{i}.weight"], b=inputs[f"conv_layers.{i}.bias"])
    _set(model.linear, W=inputs["linear.weight"], b=inputs["linear.bias"])
    return model(inputs["input"])


def _res_block(inputs, arguments):
    model = models.ResBlock(**arguments)
    outputs = {}
    for name in ("cbn1", "cbn2", "residual"):
        part = getattr(model, name)
        if f"{name}.conv.weight" in inputs:
            _set(part.conv, W=inputs[f"{name}.conv.weight"], b=inputs[f"{name}.conv.bias"])
            _set(part.bn, gamma=inputs[f"{name}.bn.weight"], beta=inputs[f"{name}.bn.bias"])
            given = {key: inputs.get(f"{name}.bn.{key}") for key in ("running_mean", "running_var")}
            _set(part.bn, **{key: value for key, value in given.items() if value is not None})
            outputs[f"{name}.bn"] = part.bn
    result = {"output": model(inputs["input"])}
    for name, norm in outputs.items():
        result.update({f"{name}.running_mean": norm.running_mean, f"{name}.running_var": norm.running_var})
    return result


def _classifier(model, cells, set_weights):
    def run(inputs, arguments):
        network = model(**arguments)
        for i, cell in enumerate(getattr(network, cells)):
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            set_weights(cell, *[inputs[f"rnn.{name}_l{i}"] for name in names])
        _set(network.proj, W=inputs["proj.weight"], b=inputs["proj.bias"])
        layers = range(arguments["num_hidden_layers"])
        states = [inputs["h_0"][i] for i in layers] if "h_0" in inputs else None
        return network(inputs["input"], states)

    return run


def _greedy(inputs, arguments):
    path, score = nn.GreedySearchDecoder(arguments["symbols"]).decode(inputs["probabilities"].data)
    return {"path": path, "score": Tensor(np.asarray(score))}


def _beam(inputs, arguments):
    decoder = nn.BeamSearchDecoder(arguments["symbols"], arguments["beam_width"])
    path, merged = decoder.decode(inputs["probabilities"].data)
    paths = sorted(merged)
    scores = {"score": Tensor(np.asarray(merged[path])), "merged_scores": Tensor(np.array([merged[p] for p in paths]))}
    return {"path": path, "merged_paths": paths, **scores}


_RESAMPLING = ("upsample1d", "upsample2d", "downsample1d", "downsample2d")
_CELL = ("input", "hx", "weight_ih", "weight_hh", "bias_ih", "bias_hh")

OPERATIONS = Table(
    {
        "add": on(lambda a, b: a + b, "input", "other"),
        "sub": on(lambda a, b: a - b, "input", "other"),
        "mul": on(lambda a, b: a * b, "input", "other"),
        "div": on(lambda a, b: a / b, "input", "other"),
        "matmul": on(lambda a, b: a @ b, "input", "other"),
        "pow": on(lambda a, b: a**b, "input", "exponent"),
        "neg": on(lambda a: -a, "input"),
        "log": on(Tensor.log, "input"),
        "exp": on(Tensor.exp, "input"),
        **{name: on(lambda value, module=module: module()(value), "input") for name, module in ACTIVATIONS.items()},
        **{name: _along(getattr(Tensor, name)) for name in ("sum", "mean", "max", "var")},
        "amax": _along(Tensor.max),
        "softmax": on(_softmax, "input"),
        "transpose": on(_transpose, "input"),
        "reshape": on(lambda value, shape: value.reshape(*shape), "input"),
        "squeeze": on(lambda value, dim=None: value.squeeze(axis(dim)), "input"),
        "unsqueeze": on(lambda value, dim: value.unsqueeze(dim), "input"),
        "slice": on(lambda value, index: value[subscripts(index)], "input"),
        "mse_loss": on(_mse_loss, "input", "target"),
        "cross_entropy": on(_cross_entropy, "input", "target", "weight"),
        "ctc_loss": on(_ctc_loss, "log_probs", "targets", "input_lengths", "target_lengths"),
        "batch_norm": on(_batch_norm, "input", "running_mean", "running_var", "weight", "bias"),
        **{f"dropout{n}": _dropout(getattr(nn, f"Dropout{n.upper()}")) for n in ("", "1d", "2d")},
        **{name: _resampling(getattr(nn, f"{name[:-2].capitalize()}{name[-2:].upper()}")) for name in _RESAMPLING},
        **{f"max_pool{n}d": _pool(getattr(nn, f"MaxPool{n}D"), n) for n in (1, 2)},
        **{f"avg_pool{n}d": _pool(getattr(nn, f"MeanPool{n}D"), n) for n in (1, 2)},
        "linear": on(_linear, "input", "weight", "bias"),
        **{f"conv{n}d": _convolution(getattr(nn, f"Conv{n}D"), n) for n in (1, 2)},
        **{f"conv_transpose{n}d": _transposed(getattr(nn, f"ConvTranspose{n}D"), n) for n in (1, 2)},
        "rnn_cell": on(_rnn_cell, *_CELL),
        "gru_cell": on(_gru_cell, *_CELL),
        "optim.sgd": _optimiser(optim.SGD, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False),
        "optim.adam": _adaptive(optim.Adam, weight_decay=0.0),
        "optim.adamw": _adaptive(optim.AdamW),
        "model.mlp": _mlp,
        "model.cnn": _cnn,
        "model.res_block": _res_block,
        "model.rnn_classifier": _classifier(models.RNNClassifier, "rnns", _rnn_weights),
        "model.gru_classifier": _classifier(models.GRUClassifier, "grus", _gru_weights),
        "decode.greedy": _greedy,
        "decode.beam": _beam,
    }
)
