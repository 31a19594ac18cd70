"""What a family writes down: rows, their cases and the cases' operands."""

from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np


@dataclass
class Operand:
    """An input value: float64 data is cast to the sample's dtype, int64 and bool stay what they are."""

    data: np.ndarray
    requires_grad: bool = False
    role: str = "input"


def operand(data, requires_grad=False, role="input"):
    """An Operand from anything that NumPy takes."""
    array = np.asarray(data)
    if array.dtype.kind not in "fib":
        raise TypeError(f"an operand of dtype {array.dtype}")
    if array.dtype.kind == "i":
        array = array.astype(np.int64)
    if requires_grad and array.dtype.kind != "f":
        raise TypeError("only floating operands have gradients")
    if role not in ("input", "parameter", "buffer"):
        raise ValueError(f"role {role}")
    return Operand(array, requires_grad, role)


@dataclass
class Case:
    """One computation, written once a dtype.

    `compute(inputs, arguments)` gets tensors and gives the output or a dictionary of outputs; without it the
    operation's entry in `operations.OPERATIONS` computes. A family without torch gives
    `evaluate(inputs, arguments, dtype)` instead, from arrays to a dictionary of arrays and strings.

    `trace(inputs, arguments)` computes a model once more and gives the values between its layers by name, in forward
    order, and `output`. They say where a wrong implementation departs, and are no part of the score.

    `same_by_definition`: True, or names such as "gradients/input", where zeros, an input unchanged or the parameter
    before the step is the right answer; another case of the row must then tell that answer apart.
    """

    operation: str
    inputs: Callable[[Any], dict[str, Operand]]
    arguments: dict = field(default_factory=dict)
    compute: Callable | None = None
    evaluate: Callable | None = None
    trace: Callable | None = None
    dtypes: tuple[str, ...] = ("float32", "float64")
    no_cotangent: tuple[str, ...] = ()
    retain: tuple[str, ...] = ()
    same_by_definition: bool | tuple[str, ...] = False
    raises: bool = False


@dataclass
class Row:
    """One row of the score table: a file."""

    id: str
    title: str
    cases: list[Case]
