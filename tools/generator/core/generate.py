"""Rows in, files and manifest out."""

import importlib
import os

from . import environment, manifest
from .admission import admit
from .sample import Refused, samples
from .writer import write_row


def generate(chosen, directory):
    """Writes the chosen ids' files, then the manifest. Raises Refused at the first row that may not be written."""
    environment.pin()
    written = []
    for row in _rows(chosen):
        _write(row, directory)
        written.append(row)
    torch_was_used = any(manifest.needs_torch(row.id) for row in written)
    manifest.update(directory, written, environment.provenance(True) if torch_was_used else None)


def _rows(chosen):
    """The chosen rows in table order, of the families that they need."""
    for family in dict.fromkeys(row_id.split("/")[0] for row_id in chosen):
        module = importlib.import_module(f"...families.{family}", __name__)
        rows = {row.id: row for row in module.ROWS}
        for row_id in (row_id for row_id in chosen if row_id.startswith(f"{family}/")):
            if row_id not in rows:
                raise Refused(f"{row_id}: its family doesn't define it")
            yield rows[row_id]


def _write(row, directory):
    made = samples(row)
    admit(made)
    path = os.path.join(directory, f"{row.id}.h5")
    write_row(path, row, made, environment.provenance(manifest.needs_torch(row.id)))
    cancelling = sorted({f"{sample.name} {quantity}" for sample in made for quantity in sample.cancels})
    print(f"{row.id}: {len(made)} samples, {os.path.getsize(path)} bytes", *cancelling, sep="\n  cancels: ")
