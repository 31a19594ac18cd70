"""`python -m tools.benchmark`: every workload in PuruTorch and in PyTorch, in turn, and how they compare."""

import argparse
import datetime
import json
import math
import os
import sys
import time

from . import families, plot, programs, report, results

_GROUP = 22  # how many workloads share a process
STEPS = ("resblock.readme.adamw_step", "mlp.784-512-256-10.b64.adamw_step", "mlp.784-512-256-10.b64.sgd_step")


def main():
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark", description=__doc__)
    parser.add_argument("--command", default=".build/release/benchmark", help="PuruTorch's side")
    parser.add_argument("--filter", default="", metavar="TEXT", help="only workloads whose name contains this text")
    parser.add_argument("--threads", type=_counts, default=sorted({1, os.cpu_count() or 1}), metavar="N,…",
                        help="numbers of threads; one and all cores by default")
    parser.add_argument("--rounds", type=_positive(int), default=3, help="how often both are run in turn")
    parser.add_argument("--budget", type=_positive(float), default=0.15, help="seconds for a workload in a round")
    parser.add_argument("--output", default=".build/benchmark", metavar="DIR", help="where the files go")
    options = parser.parse_args()
    start = time.monotonic()
    versions = programs.pytorch_versions()
    found = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": programs.machine(),
        "versions": {"purutorch": programs.commit(), **versions},
        "options": {"rounds": options.rounds, "budget": options.budget, "filter": options.filter},
        **measure(programs.Programs(options.command, versions), options),
    }
    found["seconds"] = round(time.monotonic() - start)
    text = report.text(found)
    print(text, end="")
    os.makedirs(options.output, exist_ok=True)
    write(os.path.join(options.output, "benchmark.json"), json.dumps(_rounded(found), indent=1) + "\n")
    write(os.path.join(options.output, "benchmark.md"), text)
    if versions and found["workloads"]:
        write(os.path.join(options.output, "ratios.svg"), plot.svg(found))
    print(f"Written to {options.output}.", file=sys.stderr)


def measure(side, options):
    """Everything that is run: limits, workloads, memory, growth."""
    names = [name for name in side.list() if options.filter in name]
    growing = [name for name in side.list("--growth") if options.filter in name]
    steps = [name for name in STEPS if options.filter in name and sys.platform == "linux"]
    if not names and not growing:
        sys.exit(f"no workload's name contains '{options.filter}'")
    limits = {threads: side.limits(threads) for threads in options.threads}
    times = {(threads, name): {program: [] for program in side.names} for threads in options.threads for name in names}
    least = {key: dict.fromkeys(side.names, math.inf) for key in times}
    for number in range(options.rounds):
        for first in range(0, len(names), _GROUP):
            group = names[first:first + _GROUP]
            _say(f"round {number + 1} of {options.rounds}, workload {first + 1} of {len(names)}")
            for threads in options.threads:
                for program in side.names:
                    for name, record in side.times(program, group, threads, options.budget).items():
                        times[threads, name][program].append(record["us"])
                        least[threads, name][program] = min(least[threads, name][program], record["min_us"])
    _say("memory and growth")
    rows = [results.workload(name, threads, rounds, least[threads, name], limits[threads])
            for (threads, name), rounds in times.items()]
    rows.sort(key=lambda row: (row["threads"], families.FAMILIES.index(row["family"])))
    untuned = side.names[:2]
    by_size = {program: {name: record["us"] for name, record in
                         side.times(program, growing, 1, options.budget, "--growth").items()}
               for program in untuned} if growing else {}
    return {
        "limits": list(limits.values()), "workloads": rows, "means": results.means(rows),
        "memory": [{"name": name, "threads": max(options.threads), **{
            f"{program}_bytes": side.memory(program, name, max(options.threads)) for program in untuned}}
            for name in steps],
        "growth": results.growth(by_size) if by_size else [],
    }


def write(path, text):
    with open(f"{path}.partial", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{path}.partial", path)


def _say(text):
    print(text, file=sys.stderr, flush=True)


def _rounded(value):
    """The same with numbers of five digits."""
    if isinstance(value, dict):
        return {key: _rounded(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_rounded(member) for member in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _positive(kind):
    def parse(text):
        value = kind(text)
        if not value > 0:
            raise ValueError
        return value
    parse.__name__ = f"positive {kind.__name__}"
    return parse


def _counts(text):
    return sorted({_positive(int)(part) for part in text.split(",")})


_counts.__name__ = "list of positive int"


if __name__ == "__main__":
    main()
