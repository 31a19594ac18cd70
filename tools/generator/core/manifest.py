"""The table's rows in order, and manifest.json, which lists their files and digests."""

import fnmatch
import hashlib
import json
import os

from .. import FORMAT, FORMAT_VERSION
from . import content

FAMILIES = (
    ("functional", "add neg sub mul div pow transpose reshape squeeze unsqueeze matmul slice log exp sum max mean var"),
    ("activation", "identity sigmoid relu tanh softmax"),
    ("loss", "mse_loss cross_entropy_loss ctc_loss"),
    ("regularization", "batch_norm1d batch_norm2d dropout dropout1d dropout2d"),
    ("resampling", "upsample1d downsample1d upsample2d downsample2d"),
    ("pooling", "max_pool1d mean_pool1d max_pool2d mean_pool2d"),
    ("layer", "linear conv1d conv2d conv_transpose1d conv_transpose2d rnn_cell gru_cell"),
    ("optim", "sgd adam adamw"),
    ("model", "mlp cnn res_block rnn_classifier gru_classifier"),
    ("decoding", "greedy_search beam_search"),
    ("attention", "attention"),
)
WITHOUT_TORCH = ("decoding",)
IDS = tuple(f"{family}/{case}" for family, cases in FAMILIES for case in cases.split())
FILE = "manifest.json"


def chosen(name):
    """The ids that a family's name, an id or a glob of ids stands for, in table order."""
    return [row_id for row_id in IDS if fnmatch.fnmatchcase(row_id, name) or row_id.startswith(f"{name}/")]


def needs_torch(row_id):
    """Whether PyTorch has a part in the row."""
    return row_id.split("/")[0] not in WITHOUT_TORCH


def unknown(directory):
    """The ids that the directory's manifest lists and the table doesn't."""
    return [entry["id"] for entry in _load(directory)["rows"] if entry["id"] not in IDS]


def provenance_changes(directory, provenance):
    """What the manifest says of its making that isn't so any more, as "torch 2.12.0 -> 2.13.0"; nothing without a
    manifest, or for the provenance None."""
    before, after = _load(directory).get("provenance", {}), provenance or {}
    return [f"{name} {before[name]} -> {after[name]}" for name in after if before.get(name, after[name]) != after[name]]


def update(directory, rows, provenance=None):
    """Writes the manifest: the given rows as their files are now, the others as the manifest had them. `provenance`:
    what made the rows that PyTorch computed, None when it computed none of the given ones."""
    path = os.path.join(directory, FILE)
    before = _load(directory)
    entries = {entry["id"]: entry for entry in before["rows"]}
    provenance = provenance or before.get("provenance", {})
    for row in rows:
        entries[row.id] = _entry(directory, row)
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "provenance": provenance,
        "rows": [entries[row_id] for row_id in IDS if row_id in entries],
    }
    if manifest == before:
        return
    temporary = f"{path}.partial"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    os.replace(temporary, path)


def _load(directory):
    path = os.path.join(directory, FILE)
    if not os.path.exists(path):
        return {"rows": []}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _entry(directory, row):
    """A row's member of the manifest, from its file."""
    name = f"{row.id}.h5"
    path = os.path.join(directory, name)
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return {"id": row.id, "title": row.title, "file": name, "sha256": digest, "content_sha256": content.digest(path)}
