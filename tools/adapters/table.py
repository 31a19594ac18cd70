"""A library's table of operations: each name of reference/README.md with what computes it in the library."""

from protocol import Unsupported


class Table(dict):
    """A function of operands by name and arguments by name for each operation."""

    def compute(self, operation, inputs, arguments):
        """The outputs of an operation, or of a program of operations, by name."""
        if operation == "program":
            return self._program(arguments["steps"], inputs)
        if operation not in self:
            raise Unsupported(f"no {operation}")
        result = self[operation](inputs, arguments)
        return result if isinstance(result, dict) else {"output": result}

    def _program(self, steps, inputs):
        made = {}
        for step in steps:
            operands = {operand: {**inputs, **made}[value] for operand, value in step["inputs"].items()}
            made[step["output"]] = self.compute(step["operation"], operands, step.get("arguments", {}))["output"]
        return made


def on(function, *operands):
    """Calls with operands by position, None for those that aren't given, and arguments by name."""
    return lambda inputs, arguments: function(*[inputs.get(name) for name in operands], **arguments)


def run_optimiser(inputs, step):
    """The parameters after every step. `step` takes the gradients of all parameters, None where there is none, and
    gives the parameters' new values."""
    names = [name for name in inputs if name.startswith("params/")]
    count = 1 + max(int(name.split("/")[1]) for name in inputs if name.startswith("grads/"))
    outputs = {}
    for number in range(count):
        gradients = [inputs.get(name.replace("params/", f"grads/{number}/")) for name in names]
        updated = [name.replace("params/", f"params/{number}/") for name in names]
        outputs.update(zip(updated, step(gradients)))
    return outputs
