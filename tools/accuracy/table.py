"""reference/ACCURACY.md: written from the rows that ran in full, read to hold later runs against it."""

import collections
import os

from .rows import ROWS, worst

Committed = collections.namedtuple("Committed", "inputs wrong worst text")

_NAMES = {"weight": "exp (softmax)"}
_TEXT = """# The accuracy of the transcendental functions

How far the results are from the exact values, ours and PyTorch's on the same inputs. `make accuracy` makes this file;
nothing in it is written by hand.

Float32 functions of one operand were given all 2^32 numbers, softmax's exp (for weights, whose arguments are not
positive) the 2^31 that have the sign. Float64 and pow were given seeded samples: equal shares of any bits, of numbers
of any size, of the range in which results differ, and of places next to where reductions and ranges end; beside them
zeros, infinities, NaN, subnormal numbers, powers that are exact or ties, and published hard cases. NaN, infinities
and signs, those of zeros too, must be where they belong, and are: otherwise a cell would say so. The kernels'
variants gave the same bits: v3 and v4 for every input, baseline for every input of rows of up to 2^24 and one in 32,
evenly spread, of longer ones.

An error is the distance from the exact value in units in the last place (ULP) of that value; overflow counts as the
power of two that is too large. Correctly rounded results are within 0.5. [tools/accuracy](../tools/accuracy/README.md)
says how the exact values are known.

"""
_HEAD = (
    "| function | type | inputs | not correctly rounded | worst error, ULP | where "
    "| PyTorch: not correctly rounded | PyTorch: worst error, ULP | where | MPFR decided |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
)


def line(row):
    cells = [_NAMES.get(row.function, row.function), row.dtype, f"{row.inputs:,}"]
    for column, verdict in enumerate(row.verdicts):
        cells += [f"{verdict.wrong:,}", f"{worst(verdict):.7f}", row.where(column) if verdict.worst else "-"]
        if verdict.misplaced:
            cells[-1] += f"; {verdict.misplaced:,} misplaced, as at {row.where(column, odd=True)}"
    cells += ["-"] * (9 - len(cells))
    return f"| {' | '.join(cells)} | {row.decided:,} |"


def read(path):
    """The committed rows by function and type, and the line about versions."""
    committed, versions = {}, None
    if not os.path.exists(path):
        return committed, versions
    names = {_NAMES.get(function, function): function for function, _ in ROWS}
    with open(path) as file:
        for text in file.read().splitlines():
            cells = [cell.strip() for cell in text.strip("|").split("|")]
            if text.startswith("| ") and cells[0] in names:
                inputs, wrong = (int(cell.replace(",", "")) for cell in cells[2:4])
                committed[names[cells[0]], cells[1]] = Committed(inputs, wrong, float(cells[4]), text)
            elif text.startswith("Made with "):
                versions = text
    return committed, versions


def write(path, rows, versions):
    """Replaces the rows that ran in full; others stay if they were made with the same versions."""
    committed, before = read(path)
    lines = {key: row.text for key, row in committed.items() if before == versions}
    lines.update({(row.function, row.dtype): line(row) for row in rows})
    order = sorted(lines, key=lambda key: (key[0] == "pow", key[1], list(ROWS).index(key)))
    with open(path + ".new", "w") as file:
        file.write(_TEXT + versions + "\n\n" + _HEAD + "".join(lines[key] + "\n" for key in order))
    os.replace(path + ".new", path)
