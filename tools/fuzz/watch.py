"""Runs a command under a watch: how it ended, what it printed, how long it took and how much memory its tree held."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

_PAGE = os.sysconf("SC_PAGE_SIZE")
_INTERVAL = 0.02


@dataclass
class Outcome:
    status: int
    output: str
    error: str
    seconds: float
    memory: int
    timed_out: bool
    leftovers: list


def run(command, *, timeout, input=None, counts=lambda command: True):
    """Runs `command` in an empty directory, with another for temporary files; `leftovers` are files there and
    processes that descend from it when it has ended. Memory is that of the processes whose command line `counts`."""
    with tempfile.TemporaryDirectory() as temporary, tempfile.TemporaryDirectory() as directory:
        environment = {
            **os.environ, "TMPDIR": temporary, "SWIFT_BACKTRACE": "enable=no",
            "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
        }
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        )
        watcher = _Watcher(process.pid, counts)
        watcher.start()
        timed_out = False
        try:
            output, error = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
            output, error = process.communicate()
        seconds = time.monotonic() - started
        watcher.stop()
        return Outcome(
            process.returncode, output.decode("utf-8", "replace"), error.decode("utf-8", "replace"), seconds,
            watcher.peak, timed_out, sorted(os.listdir(temporary) + os.listdir(directory)) + _alive(watcher.seen),
        )


class _Watcher(threading.Thread):
    """Samples the resident memory of a process and all that descend from it."""

    def __init__(self, root, counts):
        super().__init__(daemon=True)
        self.root, self.counts = root, counts
        self.peak, self.seen, self.ended = 0, set(), threading.Event()

    def run(self):
        while not self.ended.wait(_INTERVAL):
            tree = _tree(self.root)
            self.seen |= {(pid, _start(pid)) for pid in tree if pid != self.root}
            self.peak = max(self.peak, sum(_resident(pid) for pid in tree if self.counts(_command(pid))))

    def stop(self):
        self.ended.set()
        self.join()


def _alive(processes):
    """Those that still run a moment later; a process is known by its number and the time that it started."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        left = [f"process {pid}" for pid, started in processes if started and _start(pid) == started]
        if not left:
            return []
        time.sleep(0.05)
    return left


def _tree(root):
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                pending += map(int, _text(f"/proc/{pid}/task/{thread}/children").split())
        except OSError:
            pass
    return found


def _resident(pid):
    fields = _text(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def _start(pid):
    """When a process started, in clock ticks; nothing for one that has ended."""
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] != "Z" else None


def _command(pid):
    return _text(f"/proc/{pid}/cmdline").replace("\0", " ")


def _text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
