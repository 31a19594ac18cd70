"""Says how a row's new file differs from the one that is there, and what of it the verdict allows."""

import os
from dataclasses import dataclass

from . import content
from .verdict import distance, error, limit, passes, same_pattern

KINDS = ("identical", "same content", "changed", "new")
_COMPUTED = ("outputs", "gradients", "truth", "trace")


@dataclass
class Change:
    """One difference; `allowed` is false where the old reference would not pass the new value, and for all that isn't
    the value of something computed."""

    where: str
    what: str
    allowed: bool = False
    distance: float = 0.0

    def __str__(self):
        return f"{self.where}: {self.what}" + ("" if self.allowed else "  <- not allowed")


@dataclass
class Comparison:
    """A row's new file beside the old one; `kind` is one of KINDS, and only what changed has changes."""

    kind: str
    changes: list

    @property
    def refused(self):
        return any(not change.allowed for change in self.changes)


def compare(old, new):
    """Compares the file at `old`, which need not exist, with the one at `new`."""
    if not os.path.exists(old):
        return Comparison("new", [])
    if _read(old) == _read(new):
        return Comparison("identical", [])
    made = content.items(new)
    try:
        found = content.items(old)
    except (OSError, ValueError) as problem:
        return Comparison("changed", [Change("the file that is there", f"can't be compared: {problem}")])
    changes = list(_changes({item.path: item for item in found}, {item.path: item for item in made}))
    return Comparison("changed" if changes else "same content", changes)


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _changes(old, new):
    for path in sorted(old.keys() | new.keys()):
        if path in old and path in new:
            yield from _item_changes(path, old[path], new[path], old)
        elif path.rpartition("/")[0] in old.keys() & new.keys():  # else the group around it has been told
            yield Change(_where(path), "added" if path in new else "removed")


def _where(path):
    """An object as the report calls it: "0003 outputs/output", "0003" for a sample."""
    return " ".join(path.removeprefix("samples/").split("/", 1)) or "the file"


def _item_changes(path, before, after, old):
    where = _where(path)
    for name in sorted(before.attributes.keys() | after.attributes.keys()):
        values = [_text(item.attributes.get(name)) for item in (before, after)]
        if values[0] != values[1]:
            yield Change(where, f"{name} was {values[0]}, is {values[1]}")
    if (before.dtype, before.shape) != (after.dtype, after.shape):
        yield Change(where, f"was {_form(before)}, is {_form(after)}")
    elif before.dtype is not None and not _same_elements(before, after):
        yield _value_change(where, path, before, after, old)


def _same_elements(before, after):
    if before.dtype == "string":
        return before.elements == after.elements
    return before.elements.tobytes() == after.elements.tobytes()


def _value_change(where, path, before, after, old):
    """How far a value moved; only what was computed, and is a floating number, may move at all."""
    sample, _, quantity = path.removeprefix("samples/").partition("/")
    sample = f"samples/{sample}"
    if quantity.split("/")[0] not in _COMPUTED or before.dtype not in ("float32", "float64"):
        return Change(where, "other values")
    truth, marked = before, before
    if quantity.startswith("truth/"):
        marked = old.get(f"{sample}/{quantity.removeprefix('truth/')}", before)
    elif before.dtype == "float32":
        truth = old.get(f"{sample}/truth/{quantity}")
        if truth is None or truth.shape != before.shape:
            return Change(where, "other values, and no truth to measure them by")
    was, now, exact = before.elements, after.elements, truth.elements
    allowed = passes(now, was, exact, before.dtype, "cancels" in marked.attributes)
    if "cancels" in marked.attributes:
        return Change(where, f"residue, was up to {_largest(was)}, is up to {_largest(now)}", allowed)
    if not same_pattern(now, was):
        return Change(where, "NaN or infinities in other places")
    moved = distance(now, was, exact, before.dtype)
    here, most = error(now, exact, before.dtype), limit(was, exact, before.dtype)
    return Change(where, f"moved by E = {moved:.3g}, now at E = {here:.3g} of {most:.3g}", allowed, moved)


def _largest(values):
    return f"{abs(values).max(initial=0.0):.3g}"


def _text(value):
    return "absent" if value is None else value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _form(item):
    return "a group" if item.dtype is None else f"{item.dtype} {list(item.shape)}"
