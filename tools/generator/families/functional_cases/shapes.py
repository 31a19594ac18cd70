"""transpose, permute, reshape, squeeze, unsqueeze and slice."""

from ...core.cases import once, program, unary


def _square(name):
    return ("mul", {"input": name, "other": name}, "output")


TRANSPOSE = [
    unary("transpose", (3, 4)),
    unary("transpose", (4, 4)),
    unary("transpose", (2, 3, 4)),
    *once(
        unary("transpose", (2, 3, 4, 5)),
        unary("transpose", (5,), same_by_definition=True),
        unary("transpose", (), same_by_definition=True),
        unary("transpose", (), {"dim0": 0, "dim1": -1}, same_by_definition=True),
        unary("transpose", (1, 3)),
        unary("transpose", (2, 0, 3)),
        unary("transpose", (2, 3, 4), {"dim0": 0, "dim1": 1}),
        unary("transpose", (2, 3, 4), {"dim0": 0, "dim1": 2}),
        unary("transpose", (2, 3, 4), {"dim0": 1, "dim1": -1}),
        unary("transpose", (3, 3, 3), {"dim0": -3, "dim1": 1}),
        unary("transpose", (2, 3, 4), {"dim0": 1, "dim1": 1}, same_by_definition=True),
        unary("transpose", (0, 4), {"dim0": 0, "dim1": 1}),
        unary("permute", (2, 3, 4), {"dims": [2, 0, 1]}),
        unary("permute", (3, 3, 3), {"dims": [1, 2, 0]}),
        unary("permute", (2, 3, 4, 5), {"dims": [0, -1, 1, -2]}),
        unary("permute", (2, 3), {"dims": [0, 1]}, same_by_definition=True),
        unary("permute", (2, 1, 0), {"dims": [2, 0, 1]}),
        unary("permute", (), {"dims": []}, same_by_definition=True),
        unary("transpose", (2, 3), {"dim0": 0, "dim1": 2}, raises=True),
        unary("transpose", (2, 3), {"dim0": -3, "dim1": 0}, raises=True),
        unary("permute", (2, 3), {"dims": [0, 0]}, raises=True),
        unary("permute", (2, 3), {"dims": [0]}, raises=True),
        unary("permute", (2, 3), {"dims": [0, 2]}, raises=True),
    ),
    program({"x": (4, 4)},
            ("transpose", {"input": "x"}, "transposed"),
            ("mul", {"input": "transposed", "other": "x"}, "output")),
    program({"x": (2, 3, 4)},
            ("permute", {"input": "x"}, "turned", {"dims": [1, 2, 0]}),
            ("transpose", {"input": "turned"}, "swapped", {"dim0": 0, "dim1": 1}),
            ("sum", {"input": "swapped"}, "output", {"dim": 1})),
    unary("permute", (2, 3, 4), {"dims": [2, 0, 1]}),
]

RESHAPE = [
    unary("reshape", (2, 6), {"shape": [3, 4]}),
    unary("reshape", (2, 6), {"shape": [4, -1]}),
    unary("reshape", (2, 3, 4), {"shape": [-1]}),
    *once(
        unary("reshape", (2, 3, 4), {"shape": [2, -1]}),
        unary("reshape", (24,), {"shape": [2, 3, 4]}),
        unary("reshape", (2, 3), {"shape": [2, 3]}, same_by_definition=True),
        unary("reshape", (2, 3), {"shape": [1, 2, 1, 3]}),
        unary("reshape", (1,), {"shape": []}),
        unary("reshape", (), {"shape": [1, 1]}),
        unary("reshape", (), {"shape": [-1]}),
        unary("reshape", (0, 3), {"shape": [3, 0]}),
        unary("reshape", (0, 3), {"shape": [-1, 3]}),
        unary("reshape", (0, 3), {"shape": [-1]}),
        unary("reshape", (2, 3), {"shape": [4]}, raises=True),
        unary("reshape", (2, 3), {"shape": [4, -1]}, raises=True),
        unary("reshape", (2, 3), {"shape": [-1, -1]}, raises=True),
        unary("reshape", (0, 3), {"shape": [0, -1]}, raises=True),
        unary("reshape", (2, 3), {"shape": [-2, -3]}, raises=True),
    ),
    program({"x": (3, 4)},
            ("transpose", {"input": "x"}, "transposed"),
            ("reshape", {"input": "transposed"}, "output", {"shape": [2, 6]})),
    program({"x": (2, 3)},
            ("reshape", {"input": "x"}, "left", {"shape": [6]}),
            ("reshape", {"input": "x"}, "right", {"shape": [6, 1]}),
            ("mul", {"input": "left", "other": "right"}, "output")),
]

