"""Cases of convolutions over one and two dimensions."""

import warnings

import torch.nn.functional as F

from .affine import EMPTY, Layer

# PyTorch warns of a copy that padding "same" makes with even kernels.
warnings.filterwarnings("ignore", message="Using padding='same'")


def conv1d():
    layer = Layer("conv1d", F.conv1d)
    return [
        layer.case((2, 3, 12), (4, 3, 3), (4,)),
        layer.case((2, 3, 12), (4, 3, 3)),
        layer.case((2, 2, 13), (3, 2, 4), (3,), stride=2),
        layer.case((1, 3, 15), (2, 3, 3), (2,), stride=4),
        layer.case((2, 2, 9), (3, 2, 3), (3,), padding=2),
        layer.case((2, 2, 12), (3, 2, 3), (3,), dilation=3),
        layer.case((2, 4, 10), (6, 2, 3), (6,), groups=2),
        layer.case((2, 3, 9), (6, 1, 3), (6,), groups=3),
        layer.case((2, 4, 17), (4, 2, 3), (4,), stride=2, padding=3, dilation=2, groups=2),
        layer.case((2, 2, 9), (3, 2, 5), (3,), padding="same"),
        layer.case((2, 2, 9), (3, 2, 4), (3,), padding="same"),
        layer.case((1, 2, 10), (2, 2, 4), (2,), padding="same", dilation=3),
        layer.case((2, 2, 9), (3, 2, 4), (3,), padding="valid", stride=2),
        layer.case((3, 11), (4, 3, 3), (4,), stride=2, padding=1),
        layer.case((2, 2, 10), (3, 2, 3), (3,), stride=[2], padding=[1], dilation=[2]),
        layer.case((2, 3, 8), (5, 3, 1), (5,)),
        layer.case((2, 3, 9), (5, 3, 1), (5,), stride=3),
        layer.case((3, 2, 5), (4, 2, 5), (4,)),
        layer.case((2, 1, 1), (3, 1, 1), (3,)),
        layer.case((2, 2, 2), (3, 2, 3), (3,), padding=1),
        layer.case((2, 4, 35), (5, 4, 6), (5,), stride=2, padding=3),
        layer.case((0, 3, 8), (4, 3, 3), (4,), EMPTY),
        layer.spoilt((2, 2, 9), (3, 2, 3), (3,), padding=1),
        layer.twice((2, 3, 11), (3, 3, 3), (3,), padding=1),
        layer.refused((2, 3, 12), (4, 2, 3), (4,)),
        layer.refused((2, 3, 2), (4, 3, 3), (4,)),
        layer.refused((2, 3, 12), (4, 3, 3), (3,)),
        layer.refused((2, 4, 12), (3, 2, 3), (3,), groups=2),
        layer.refused((2, 3, 12), (4, 3, 3), (4,), stride=0),
        layer.refused((2, 3, 12), (4, 3, 3), (4,), padding=-1),
        layer.refused((2, 3, 12), (4, 3, 3), (4,), dilation=0),
        layer.refused((2, 3, 12), (4, 3, 3), (4,), padding="same", stride=2),
        layer.refused((2, 3, 12), (4, 3, 3), (4,), padding="full"),
        layer.refused((2, 2, 3, 12), (4, 3, 3), (4,)),
    ]


def conv2d():
    layer = Layer("conv2d", F.conv2d)
    return [
        layer.case((2, 3, 7, 6), (4, 3, 3, 3), (4,)),
        layer.case((2, 3, 6, 7), (4, 3, 2, 3)),
        layer.case((2, 2, 8, 9), (3, 2, 3, 3), (3,), stride=2),
        layer.case((1, 2, 10, 8), (3, 2, 3, 2), (3,), stride=[3, 1]),
        layer.case((2, 2, 5, 6), (3, 2, 3, 3), (3,), padding=1),
        layer.case((1, 2, 5, 4), (2, 2, 3, 2), (2,), padding=[2, 1]),
        layer.case((1, 2, 9, 8), (3, 2, 3, 3), (3,), dilation=2),
        layer.case((1, 2, 9, 8), (3, 2, 2, 3), (3,), dilation=[3, 1]),
        layer.case((2, 4, 6, 5), (6, 2, 3, 3), (6,), groups=2),
        layer.case((2, 3, 6, 6), (6, 1, 3, 3), (6,), groups=3, padding=1),
        layer.case((1, 4, 11, 10), (4, 2, 3, 3), (4,), stride=[2, 3], padding=[2, 1], dilation=[2, 1], groups=2),
        layer.case((1, 2, 6, 7), (3, 2, 3, 5), (3,), padding="same"),
        layer.case((1, 2, 6, 7), (3, 2, 2, 4), (3,), padding="same"),
        layer.case((1, 2, 7, 8), (2, 2, 4, 3), (2,), padding="same", dilation=[1, 2]),
        layer.case((1, 2, 6, 7), (3, 2, 2, 4), (3,), padding="valid", stride=2),
        layer.case((3, 7, 8), (4, 3, 3, 3), (4,), stride=2, padding=1),
        layer.case((2, 3, 5, 4), (5, 3, 1, 1), (5,)),
        layer.case((2, 3, 7, 5), (4, 3, 1, 1), (4,), stride=2),
        layer.case((2, 3, 7, 6), (4, 3, 1, 1), (4,), stride=5, padding=1),
        layer.case((3, 2, 4, 5), (4, 2, 4, 5), (4,)),
        layer.case((2, 1, 1, 1), (3, 1, 1, 1), (3,)),
        layer.case((1, 2, 1, 9), (2, 2, 1, 3), (2,), stride=[1, 2]),
        layer.case((1, 3, 13, 12), (4, 3, 5, 5), (4,), stride=5, padding=2),
        layer.case((1, 4, 7, 8), (5, 4, 3, 3), (5,), padding=1),
        layer.case((0, 3, 5, 5), (4, 3, 3, 3), (4,), EMPTY),
        layer.spoilt((2, 2, 6, 5), (3, 2, 3, 2), (3,), stride=2, padding=1),
        layer.twice((1, 2, 6, 7), (2, 2, 3, 3), (2,), padding=1),
        layer.refused((2, 3, 7, 6), (4, 2, 3, 3), (4,)),
        layer.refused((2, 3, 2, 6), (4, 3, 3, 3), (4,)),
        layer.refused((2, 3, 7, 6), (4, 3, 3, 3), (5,)),
        layer.refused((2, 4, 7, 6), (3, 2, 3, 3), (3,), groups=2),
        layer.refused((2, 3, 7, 6), (4, 3, 3, 3), (4,), stride=0),
        layer.refused((2, 3, 7, 6), (4, 3, 3, 3), (4,), padding=-1),
        layer.refused((2, 3, 7, 6), (4, 3, 3, 3), (4,), dilation=[1, 0]),
        layer.refused((2, 3, 7, 6), (4, 3, 3, 3), (4,), padding="same", stride=2),
        layer.refused((2, 3, 7, 6), (4, 3, 3, 3), (4,), stride=[1, 1, 1]),
        layer.refused((3, 7), (4, 3, 3, 3), (4,)),
    ]
