"""`python -m tools.fuzz`: damaged fixtures, hostile directories, implementations and requests, and what became of them.

Nothing here may crash the harness, hang it, make it leave the directory, take more than 1 GiB or leave anything behind;
and every file has a row with a clear status. Whatever does otherwise is a fault; its file is kept.
"""

import argparse
import collections
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time

import h5py

from . import damage, directories, seeds, structures
from .watch import run

STATUSES = {"pass", "fail", "missing", "unreadable", "unsupported", "error", "crash", "timeout", "memory", "protocol",
            "not-run"}
MEMORY_LIMIT = 1 << 30
_SECRETS = ("1234567", "CANARY", "root:x:0")
_REVIEWED = 12


class Fuzz:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.random = random.Random(options.seed)
        self.reviews = random.Random(options.seed)
        self.counts = collections.defaultdict(collections.Counter)
        self.faults, self.peak, self.started = [], 0, time.monotonic()
        self.canary = structures.write_canary(os.path.join(work, "canary.h5"))
        self.seeds = []
        for path in seeds.write(options.reference, self._directory("seeds")):
            with open(path, "rb") as file:
                self.seeds.append(file.read())

    # Damaged fixtures

    def fixtures(self):
        """Every structure once, then damaged bytes until there are enough or time is up."""
        batch = []
        for number, make in enumerate(structures.CLASSES):
            batch.append((make.__name__, self._structure(make, number)))
        self._score(batch, timeout=5)
        made, share = len(batch), self.options.seconds * 0.65
        while made < self.options.count and time.monotonic() - self.started < share:
            size = min(self.options.batch, self.options.count - made)
            self._score([self._damaged(number) for number in range(size)], timeout=1)
            made += size
        return made

    def _structure(self, make, number):
        return lambda path: structures.write(make, path, self.canary, f"fuzz/{number:05d}")

    def _damaged(self, number):
        make = self.random.choice(damage.CLASSES)
        data = make(self.random, seeds.renamed(self.random.choice(self.seeds), number))
        for _ in range(self.random.choice([0, 0, 1])):
            data = make(self.random, data or b"\0")
        return make.__name__, lambda path: _write(path, data)

    def _score(self, batch, timeout):
        """Scores a directory of files, one a member of the batch: (class, a function that writes the file)."""
        directory = self._directory("fixtures")
        names = {}
        for number, (name, write) in enumerate(batch):
            file = f"{number:05d}.h5"
            write(os.path.join(directory, file))
            names[file] = name
        outcome = self._conformance(
            ["run", "--reference", directory, "--format", "json", "--timeout", str(timeout), "--memory", "512"],
            60 + len(batch),
        )
        problem = self._problem(outcome, {0, 1})
        rows = []
        if problem is None:
            rows = json.loads(outcome.output)["rows"]
            if len(rows) != len(batch):
                problem = f"{len(rows)} rows for {len(batch)} files"
        # A row stands where its file does, since both are sorted by path.
        for (file, name), row in zip(names.items(), rows):
            status = row["status"]
            self.counts[name][status] += 1
            clear = status in STATUSES and (status == "pass" or row["message"])
            if not clear or status in ("crash", "timeout", "memory", "protocol"):
                self._fault(name, f"{file}: {status}, {row['message']}", os.path.join(directory, file))
        all_files = sorted(names)
        self._review(directory, all_files if len(names) < 100 else self.reviews.sample(all_files, _REVIEWED))
        if problem is not None:
            for name in names.values():
                self.counts[name]["fault"] += 1
            self._fault("run", problem, directory)

    def _review(self, directory, files):
        """The other commands that look at fixtures."""
        some = self._directory("some")
        for file in files:
            shutil.copyfile(os.path.join(directory, file), os.path.join(some, file))
        inspections = [["inspect", os.path.join(some, file)] for file in files]
        for command in [["list", "--reference", some], ["lint", some], *inspections]:
            outcome = self._conformance(command, 60 + 2 * len(files))
            problem = self._problem(outcome, {0, 1, 2})
            self.counts[command[0]][f"status {outcome.status}"] += 1
            if problem is not None:
                self._fault(command[0], problem, command[-1])

    # Directories, implementations, requests

    def directories(self):
        sound = os.path.join(self.work, "sound.h5")
        structures.write(structures.sound, sound, self.canary)
        for name, content in [("no manifest", None), *directories.MANIFESTS.items()]:
            directory = self._directory("directory")
            directories.write_entries(directory, sound)
            if content is not None:
                directories.write_manifest(directory, content)
            for command in (["run", "--format", "json", "--reference"], ["list", "--reference"], ["lint"]):
                outcome = self._conformance([*command, directory], 60)
                problem = self._problem(outcome, {0, 1, 2})
                self.counts[f"directory: {name}"][f"status {outcome.status}"] += 1
                if problem is not None:
                    self._fault(f"directory: {name}", f"{command[0]}: {problem}", None)

    def implementations(self, share):
        narrow, wide = self._directory("narrow"), self._directory("wide")
        with open(os.path.join(narrow, "row.h5"), "wb") as file:
            file.write(self.seeds[0])
        structures.write(structures.long_request, os.path.join(wide, "row.h5"), self.canary)
        made, limit = 0, time.monotonic() + self.options.seconds * share
        while time.monotonic() < limit:
            seed, is_run = self.random.randrange(1 << 32), self.random.random() < 0.8
            reference, timeout = self.random.choice([(narrow, "1")] * 6 + [(wide, "3")])
            command = f"exec {sys.executable} -m tools.fuzz.hostile {seed}"
            arguments = ["check-implementation", command, "--timeout", "1"]
            if is_run:
                arguments = ["run", "--reference", reference, "--format", "json", "--timeout", timeout, "--memory",
                             "300", "--jobs", "1", "--implementation", command]
            # The implementation's own memory is not the harness's.
            outcome = self._conformance(arguments, 60, counts=lambda line: line.startswith(self.options.conformance))
            problem = self._problem(outcome, {1, 2} if is_run else {0, 1})
            status = f"status {outcome.status}"
            if problem is None and is_run and outcome.status == 1:
                status = json.loads(outcome.output)["rows"][0]["status"]
                if status not in STATUSES - {"missing", "unreadable", "not-run"}:
                    problem = f"the row is {status}"
            name = "hostile implementation" if is_run else "hostile implementation, checked"
            self.counts[name][status] += 1
            if problem is not None:
                self._fault(name, f"seed {seed}: {problem}", None)
            made += 1
        return made

    def requests(self):
        """Lines that are no requests, sent to the two programs that read requests."""
        good = ['{"method": "hello", "protocol": 1}', '{"method": "open", "file": "/x", "questions": "/y"}']
        lines = [
            b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100000, b'{"method": 3}', b'{"method": "evaluate"}',
            b'{"method": "evaluate", "id": 1, "questions": "/dev/null", "samples": ["0"], "answers": "/no/where"}',
            b'{"method": "evaluate", "id": 1e400, "questions": "q", "samples": [1], "answers": "a"}',
            b'{"method": "judge", "answers": "/dev/null", "replies": [["9999", "answered", null]]}',
            b'{"method": "trace", "sample": "0000", "questions": "/no/where"}', b'{"method": "locate"}',
            b'{"method": "content", "file": "/dev/null"}', b'{"method": "describe", "file": "/dev/null"}',
        ]
        lines += [bytes(self._bend(random_line.encode())) for random_line in good for _ in range(40)]
        for program in ("serve", "examine"):
            for line in lines:
                outcome = self._conformance([program], 30, input=line + b"\n")
                problem = self._problem(outcome, {0, 1, 2})
                if problem is None and outcome.status != 0 and not outcome.error.strip():
                    problem = "it fails without a word"
                self.counts[f"request to {program}"][f"status {outcome.status}"] += 1
                if problem is not None:
                    self._fault(f"request to {program}", f"{line[:80]!r}: {problem}", None)
        return 2 * len(lines)

    def _bend(self, line):
        line = bytearray(line)
        for _ in range(self.random.randint(1, 3)):
            line[self.random.randrange(len(line))] = self.random.randrange(256)
        return bytes(byte for byte in line if byte != 0x0A)

    # What must hold

    def _conformance(self, arguments, timeout, **options):
        outcome = run([self.options.conformance, *arguments], timeout=timeout, **options)
        self.peak = max(self.peak, outcome.memory)
        return outcome

    def _problem(self, outcome, statuses):
        if outcome.timed_out:
            return f"it did not end within {outcome.seconds:.0f} seconds"
        if outcome.status not in statuses:
            return f"it ended with {outcome.status}: {outcome.error[-300:]}"
        if outcome.memory > MEMORY_LIMIT:
            return f"it took {outcome.memory >> 20} MiB"
        if outcome.leftovers:
            return f"it left {', '.join(outcome.leftovers)}"
        if any(secret in outcome.output + outcome.error for secret in _SECRETS):
            return "it shows what lies outside the directory"
        if any(mark in outcome.output + outcome.error for mark in "\x1b\x9b"):
            return "it sends escape sequences to the terminal"
        return None

    def _fault(self, name, reason, path):
        kept = ""
        if path is not None:
            kept = os.path.join(self.options.keep, f"{len(self.faults):03d}-{name}")
            shutil.rmtree(kept, ignore_errors=True)
            os.makedirs(self.options.keep, exist_ok=True)
            (shutil.copytree if os.path.isdir(path) else shutil.copyfile)(path, kept)
        self.faults.append(f"{name}: {reason}" + (f" (kept as {kept})" if kept else ""))
        print(f"fault: {self.faults[-1]}", flush=True)

    def _directory(self, name):
        directory = os.path.join(self.work, name)
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        return directory


