"""Operations with the operands input, weight and bias: how their cases are made, and those of linear maps."""

import torch.nn.functional as F

from ...core.case import Case
from ..samples import differentiable, leaf, parameter

# Where an empty batch makes every gradient of the parameters zero.
EMPTY = {"same_by_definition": True}


def affine(function):
    """Calls a function of `torch.nn.functional` on input, weight and, where there is one, bias."""
    return lambda inputs, arguments: function(inputs["input"], inputs["weight"], inputs.get("bias"), **arguments)


class Layer:
    """Makes the samples of one operation with the operands input, weight and bias."""

    def __init__(self, operation, function):
        self.operation = operation
        self.function = function

    def case(self, shape, weight, bias=None, _options=None, **arguments):
        def inputs(draw):
            operands = {"input": leaf(draw, "input", shape), "weight": parameter(draw, "weight", weight)}
            if bias is not None:
                operands["bias"] = parameter(draw, "bias", bias)
            return operands

        return Case(
            operation=self.operation,
            arguments=arguments,
            inputs=inputs,
            compute=affine(self.function),
            **(_options or {}),
        )

    def spoilt(self, shape, weight, bias, **arguments):
        """One infinity and one NaN in the input, and a weight of zero: each spoils what it reaches and nothing else."""

        def inputs(draw):
            value = draw.dyadic("input", shape)
            value.flat[1] = float("inf")
            value.flat[value.size - 2] = float("nan")
            factors = draw.nonzero("weight", weight, -1.0, 1.0)
            factors.flat[0] = 0.0
            return {
                "input": differentiable(value),
                "weight": differentiable(factors, role="parameter"),
                "bias": parameter(draw, "bias", bias),
            }

        return Case(operation=self.operation, arguments=arguments, inputs=inputs, compute=affine(self.function))

    def refused(self, shape, weight, bias=None, **arguments):
        return self.case(shape, weight, bias, {"raises": True}, **arguments)

    def twice(self, shape, weight, bias, **arguments):
        """The layer applied to its own output with the same weight and bias: both uses add to their gradients."""
        parameters = {"weight": "weight", "bias": "bias"}
        steps = [
            {
                "operation": self.operation,
                "inputs": {"input": source, **parameters},
                "arguments": arguments,
                "output": target,
            }
            for source, target in (("input", "hidden"), ("hidden", "output"))
        ]

        def compute(inputs, _):
            hidden = self.function(inputs["input"], inputs["weight"], inputs["bias"], **arguments)
            return self.function(hidden, inputs["weight"], inputs["bias"], **arguments)

        return Case(
            operation="program",
            arguments={"steps": steps},
            inputs=lambda draw: {
                "input": leaf(draw, "input", shape),
                "weight": parameter(draw, "weight", weight),
                "bias": parameter(draw, "bias", bias),
            },
            compute=compute,
        )


def linear():
    layer = Layer("linear", F.linear)
    return [
        layer.case((4, 5), (3, 5), (3,)),
        layer.case((4, 5), (3, 5)),
        layer.case((2, 3, 4), (6, 4), (6,)),
        layer.case((2, 1, 3, 5), (2, 5), (2,)),
        layer.case((7,), (4, 7), (4,)),
        layer.case((6,), (5, 6)),
        layer.case((1, 1), (1, 1), (1,)),
        layer.case((3, 1), (4, 1), (4,)),
        layer.case((17, 33), (19, 33), (19,)),
        layer.case((1, 200), (3, 200), (3,)),
        layer.case((0, 4), (3, 4), (3,), EMPTY),
        layer.case((3, 0), (2, 0), (2,), EMPTY),
        layer.case((2, 3), (0, 3), (0,), EMPTY),
        layer.case((5,), (5,)),
        layer.spoilt((4, 3), (2, 3), (2,)),
        Case(
            operation="linear",
            inputs=lambda draw: {
                "input": differentiable(draw.values("input", [[2.0**100, 2.0**66], [2.0**66, 2.0**-100]])),
                "weight": differentiable(draw.values("weight", [[2.0**60, 1.0], [1.0, -(2.0**60)]]), role="parameter"),
            },
            compute=affine(F.linear),
        ),
        layer.twice((3, 4), (4, 4), (4,)),
        layer.refused((4, 5), (3, 4), (3,)),
        layer.refused((4, 5), (5, 3), (3,)),
        layer.refused((4, 5), (3, 5), (2,)),
        layer.refused((4, 5), (2, 3, 5), (2,)),
    ]
