"""Cases of transposed convolutions, PyTorch's and the same thing spelled as zero insertion and a convolution."""

import torch.nn.functional as F

from ...core.case import Case
from ..samples import leaf, parameter
from .affine import EMPTY, Layer


def _zero_insertion(function, convolution, upsampling, shape, weight, factor):
    """A transposed convolution spelled as zero insertion and an ordinary convolution, with that one's weight layout.

    The values come from the transposed convolution itself, on the weight flipped along its kernel, with channels
    swapped, stride `factor` and padding kernel - 1; the two agree exactly where both are right.
    """
    spatial = list(range(2, len(shape)))
    steps = [
        {"operation": upsampling, "inputs": {"input": "input"}, "arguments": {"factor": factor}, "output": "spread"},
        {
            "operation": convolution,
            "inputs": {"input": "spread", "weight": "weight", "bias": "bias"},
            "arguments": {},
            "output": "output",
        },
    ]

    def compute(inputs, _):
        flipped = inputs["weight"].flip(spatial).transpose(0, 1)
        padding = [length - 1 for length in weight[2:]]
        return function(inputs["input"], flipped, inputs["bias"], stride=factor, padding=padding)

    return Case(
        operation="program",
        arguments={"steps": steps},
        inputs=lambda draw: {
            "input": leaf(draw, "input", shape),
            "weight": parameter(draw, "weight", weight),
            "bias": parameter(draw, "bias", (weight[0],)),
        },
        compute=compute,
    )


def conv_transpose1d():
    layer = Layer("conv_transpose1d", F.conv_transpose1d)

    def inserted(shape, weight, factor):
        return _zero_insertion(
            F.conv_transpose1d, "conv1d", "upsample1d", shape, weight, factor
        )

    return [
        layer.case((2, 3, 6), (3, 4, 3), (4,)),
        layer.case((2, 3, 6), (3, 4, 3)),
        layer.case((2, 2, 5), (2, 3, 3), (3,), stride=2),
        layer.case((2, 2, 5), (2, 3, 2), (3,), stride=3),
        layer.case((2, 2, 7), (2, 3, 4), (3,), padding=2),
        layer.case((2, 2, 5), (2, 3, 3), (3,), stride=3, output_padding=2),
        layer.case((1, 2, 6), (2, 3, 3), (3,), dilation=3),
        layer.case((1, 2, 5), (2, 2, 3), (2,), dilation=3, output_padding=1),
        layer.case((2, 4, 5), (4, 3, 3), (6,), groups=2),
        layer.case((2, 3, 5), (3, 2, 3), (6,), groups=3),
        layer.case((2, 4, 7), (4, 2, 3), (4,), stride=3, padding=2, output_padding=1, groups=2, dilation=2),
        layer.case((3, 6), (3, 4, 3), (4,), stride=2, padding=1),
        layer.case((2, 2, 5), (2, 3, 3), (3,), stride=[2], padding=[1], output_padding=[1], dilation=[2]),
        layer.case((2, 3, 5), (3, 4, 1), (4,), stride=2),
        layer.case((2, 1, 1), (1, 3, 1), (3,)),
        layer.case((2, 2, 1), (2, 3, 4), (3,), stride=2, padding=1),
        layer.case((2, 2, 6), (2, 3, 3), (3,), stride=2, padding=2),
        layer.case((0, 3, 6), (3, 4, 3), (4,), EMPTY),
        inserted((2, 3, 6), (4, 3, 3), 2),
        inserted((1, 2, 5), (3, 2, 4), 3),
        inserted((2, 2, 7), (3, 2, 2), 1),
        layer.spoilt((2, 2, 6), (2, 3, 3), (3,), stride=2),
        layer.twice((2, 3, 5), (3, 3, 3), (3,), stride=2, padding=1),
        layer.refused((2, 3, 6), (4, 3, 3), (3,)),
        layer.refused((2, 3, 6), (3, 4, 3), (3,)),
        layer.refused((2, 3, 6), (3, 4, 3), (4,), groups=2),
        layer.refused((2, 3, 6), (3, 4, 3), (4,), stride=2, output_padding=2),
        layer.refused((2, 3, 6), (3, 4, 3), (4,), stride=0),
        layer.refused((2, 3, 6), (3, 4, 3), (4,), padding=-1),
        layer.refused((2, 3, 1), (3, 4, 3), (4,), padding=2),
        layer.refused((3,), (3, 4, 3), (4,)),
    ]


