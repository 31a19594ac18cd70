"""Rows in, files and manifest out: computed aside first, compared with what is there, then put in its place."""

import importlib
import os
import shutil
import tempfile

from . import environment, manifest
from .admission import admit
from .compare import KINDS, Change, Comparison, compare
from .sample import Refused, samples
from .writer import write_row


def generate(chosen, directory, force=False):
    """Computes the chosen ids' rows, says how they differ from the files in `directory`, and replaces those.

    Raises Refused, and leaves the directory as it is, at the first row that may not be written, and where a file there
    would change by more than the verdict allows or in anything but values; `force` overwrites the latter.
    """
    environment.pin()
    with tempfile.TemporaryDirectory(prefix="fixtures-") as staging:
        rows, compared = [], {}
        for row in _rows(chosen):
            made = _write(row, staging)
            compared[row.id] = compare(os.path.join(directory, _file(row)), os.path.join(staging, _file(row)))
            _report(row, made, os.path.join(staging, _file(row)), compared[row.id])
            rows.append(row)
        for row_id in manifest.unknown(directory):
            compared[row_id] = Comparison("changed", [Change("the row", "in the manifest, but not made any more")])
            print(row_id, *compared[row_id].changes, sep="\n  ")
        torch_was_used = any(manifest.needs_torch(row.id) for row in rows)
        provenance = environment.provenance(True) if torch_was_used else None
        _conclude(compared, directory, manifest.provenance_changes(directory, provenance), force)
        for row in rows:
            if compared[row.id].kind != "identical":
                _install(os.path.join(staging, _file(row)), os.path.join(directory, _file(row)))
        manifest.update(directory, rows, provenance)


def _rows(chosen):
    """The chosen rows in table order, of the families that they need."""
    for family in dict.fromkeys(row_id.split("/")[0] for row_id in chosen):
        module = importlib.import_module(f"...families.{family}", __name__)
        rows = {row.id: row for row in module.ROWS}
        for row_id in (row_id for row_id in chosen if row_id.startswith(f"{family}/")):
            if row_id not in rows:
                raise Refused(f"{row_id}: its family doesn't define it")
            yield rows[row_id]


def _file(row):
    return f"{row.id}.h5"


def _write(row, staging):
    made = samples(row)
    admit(made)
    write_row(os.path.join(staging, _file(row)), row, made, environment.provenance(manifest.needs_torch(row.id)))
    return made


def _report(row, made, path, comparison):
    cancelling = sorted({f"{sample.name} {quantity}" for sample in made for quantity in sample.cancels})
    print(f"{row.id}: {len(made)} samples, {os.path.getsize(path)} bytes, {comparison.kind}")
    for line in [f"cancels: {name}" for name in cancelling] + comparison.changes:
        print(f"  {line}")


def _conclude(compared, directory, provenance_changes, force):
    """The last lines: how many rows are what, the farthest move, and whether all this may be written."""
    kinds = [comparison.kind for comparison in compared.values()]
    counts = [f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds]
    print(f"{len(kinds)} rows in {directory}: {', '.join(counts)}")
    if "same content" in kinds:
        print("  Same content: every name and value is the same, the bytes of the file aren't.")
    if provenance_changes:
        print(f"  Provenance: {', '.join(provenance_changes)}")
    moves = [(c.distance, f"{row}, {c.where}") for row, comparison in compared.items() for c in comparison.changes]
    if moves and max(moves)[0] > 0:
        print(f"  The farthest move is E = {max(moves)[0]:.3g}: {max(moves)[1]}")
    refused = [row_id for row_id, comparison in compared.items() if comparison.refused]
    if not refused:
        return
    reason = f"more changes than the verdict allows in {', '.join(refused)}"
    if not force:
        raise Refused(f"{reason}. Nothing was written; FORCE=1 (--force) overwrites.")
    print(f"  Overwritten as told, with {reason}.")


def _install(source, target):
    """Copies under a temporary name beside `target`, then renames."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    temporary = f"{target}.partial"
    try:
        shutil.copyfile(source, temporary)
        os.replace(temporary, target)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
