"""Family `layer`: linear maps, convolutions and their transposes, recurrent cells; its cases are in layer_cases."""

from ..core.case import Row
from .layer_cases import affine, cells, convolution, transposed

ROWS = [
    Row(id="layer/linear", title="Layer: Linear Forward/Backward", cases=affine.linear()),
    Row(id="layer/conv1d", title="Layer: Conv1D Forward/Backward", cases=convolution.conv1d()),
    Row(id="layer/conv2d", title="Layer: Conv2D Forward/Backward", cases=convolution.conv2d()),
    Row(
        id="layer/conv_transpose1d",
        title="Layer: ConvTranspose1D Forward/Backward",
        cases=transposed.conv_transpose1d(),
    ),
    Row(
        id="layer/conv_transpose2d",
        title="Layer: ConvTranspose2D Forward/Backward",
        cases=transposed.conv_transpose2d(),
    ),
    Row(id="layer/rnn_cell", title="Layer: RNNCell Forward/Backward", cases=cells.rnn_cell()),
    Row(id="layer/gru_cell", title="Layer: GRUCell Forward/Backward", cases=cells.gru_cell()),
]
