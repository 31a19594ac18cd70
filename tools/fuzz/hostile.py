"""An implementation under test that answers with garbage: `python -m tools.fuzz.hostile SEED`."""

import json
import os
import random
import signal
import sys
import time


def _damaged_file(draw, request):
    """A file of answers that is none."""
    path = request["answers"]
    kind = draw.choice(["bytes", "questions", "flipped", "pipe", "folder", "link", "nothing", "big", "index"])
    if kind == "bytes":
        _write(path, draw.randbytes(draw.randrange(5000)))
    elif kind in ("questions", "flipped"):
        with open(request["questions"], "rb") as file:
            data = bytearray(file.read())
        for _ in range(0 if kind == "questions" else 8):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        _write(path, bytes(data))
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        os.mkdir(path)
    elif kind == "link":
        os.symlink(draw.choice(["/dev/zero", "/etc/passwd", path]), path)
    elif kind == "big":
        with open(path, "wb") as file:
            file.truncate(1 << 40)
    elif kind == "index":
        _lying_index(draw, path, request["samples"])


def _lying_index(draw, path, samples):
    import h5py
    import numpy as np

    def tensor():
        return {
            "dtype": draw.choice(["float32", "float64", "int64", "bool", "string", "float16", 3, None]),
            "shape": draw.choice([[1], [-1], [1 << 62, 4], [0, 1 << 63], "x", None, [1.5], [[1]], [2] * 100]),
            "offset": draw.choice([0, 1, -1, 1 << 62, 1e300, None, "0"]),
            "strings": draw.choice([["a"], [1], "a", None]),
        }

    def values():
        return draw.choice([{"output": tensor(), "": tensor()}, [], None, 3, {"output": []}, {"output": tensor()}])

    index = {s: {"outputs": values(), "gradients": values(), "trace": values()} for s in samples if draw.random() < 0.9}
    with h5py.File(path, "w") as file:
        file["index"] = draw.choice([json.dumps(index)] * 5 + ["{", "[]", "[" * 50000, "\ufffe"])
        for dtype in ("float32", "float64", "int64", "bool"):
            if draw.random() < 0.7:
                file[dtype] = np.ones(draw.choice([0, 1, 10]), draw.choice([np.float32, np.float64, np.int64, np.uint8]))


def _garbage(draw):
    return draw.choice([
        lambda: draw.randbytes(draw.randrange(200)) + b"\n",
        lambda: b"\n" * draw.randrange(100),
        lambda: b"x" * draw.choice([100, 1 << 20, 70 << 20]) + b"\n",
        lambda: b"[" * 100000 + b"\n",
        lambda: b"[" + b'{"a": 1},' * draw.choice([100000, 2000000]) + b"1]\n",
        lambda: json.dumps({"id": draw.choice([1, 2, -1, 1e308, "1", None]), "status": draw.choice(["done", 1, None])})
        .encode() + b"\n",
        lambda: b'{"id": 1, "sample": "0000", "status": "answered"',
        lambda: b'{"method": "hello", "protocol": 1, "name": "again"}\n',
        lambda: b'{"id": 1, "sample": "\\ud800", "status": "answered"}\n',
        lambda: b'{"id": 1, "sample": "0000", "status": "refused", "message": "\\u001b[2J' + b"y" * 100000 + b'"}\n',
    ])()


def _end(draw):
    draw.choice([
        lambda: os.kill(os.getpid(), draw.choice([signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM, signal.SIGPIPE])),
        lambda: os._exit(draw.choice([0, 1, 255])),
        lambda: os.close(1),
        lambda: os.close(0),
        lambda: time.sleep(3600),
        _leave_a_child,
        lambda: [os.write(2, b"e" * (1 << 16)) for _ in range(100)],
        _hoard,
        lambda: os.kill(os.getpid(), signal.SIGSTOP),
    ])()


def _leave_a_child():
    """A child that keeps the streams open, and goes on when this process has ended."""
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(3)


def _hoard():
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(1 << 20) * 16))


def _write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def main(seed):
    draw = random.Random(seed)
    at = draw.choice(["hello", "sample", "sample", "done", "file", "file", "file", "end", "end", "deaf"])
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "hello":
            if at == "hello":
                os.write(1, _garbage(draw))
            os.write(1, b'{"method": "hello", "protocol": 1, "name": "hostile", "version": null}\n')
            while at == "deaf":
                os.write(1, b"x" * (1 << 20))
            continue
        for sample in request["samples"]:
            if at == "sample" and draw.random() < 0.5:
                os.write(1, _garbage(draw))
            if at == "end" and draw.random() < 0.5:
                _end(draw)
            reply = {"id": request["id"], "sample": sample, "status": "answered"}
            os.write(1, json.dumps(reply).encode() + b"\n")
        if at == "file":
            _damaged_file(draw, request)
        if at == "done":
            os.write(1, _garbage(draw))
        os.write(1, json.dumps({"id": request["id"], "status": "done"}).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