def _write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def _report(fuzz, figures):
    lines = [
        "# The last full fuzz run", "",
        "Written by `make fuzz`. A fault is a crash, a hang, more than 1 GiB, anything read or left outside the "
        "directory, or a file without a clear status.", "",
        *[f"- {name}: {value}" for name, value in figures.items()], "",
        "| class | statuses |", "| --- | --- |",
    ]
    for name, counts in sorted(fuzz.counts.items()):
        lines.append(f"| {name} | " + ", ".join(f"{status} {count}" for status, count in sorted(counts.items())) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--conformance", required=True, help="the command under test")
    parser.add_argument("--reference", default="reference", help="the fixtures that damage starts from")
    parser.add_argument("--count", type=int, default=10000, help="how many damaged fixtures")
    parser.add_argument("--seconds", type=float, default=300, help="when to stop, wherever it is")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=500, help="how many files share a directory")
    parser.add_argument("--keep", default=".build/fuzz", help="where files that show a fault are kept")
    parser.add_argument("--report", help="write the figures to this Markdown file")
    options = parser.parse_args()
    # Children carry the real path too.
    options.conformance = os.path.realpath(options.conformance)
    with tempfile.TemporaryDirectory() as work:
        fuzz = Fuzz(options, work)
        fixtures = fuzz.fixtures()
        fuzz.directories()
        requests = fuzz.requests()
        implementations = fuzz.implementations(0.2)
    figures = {
        "damaged fixtures": fixtures, "directories": len(directories.MANIFESTS) + 1,
        "hostile implementations": implementations, "hostile requests": requests, "faults": len(fuzz.faults),
        "seed": options.seed, "seconds": round(time.monotonic() - fuzz.started),
        "peak memory of the harness": f"{fuzz.peak >> 20} MiB", "Python": platform.python_version(),
        "h5py": h5py.__version__, "HDF5 that made the files": h5py.version.hdf5_version,
    }
    report = _report(fuzz, figures)
    print(report)
    if options.report:
        _write(f"{options.report}.partial", report.encode("utf-8"))
        os.replace(f"{options.report}.partial", options.report)
    if fixtures < options.count:
        print(f"time was up after {fixtures} of {options.count} damaged fixtures")
    sys.exit(1 if fuzz.faults or fixtures < options.count else 0)


if __name__ == "__main__":
    main()
