"""Rows of elementary tensor operations; their cases by topic are in functional_cases."""

from ..core.case import Row
from .functional_cases import arithmetic, elementwise, matmul, reductions, shapes

ROWS = [
    Row("functional/add", "Functional: Add Forward/Backward", arithmetic.ADD),
    Row("functional/neg", "Functional: Neg Forward/Backward", elementwise.NEG),
    Row("functional/sub", "Functional: Sub Forward/Backward", arithmetic.SUB),
    Row("functional/mul", "Functional: Mul Forward/Backward", arithmetic.MUL),
    Row("functional/div", "Functional: Div Forward/Backward", arithmetic.DIV),
    Row("functional/pow", "Functional: Pow Forward/Backward", arithmetic.POW),
    Row("functional/transpose", "Functional: Transpose Forward/Backward", shapes.TRANSPOSE),
    Row("functional/reshape", "Functional: Reshape Forward/Backward", shapes.RESHAPE),
    Row("functional/squeeze", "Functional: Squeeze Forward/Backward", shapes.SQUEEZE),
    Row("functional/unsqueeze", "Functional: Unsqueeze Forward/Backward", shapes.UNSQUEEZE),
    Row("functional/matmul", "Functional: Matmul Forward/Backward", matmul.MATMUL),
    Row("functional/slice", "Functional: Slice Forward/Backward", shapes.SLICE),
    Row("functional/log", "Functional: Log Forward/Backward", elementwise.LOG),
    Row("functional/exp", "Functional: Exp Forward/Backward", elementwise.EXP),
    Row("functional/sum", "Functional: Sum Forward/Backward", reductions.SUM),
    Row("functional/max", "Functional: Mac Forward/Backward", reductions.MAX),
    Row("functional/mean", "Functional: Mean Forward/Backward", reductions.MEAN),
    Row("functional/var", "Functional: Var Forward/Backward", reductions.VAR),
]
