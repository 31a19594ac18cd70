"""The models of reference/README.md as chains of a library's operations, for libraries without modules to build on."""


class Models:
    """`compute(operation, operands, arguments)` gives the outputs of one operation by name, `full(count, value, like)`
    a vector of one value with the dtype of `like`."""

    def __init__(self, compute, full):
        self.compute = compute
        self.full = full

    def operations(self):
        models = {
            "mlp": self._mlp,
            "cnn": self._cnn,
            "res_block": self._res_block,
            "rnn_classifier": self._classifier("rnn_cell"),
            "gru_classifier": self._classifier("gru_cell"),
        }
        return {f"model.{name}": _given(model) for name, model in models.items()}

    def _call(self, operation, value, arguments=None, **operands):
        return self.compute(operation, {"input": value, **operands}, arguments or {})["output"]

    def _mlp(self, inputs, dims, activation="identity"):
        value = inputs["input"]
        for layer in range(len(dims) - 1):
            value = self._call("linear", value, **_below(inputs, f"layers.{layer}."))
            value = self._call(activation, value)
        return value

    def _cnn(self, inputs, in_width, conv_dims, kernel_sizes, strides, linear_dim, activations):
        value = inputs["input"]
        for layer, activation in enumerate(activations):
            window = {"stride": strides[layer], "padding": kernel_sizes[layer] // 2}
            value = self._call("conv1d", value, window, **_below(inputs, f"conv_layers.{layer}."))
            value = self._call(activation, value)
        value = self._call("reshape", value, {"shape": [value.shape[0], value.shape[1] * value.shape[2]]})
        return self._call("linear", value, **_below(inputs, "linear."))

    def _res_block(self, inputs, in_channels, out_channels, kernel_size, stride, padding):
        outputs = {}

        def convolution_norm(name, value, **window):
            value = self._call("conv2d", value, window, **_below(inputs, f"{name}.conv."))
            initial = {"running_mean": 0.0, "running_var": 1.0}
            buffers = {name: self.full(out_channels, number, value) for name, number in initial.items()}
            operands = {"input": value, **buffers, **_below(inputs, f"{name}.bn.")}
            normed = self.compute("batch_norm", operands, {"training": True})
            outputs.update({f"{name}.bn.{key}": normed[key] for key in normed if key != "output"})
            return normed["output"]

        value = convolution_norm("cbn1", inputs["input"], stride=stride, padding=padding)
        value = convolution_norm("cbn2", self._call("relu", value), padding=padding)
        residual = inputs["input"]
        if stride != 1 or in_channels != out_channels or kernel_size != 1 or padding != 0:
            residual = convolution_norm("residual", residual, stride=stride, padding=1)
        return {"output": self._call("relu", self._call("add", value, other=residual)), **outputs}

    def _classifier(self, cell):
        def run(inputs, in_dim, hidden_dim, out_dim, num_hidden_layers):
            states = [None] * num_hidden_layers
            if "h_0" in inputs:
                states = [self._call("slice", inputs["h_0"], {"index": [{"at": i}]}) for i in range(num_hidden_layers)]
            for time in range(inputs["input"].shape[1]):
                below = self._call("slice", inputs["input"], {"index": [{}, {"at": time}]})
                for layer, state in enumerate(states):
                    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                    operands = {name: inputs[f"rnn.{name}_l{layer}"] for name in names}
                    if state is not None:
                        operands["hx"] = state
                    states[layer] = below = self._call(cell, below, **operands)
            return self._call("linear", states[-1], **_below(inputs, "proj."))

        return run


def _given(model):
    return lambda inputs, arguments: model(inputs, **arguments)


def _below(inputs, prefix):
    """The operands whose names start with the prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in inputs.items() if name.startswith(prefix)}