def conv_transpose2d():
    layer = Layer("conv_transpose2d", F.conv_transpose2d)

    def inserted(shape, weight, factor):
        return _zero_insertion(
            F.conv_transpose2d, "conv2d", "upsample2d", shape, weight, factor
        )

    return [
        layer.case((2, 3, 4, 5), (3, 4, 3, 3), (4,)),
        layer.case((2, 3, 4, 3), (3, 4, 2, 3)),
        layer.case((2, 2, 4, 3), (2, 3, 3, 3), (3,), stride=2),
        layer.case((1, 2, 4, 5), (2, 3, 2, 3), (3,), stride=[3, 1]),
        layer.case((2, 2, 5, 4), (2, 3, 4, 3), (3,), padding=1),
        layer.case((1, 2, 6, 5), (2, 2, 4, 2), (2,), padding=[2, 1]),
        layer.case((1, 2, 4, 3), (2, 3, 3, 3), (3,), stride=[3, 2], output_padding=[2, 1]),
        layer.case((1, 2, 4, 4), (2, 3, 3, 2), (3,), dilation=[2, 3]),
        layer.case((2, 4, 3, 4), (4, 3, 3, 3), (6,), groups=2),
        layer.case((2, 3, 3, 4), (3, 2, 3, 3), (6,), groups=3, stride=2),
        layer.case(
            (1, 4, 5, 4), (4, 2, 3, 3), (4,),
            stride=[2, 3], padding=[2, 1], output_padding=[1, 2], groups=2, dilation=[2, 1],
        ),
        layer.case((3, 4, 5), (3, 4, 3, 3), (4,), stride=2, padding=1),
        layer.case((2, 3, 4, 3), (3, 4, 1, 1), (4,), stride=2),
        layer.case((2, 1, 1, 1), (1, 3, 1, 1), (3,)),
        layer.case((2, 2, 1, 1), (2, 3, 4, 3), (3,), stride=2, padding=1),
        layer.case((1, 4, 5, 5), (4, 3, 5, 5), (3,), stride=3, padding=2),
        layer.case((0, 3, 4, 4), (3, 4, 3, 3), (4,), EMPTY),
        inserted((2, 3, 4, 5), (4, 3, 3, 3), 2),
        inserted((1, 2, 3, 4), (3, 2, 2, 4), 3),
        inserted((1, 2, 5, 4), (3, 2, 3, 2), 1),
        layer.spoilt((2, 2, 4, 3), (2, 2, 3, 2), (2,), stride=2),
        layer.twice((1, 2, 4, 3), (2, 2, 3, 3), (2,), stride=2, padding=1),
        layer.refused((2, 3, 4, 5), (4, 3, 3, 3), (3,)),
        layer.refused((2, 3, 4, 5), (3, 4, 3, 3), (3,)),
        layer.refused((2, 3, 4, 5), (3, 4, 3, 3), (4,), groups=2),
        layer.refused((2, 3, 4, 5), (3, 4, 3, 3), (4,), stride=2, output_padding=2),
        layer.refused((2, 3, 4, 5), (3, 4, 3, 3), (4,), stride=[2, 0]),
        layer.refused((2, 3, 4, 5), (3, 4, 3, 3), (4,), padding=-1),
        layer.refused((2, 3, 1, 5), (3, 4, 3, 3), (4,), padding=2),
        layer.refused((3, 4), (3, 4, 3, 3), (4,)),
    ]
