"""A worked adapter: a few operations in NumPy behind the protocol of reference/PROTOCOL.md. It needs numpy and h5py."""

import json
import os

import h5py
import numpy as np


class Unsupported(Exception):
    """What this implementation lacks. Any other exception means that it refuses the inputs."""


def matmul(a, b):
    if a.ndim != 2 or b.ndim != 2:
        raise Unsupported("only matrices")
    return np.matmul(a, b, casting="equiv")  # without promotion, as in PyTorch


# The value of each operation, and the gradients of its operands from that of the value.
OPERATIONS = {
    "add": (lambda a, b: a + b, lambda g, value, a, b: (g, g)),
    "mul": (lambda a, b: a * b, lambda g, value, a, b: (g * b, g * a)),
    "matmul": (matmul, lambda g, value, a, b: (g @ b.T, a.T @ g)),
    "neg": (lambda a: -a, lambda g, value, a: (-g,)),
    "exp": (lambda a: np.exp(a), lambda g, value, a: (g * value,)),
}


def shaped(gradient, shape):
    """Sums a gradient over the dimensions along which its operand was broadcast."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    return gradient.sum(axis=tuple(i for i, length in enumerate(shape) if length == 1), keepdims=True)


def evaluate(sample, tensor):
    """Computes a sample of the index; `tensor` reads one. Gives outputs, and gradients where inputs ask for them."""
    inputs = sample["inputs"]
    values = {name: tensor(place) for name, place in inputs.items()}
    alone = {**sample, "inputs": {name: name for name in inputs}, "output": "output"}  # a program of one step
    steps = sample["arguments"]["steps"] if sample["operation"] == "program" else [alone]
    outputs, backward = {}, []
    for step in steps:
        if step["operation"] not in OPERATIONS or step["arguments"]:
            raise Unsupported(f"no {step['operation']} with {list(step['arguments'])}")
        names = [step["inputs"][operand] for operand in ("input", "other") if operand in step["inputs"]]
        function, derivative = OPERATIONS[step["operation"]]
        value = function(*[values[name] for name in names])
        value = value.astype(sample["dtype"]) if value.dtype.kind == "f" else value  # int64 + float32 is float64
        values[step["output"]] = outputs[step["output"]] = value
        backward.append((derivative, step["output"], names))
    cotangents = {name: tensor(place) for name, place in sample["cotangents"].items()}
    gradients = {name: cotangents.get(name, np.zeros(value.shape, sample["dtype"])) for name, value in values.items()}
    for derivative, output, names in reversed(backward) if cotangents else ():
        for name, g in zip(names, derivative(gradients[output], values[output], *[values[n] for n in names])):
            gradients[name] += shaped(g, values[name].shape)  # a value that is used twice collects both gradients
    return {"outputs": outputs, "gradients": {n: gradients[n] for n in inputs if inputs[n]["requires_grad"]}}


def answer(request):
    """The replies to a request: to each sample as soon as it is computed, and `done` when the file is closed."""
    with h5py.File(request["questions"], "r") as file:
        samples = json.loads(file["index"][()])
        pools = {dtype: file[dtype][:] for dtype in file if dtype != "index"}
    answers, pooled = {}, {dtype: [] for dtype in ("float32", "float64", "int64", "bool")}

    def tensor(place):
        elements = pools[place["dtype"]][place["offset"] :][: np.prod(place["shape"], dtype=int)]
        return elements.reshape(place["shape"]).astype(place["dtype"])

    def placed(value):
        offset = sum(part.size for part in pooled[value.dtype.name])
        pooled[value.dtype.name].append(value.ravel())
        return {"dtype": value.dtype.name, "shape": value.shape, "offset": offset}

    for name in request["samples"]:
        status = {"status": "answered"}
        try:
            groups = evaluate(samples[name], tensor)
            answers[name] = {group: {n: placed(v) for n, v in values.items()} for group, values in groups.items()}
        except Unsupported as lack:
            status = {"status": "unsupported", "message": str(lack)}
        except Exception as error:
            status = {"status": "refused", "message": f"{type(error).__name__}: {error}"}
        yield {"id": request["id"], "sample": name, **status}
    with h5py.File(request["answers"], "w") as file:
        file.create_dataset("index", data=json.dumps(answers), dtype=h5py.string_dtype())
        for dtype in filter(pooled.get, pooled):
            file[dtype] = np.concatenate(pooled[dtype]).astype("uint8" if dtype == "bool" else dtype)
    yield {"id": request["id"], "status": "done"}


replies = os.fdopen(os.dup(1), "w")  # a copy of standard output for the protocol alone ...
os.dup2(2, 1)  # ... so that whatever else is printed goes to standard error
hello = {"method": "hello", "protocol": 1, "name": "NumPy example", "version": np.__version__}
for line in os.fdopen(0):
    request = json.loads(line)
    for message in [hello] if request["method"] == "hello" else answer(request):
        print(json.dumps(message), file=replies, flush=True)
