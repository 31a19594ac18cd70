"""Directories with hostile entries and manifests."""

import json
import os
import shutil

_ROW = {"id": "a/b", "title": "T", "file": "sound.h5", "sha256": "0" * 64}


def _manifest(rows, **members):
    return json.dumps({"format": "autograd-conformance", "format_version": 1, "rows": rows, **members})


MANIFESTS = {
    "path to the parent": _manifest([{**_ROW, "file": "../canary.h5"}]),
    "absolute path": _manifest([{**_ROW, "file": "/etc/passwd"}]),
    "device": _manifest([{**_ROW, "file": "zero.h5"}]),
    "pipe": _manifest([{**_ROW, "file": "pipe.h5"}]),
    "link to the parent": _manifest([{**_ROW, "file": "link.h5"}]),
    "link to itself": _manifest([{**_ROW, "file": "loop.h5"}]),
    "directory": _manifest([{**_ROW, "file": "folder.h5"}]),
    "sparse file": _manifest([{**_ROW, "file": "sparse.h5"}]),
    "empty path": _manifest([{**_ROW, "file": ""}]),
    "zero in the path": _manifest([{**_ROW, "file": "a\0b"}]),
    "wrong digest": _manifest([_ROW]),
    "odd digest": _manifest([{**_ROW, "sha256": "é" * 64}]),
    "same row twice": _manifest([_ROW, _ROW]),
    "many rows": _manifest([{**_ROW, "id": f"a/{number}"} for number in range(300)]),
    "rows of another type": _manifest([1, None, []]),
    "no rows": _manifest([]),
    "other version": _manifest([_ROW], format_version=1e308),
    "deep": '{"rows": ' + "[" * 100000 + "]" * 100000 + "}",
    "not JSON": "{",
    "no text": b"\xff\xfe\x00\x01",
    "empty": "",
    "terminal escapes": _manifest([{**_ROW, "id": "\x1b[2J", "title": "\x1b]0;\x9b1mowned\x07" + "x" * 100000}]),
    "options for names": _manifest([{**_ROW, "id": "--help", "title": "-h", "file": "--version.h5"}]),
    "bomb": '{"rows": [' + '{"a": 1},' * 200000 + "1]}",
    "larger bomb": '{"rows": [' + '{"a": 1},' * 8000000 + "1]}",
    "manifest is a pipe": os.mkfifo,
    "manifest is a directory": os.mkdir,
    "manifest is a device": lambda path: os.symlink("/dev/zero", path),
    "manifest is sparse": lambda path: open(path, "wb").truncate(1 << 33),
    "manifest is another's": lambda path: os.symlink("/etc/passwd", path),
}


def write_entries(directory, sound):
    """Entries that are no plain files, beside a sound one."""
    shutil.copy(sound, os.path.join(directory, "sound.h5"))
    os.mkfifo(os.path.join(directory, "pipe.h5"))
    os.mkdir(os.path.join(directory, "folder.h5"))
    os.symlink("/dev/zero", os.path.join(directory, "zero.h5"))
    os.symlink("../canary.h5", os.path.join(directory, "link.h5"))
    os.symlink("loop.h5", os.path.join(directory, "loop.h5"))
    shutil.copy(sound, os.path.join(directory, "--version.h5"))
    with open(os.path.join(directory, "sparse.h5"), "wb") as file:
        file.truncate(1 << 40)
    with open(os.path.join(directory, "nothing.h5"), "wb"):
        pass


def write_manifest(directory, content):
    """Writes a manifest of that text, or what `content` makes in its place."""
    path = os.path.join(directory, "manifest.json")
    if callable(content):
        content(path)
        return
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
