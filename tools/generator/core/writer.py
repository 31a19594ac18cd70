"""Writes a row's HDF5 file: the same bytes for the same samples, with HDF5 1.10 and with later versions."""

import json
import os

import h5py
import numpy as np
from h5py import h5f, h5g, h5p

from .. import FORMAT, FORMAT_VERSION

_STRING = h5py.string_dtype()


def write_row(path, row, samples, provenance):
    """Writes to a temporary name beside `path`, then renames."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f"{path}.partial"
    try:
        with _create(temporary) as file:
            file.attrs["format"] = FORMAT
            file.attrs["format_version"] = np.int64(FORMAT_VERSION)
            file.attrs["id"] = row.id
            file.attrs["title"] = row.title
            file.attrs["provenance"] = to_json(provenance)
            group = _group(file, "samples")
            for sample in samples:
                _write_sample(_group(group, sample.name), sample)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def to_json(value):
    """JSON with sorted keys, one line."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _write_sample(group, sample):
    group.attrs["operation"] = sample.case.operation
    group.attrs["arguments"] = to_json(sample.case.arguments)
    group.attrs["dtype"] = sample.dtype
    if sample.raises is not None:
        group.attrs["raises"] = sample.raises
    for name, item in sample.inputs.items():
        data = item.data.astype(sample.dtype) if item.data.dtype.kind == "f" else item.data
        dataset = _dataset(group, f"inputs/{name}", data)
        dataset.attrs["requires_grad"] = np.int64(item.requires_grad)
        dataset.attrs["role"] = item.role
    for quantity, value in sample.quantities.items():
        dataset = _dataset(group, quantity, value)
        if quantity in sample.cancels:
            dataset.attrs["cancels"] = np.int64(1)
    if sample.order:
        group["trace"].attrs["order"] = to_json(list(sample.order))
    for name, value in sample.cotangents.items():
        _dataset(group, f"cotangents/{name}", value.astype(sample.dtype))
    if sample.dtype == "float32":
        for quantity, value in sample.truth.items():
            _dataset(group, f"truth/{quantity}", value)


def _dataset(group, path, value):
    *parents, name = path.split("/")
    for parent in parents:
        group = group[parent] if parent in group else _group(group, parent)
    if isinstance(value, (str, list)):
        return group.create_dataset(name, data=value, dtype=_STRING, track_times=False)
    value = np.asarray(value)
    stored = np.uint8 if value.dtype.kind == "b" else value.dtype.newbyteorder("<")
    return group.create_dataset(name, data=value.astype(stored), track_times=False)


def _create(path):
    """A file without time stamps in the format of HDF5 1.8 to 1.10 (h5py's own call leaves times on in the root)."""
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_libver_bounds(h5f.LIBVER_V18, h5f.LIBVER_V110)
    access.set_fclose_degree(h5f.CLOSE_STRONG)
    creation = h5p.create(h5p.FILE_CREATE)
    creation.set_obj_track_times(False)
    return h5py.File(h5f.create(os.fsencode(path), h5f.ACC_TRUNC, fcpl=creation, fapl=access))


def _group(parent, name):
    creation = h5p.create(h5p.GROUP_CREATE)
    creation.set_obj_track_times(False)
    return h5py.Group(h5g.create(parent.id, name.encode("utf-8"), gcpl=creation))
