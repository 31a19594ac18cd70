"""What a fixture says, apart from the bytes that it is stored in: its objects in order, and the digest of them."""

import hashlib
from dataclasses import dataclass

import h5py
import numpy as np

NOT_CONTENT = ("provenance",)  # root attributes: what made the content
_DTYPES = {"f4": "float32", "f8": "float64", "i8": "int64", "u1": "uint8"}


@dataclass
class Item:
    """A group or a dataset: its path without a leading slash, its attributes as bytes or integers, and of a dataset
    dtype, shape and elements (an array, or a list of bytes in row-major order for strings)."""

    path: str
    attributes: dict
    dtype: str | None = None
    shape: tuple = ()
    elements: object = None


def digest(path):
    """The content digest of the file at `path`, as reference/README.md defines it. Raises ValueError for a file that
    holds what the format doesn't know."""
    total = hashlib.sha256()
    for item in items(path):
        for part in _stream(item):
            total.update(part)
    return total.hexdigest()


def items(path):
    """All objects of the file, the root first, in ascending order of their paths' bytes."""
    with h5py.File(path, "r") as file:
        found = [_item("", file)]
        _collect(file, found)
    return sorted(found, key=lambda item: _bytes(item.path))


def _collect(group, found):
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ValueError(f"{group.name}: {name} is a link to somewhere else")
        value = group[name]
        found.append(_item(value.name.lstrip("/"), value))
        if isinstance(value, h5py.Group):
            _collect(value, found)


def _item(path, value):
    attributes = {name: _attribute(path, name, value) for name in value.attrs}
    if isinstance(value, h5py.Group):
        if path == "":
            attributes = {name: text for name, text in attributes.items() if name not in NOT_CONTENT}
        return Item(path, attributes)
    if not isinstance(value, h5py.Dataset):
        raise ValueError(f"{path} is neither a group nor a dataset")
    if h5py.check_string_dtype(value.dtype) is not None:
        texts = [bytes(text) for text in np.asarray(value[()], dtype=object).ravel()]
        return Item(path, attributes, "string", value.shape, texts)
    dtype = _DTYPES.get(value.dtype.str[1:]) if h5py.check_enum_dtype(value.dtype) is None else None
    if dtype is None or value.shape is None:
        raise ValueError(f"{path} has elements of type {value.dtype}")
    return Item(path, attributes, dtype, value.shape, np.asarray(value[()], dtype=value.dtype.newbyteorder("<")))


def _attribute(path, name, value):
    found = value.attrs[name]
    if isinstance(found, str):
        return _bytes(found)
    if isinstance(found, np.bytes_):
        return bytes(found)
    if isinstance(found, np.integer):
        return int(found)
    raise ValueError(f"{path}: the attribute {name} is neither a string nor an integer")


def _stream(item):
    """The bytes of one object that the digest is taken of."""
    if item.dtype is None:
        yield b"group " + _bytes(item.path) + b"\n"
    else:
        sizes = ",".join(map(str, item.shape))
        yield b"dataset " + _bytes(item.path) + f" {item.dtype} {sizes}\n".encode()
    for name, value in sorted((_bytes(name), value) for name, value in item.attributes.items()):
        text = str(value).encode() if isinstance(value, int) else b"%d " % len(value) + value
        yield b"attribute " + name + b" " + text + b"\n"
    if item.dtype == "string":
        for text in item.elements:
            yield len(text).to_bytes(8, "little") + text
    elif item.dtype is not None:
        yield item.elements.tobytes()


def _bytes(text):
    return text.encode("utf-8", "surrogateescape")