SQUEEZE = [
    unary("squeeze", (1, 3, 1, 4)),
    unary("squeeze", (1, 1)),
    unary("squeeze", (2, 3), same_by_definition=True),
    *once(
        unary("squeeze", (), same_by_definition=True),
        unary("squeeze", (), {"dim": 0}, same_by_definition=True),
        unary("squeeze", (1, 0, 1)),
        unary("squeeze", (1, 3, 1), {"dim": 0}),
        unary("squeeze", (1, 3, 1), {"dim": -1}),
        unary("squeeze", (1, 3, 1), {"dim": 1}, same_by_definition=True),
        unary("squeeze", (1, 3, 1, 1), {"dim": [0, 2]}),
        unary("squeeze", (1, 3, 1, 1), {"dim": [-1, 1, 0]}),
        unary("squeeze", (1, 3, 1), {"dim": []}, same_by_definition=True),
        unary("squeeze", (1, 0, 1), {"dim": 2}),
        unary("squeeze", (1, 3), {"dim": 2}, raises=True),
        unary("squeeze", (1, 3), {"dim": -3}, raises=True),
        unary("squeeze", (1, 3, 1), {"dim": [0, 0]}, raises=True),
        unary("squeeze", (1, 3, 1), {"dim": [0, 5]}, raises=True),
    ),
    program({"x": (1, 3, 1)}, ("squeeze", {"input": "x"}, "flat"), _square("flat")),
    program({"x": (3, 1, 4)},
            ("squeeze", {"input": "x"}, "flat", {"dim": 1}),
            ("mul", {"input": "flat", "other": "x"}, "output")),
]

UNSQUEEZE = [
    unary("unsqueeze", (3, 4), {"dim": 0}),
    unary("unsqueeze", (3, 4), {"dim": 1}),
    unary("unsqueeze", (3, 4), {"dim": 2}),
    *once(
        unary("unsqueeze", (3, 4), {"dim": -1}),
        unary("unsqueeze", (3, 4), {"dim": -3}),
        unary("unsqueeze", (2, 3, 4), {"dim": -2}),
        unary("unsqueeze", (), {"dim": 0}),
        unary("unsqueeze", (1,), {"dim": 1}),
        unary("unsqueeze", (0, 2), {"dim": 1}),
        unary("unsqueeze", (3, 4), {"dim": 3}, raises=True),
        unary("unsqueeze", (3, 4), {"dim": -4}, raises=True),
    ),
    program({"x": (3,)},
            ("unsqueeze", {"input": "x"}, "row", {"dim": 0}),
            ("unsqueeze", {"input": "x"}, "column", {"dim": 1}),
            ("mul", {"input": "row", "other": "column"}, "output")),
]


def _at(index):
    return {"at": index}


def _from(start=None, stop=None, step=1):
    return {"from": start, "to": stop, "step": step}


def _sliced(shape, *index, **options):
    return unary("slice", shape, {"index": list(index)}, **options)


SLICE = [
    _sliced((5, 4), _at(2)),
    _sliced((5, 4), _at(-1)),
    _sliced((5, 4), _at(1), _at(-2)),
    *once(
        _sliced((5,), _at(3)),
        _sliced((5, 4), _from(1, 3)),
        _sliced((5, 4), _from(1)),
        _sliced((5, 4), _from(None, -1)),
        _sliced((5, 4), _from(-3, -1)),
        _sliced((5, 4), _from(2, 100)),
        _sliced((5, 4), _from(-100, 2)),
        _sliced((7, 4), _from(None, None, 2)),
        _sliced((7, 4), _from(1, 6, 3)),
        _sliced((7, 4), _from(), _from(1, None, 2)),
        _sliced((5, 4), _from(3, 1), same_by_definition=("gradients/input",)),
        _sliced((5, 4), _from(9, 12), same_by_definition=("gradients/input",)),
        _sliced((5, 4), _from(2, 3)),
        _sliced((5, 4), _from(), same_by_definition=True),
        _sliced((5, 4), "ellipsis", same_by_definition=True),
        _sliced((2, 3, 4), "ellipsis", _at(1)),
        _sliced((2, 3, 4), _at(0), "ellipsis", _from(1, 3)),
        _sliced((2, 3, 4), _at(1), "ellipsis"),
        _sliced((3, 4), "newaxis"),
        _sliced((3, 4), _from(), "newaxis", _from(1, 3)),
        _sliced((3, 4), "ellipsis", "newaxis"),
        _sliced((3, 4), _at(1), "newaxis", "ellipsis", "newaxis"),
        _sliced((2, 3, 4, 5), _from(None, None, 2), _at(-1), "ellipsis", _from(1, 4, 2)),
        _sliced((0, 3), _from(0, 2)),
        _sliced((3, 1), _from(0, 1), _at(0)),
        _sliced((), "ellipsis", same_by_definition=True),
        _sliced((), "newaxis"),
        _sliced((3, 4), _at(3), raises=True),
        _sliced((3, 4), _at(-4), raises=True),
        _sliced((3, 4), _at(0), _at(0), _at(0), raises=True),
        _sliced((3, 4), _from(0, 3, 0), raises=True),
        _sliced((3, 4), _from(3, 0, -1), raises=True),
        _sliced((), _at(0), raises=True),
        _sliced((0,), _at(0), raises=True),
    ),
    program({"x": (5, 3)},
            ("slice", {"input": "x"}, "first", {"index": [_from(0, 4)]}),
            ("slice", {"input": "x"}, "second", {"index": [_from(1, 5)]}),
            ("mul", {"input": "first", "other": "second"}, "output")),
    program({"x": (5, 6)},
            ("transpose", {"input": "x"}, "transposed"),
            ("slice", {"input": "transposed"}, "rows", {"index": [_from(1, 6, 2)]}),
            ("slice", {"input": "rows"}, "output", {"index": ["ellipsis", _from(None, None, 3)]})),
]
