"""Family `optim`: the parameters after each of several steps of SGD, Adam and AdamW, from given gradients."""

import numpy as np
import torch

from ..core.case import Case, Row, operand

MATRIX = ((3, 4),)
SEVERAL = ((3, 4), (5,), (), (2, 1, 3))
STEPS = 10


def _run(optimiser):
    """Steps PyTorch's optimiser with each step's gradients; a parameter without one is skipped by that step."""

    def compute(inputs, arguments):
        names = [name.removeprefix("params/") for name in inputs if name.startswith("params/")]
        steps = 1 + max(int(name.split("/")[1]) for name in inputs if name.startswith("grads/"))
        parameters = {name: torch.nn.Parameter(inputs[f"params/{name}"].clone()) for name in names}
        stepper = optimiser(parameters.values(), foreach=False, **arguments)
        outputs = {}
        for step in range(steps):
            for name, value in parameters.items():
                value.grad = inputs.get(f"grads/{step}/{name}")
            stepper.step()
            outputs |= {f"params/{step}/{name}": value.detach().clone() for name, value in parameters.items()}
        return outputs

    return compute


class _Optimiser:
    """Makes the samples of one optimiser."""

    def __init__(self, operation, optimiser):
        self.operation = operation
        self.compute = _run(optimiser)

    def case(self, _shapes=MATRIX, _steps=STEPS, _scale=1.0, **arguments):
        """Random parameters and, at every step, random gradients for each of them, in both dtypes."""
        return self._made(self._random(_shapes, _steps, _scale), arguments)

    def option(self, **arguments):
        """An option by itself: one parameter, and float64 alone, whose verdict is the stricter one."""
        return self._made(self._random(MATRIX, STEPS, 1.0), arguments, dtypes=("float64",))

    @staticmethod
    def _random(shapes, steps, scale):

        def inputs(draw):
            return _parameters(draw, shapes) | {
                f"grads/{step}/{i}": operand(draw.nonzero(f"grads/{step}/{i}", shape) * scale)
                for step in range(steps)
                for i, shape in enumerate(shapes)
            }

        return inputs

    def skipping(self, **arguments):
        """Gradients that come and go: parameter 0 has one at every second step, 1 from step 3 on, 2 never."""
        shapes = ((2, 3), (4,), (2,))
        steps = 7

        def present(step, i):
            return (i == 0 and step % 2 == 0) or (i == 1 and step >= 3)

        def inputs(draw):
            return _parameters(draw, shapes) | {
                f"grads/{step}/{i}": operand(draw.nonzero(f"grads/{step}/{i}", shape))
                for step in range(steps)
                for i, shape in enumerate(shapes)
                if present(step, i)
            }

        return self._made(inputs, arguments)

    def vanishing(self, **arguments):
        """Gradients that are zero in some places, always in one, shrink fast in the others and then change sign."""

        def inputs(draw):
            def gradient(step):
                values = draw.nonzero(f"grads/{step}/0", (6,)) * 2.0**-step
                values[0] = 0.0
                values[1 + step % 5] = 0.0
                return values * (1 if step < 5 else -1)

            return _parameters(draw, ((6,),)) | {f"grads/{step}/0": operand(gradient(step)) for step in range(STEPS)}

        return self._made(inputs, arguments)

    def poisoned(self, **arguments):
        """Infinities and NaN in single gradients: what they touch stays spoilt, the rest doesn't."""
        values = {
            0: [1.0, float("inf"), -1.0, 0.5, 0.25],
            1: [0.5, 1.0, float("nan"), -0.5, 2.0],
            2: [-1.5, 0.25, 1.0, float("-inf"), 0.5],
        }

        def inputs(draw):
            return _parameters(draw, ((5,),)) | {
                f"grads/{step}/0": operand(
                    draw.values(f"grads/{step}/0", values[step])
                    if step in values
                    else draw.nonzero(f"grads/{step}/0", (5,))
                )
                for step in range(5)
            }

        return self._made(inputs, arguments)

    def refused(self, **arguments):
        return self._made(
            lambda draw: _parameters(draw, ((2, 3),)) | {"grads/0/0": operand(draw.nonzero("grads/0/0", (2, 3)))},
            arguments,
            raises=True,
        )

    def mismatched(self, **arguments):
        """A gradient of another shape than its parameter."""
        return self._made(
            lambda draw: _parameters(draw, ((2, 3),)) | {"grads/0/0": operand(draw.nonzero("grads/0/0", (2, 2)))},
            arguments,
            raises=True,
        )

    def _made(self, inputs, arguments, **options):
        return Case(operation=self.operation, arguments=arguments, inputs=inputs, compute=self.compute, **options)


def _parameters(draw, shapes):
    """Parameters of both signs, far enough from zero for their own size to be the measure of an error."""

    def drawn(name, shape):
        sign = np.where(draw.mask(f"sign/{name}", shape), 1.0, -1.0)
        return operand(draw.dyadic(name, shape, 1.0, 3.0) * sign, role="parameter")

    return {f"params/{i}": drawn(f"params/{i}", shape) for i, shape in enumerate(shapes)}


def _sgd():
    sgd = _Optimiser("optim.sgd", torch.optim.SGD)
    return [
        sgd.case(SEVERAL, lr=0.1),
        sgd.case(_scale=64.0),
        sgd.option(lr=0.1, momentum=0.9),
        sgd.option(lr=0.1, momentum=0.9, dampening=0.5),
        sgd.option(lr=0.1, momentum=0.9, nesterov=True),
        sgd.option(lr=0.1, weight_decay=0.25),
        sgd.option(lr=0.1, maximize=True),
        sgd.case(lr=0.05, momentum=0.75, dampening=0.25, weight_decay=0.125, maximize=True),
        sgd.case(lr=0.05, momentum=0.75, weight_decay=0.125, nesterov=True),
        sgd.case(lr=0.05, momentum=0.75, weight_decay=0.125, nesterov=True, maximize=True),
        sgd.case(((1,), (0, 3), (1, 1)), 3, lr=0.1, momentum=0.5),
        sgd.case(((67,),), 5, lr=0.1, momentum=0.9, weight_decay=0.1),
        sgd.case(_scale=2.0**20, lr=0.1, momentum=0.9),
        sgd.skipping(lr=0.1, momentum=0.9, dampening=0.5),
        sgd.skipping(lr=0.1, momentum=0.5, weight_decay=0.125, nesterov=True),
        sgd.vanishing(lr=0.5, momentum=0.5),
        sgd.poisoned(lr=0.1, momentum=0.9),
        sgd.refused(lr=-0.1),
        sgd.refused(lr=0.1, momentum=-0.5),
        sgd.refused(lr=0.1, weight_decay=-0.5),
        sgd.refused(lr=0.1, nesterov=True),
        sgd.refused(lr=0.1, momentum=0.9, dampening=0.5, nesterov=True),
        sgd.mismatched(lr=0.1),
    ]


def _adaptive(operation, optimiser):
    """Adam and AdamW have the same options; their weight decay and its default differ."""
    adam = _Optimiser(operation, optimiser)
    return [
        adam.case(SEVERAL, lr=0.1),
        adam.case(),
        adam.option(lr=0.1, betas=[0.5, 0.75]),
        adam.option(lr=0.1, eps=0.25),
        adam.option(lr=0.1, weight_decay=0.25),
        adam.option(lr=0.1, weight_decay=0.0),
        adam.option(lr=0.1, maximize=True),
        adam.case(lr=0.05, betas=[0.75, 0.875], eps=0.125, weight_decay=0.25, amsgrad=True, maximize=True),
        adam.option(lr=0.1, betas=[0.0, 0.5]),
        adam.case(((1,), (0, 3), (1, 1)), 3, lr=0.1),
        adam.case(((67,),), 5, lr=0.1, weight_decay=0.1),
        adam.case(_scale=2.0**-30, lr=0.1),
        adam.skipping(lr=0.1, betas=[0.5, 0.75]),
        adam.skipping(lr=0.1, weight_decay=0.25, amsgrad=True),
        adam.vanishing(lr=0.1),
        adam.vanishing(lr=0.1, betas=[0.5, 0.75], amsgrad=True),
        adam.poisoned(lr=0.1, amsgrad=True, weight_decay=0.25),
        adam.refused(lr=-0.1),
        adam.refused(lr=0.1, betas=[1.0, 0.5]),
        adam.refused(lr=0.1, betas=[0.5, -0.25]),
        adam.refused(lr=0.1, eps=-0.5),
        adam.refused(lr=0.1, weight_decay=-0.5),
        adam.mismatched(lr=0.1),
    ]


ROWS = [
    Row(id="optim/sgd", title="Optim: SGD Step", cases=_sgd()),
    Row(id="optim/adam", title="Optim: Adam Step", cases=_adaptive("optim.adam", torch.optim.Adam)),
    Row(id="optim/adamw", title="Optim: AdamW Step", cases=_adaptive("optim.adamw", torch.optim.AdamW)),
]
