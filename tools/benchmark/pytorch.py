"""PyTorch's side of a run, a process of its own; what `benchmark` is for PuruTorch."""

import argparse
import ctypes
import json
import time

import torch

from .figures import microseconds, status
from .workloads import GROWTH, OPERATIONS, STEPS, WORKLOADS


def main():
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark.pytorch", description=__doc__)
    parser.add_argument("names", nargs="*", help="the workloads; all by default")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--budget", type=float, default=0.8, help="how many seconds each workload is timed")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--growth", action="store_true", help="the workloads whose size grows, in place of the others")
    kind.add_argument("--memory", action="store_true", help="the peak memory of one training step")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    if options.memory:
        print(json.dumps(_memory(*options.names)))
        return
    workloads = GROWTH if options.growth else WORKLOADS
    for name in options.names or workloads:
        print(json.dumps(_measure(name, workloads[name](), options.budget)), flush=True)


def _measure(name, call, budget):
    """Warm-up, groups of very short calls, and repetitions until the time is spent, as in `Measurement.swift`."""
    estimate = _seconds(call, 3) / 3
    group = max(1, int(2e-4 / max(estimate, 1e-9)))
    _seconds(call, 2 * group)
    times, end = [], time.perf_counter() + budget
    while len(times) < 7 or time.perf_counter() < end:
        times.append(_seconds(call, group) / group / OPERATIONS.get(name, 1))
    return {"name": name, "calls": len(times) * group, **microseconds(times)}


def _seconds(call, count):
    start = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - start


def _memory(name):
    """The largest resident size while a model is made and trains ten steps, after a small step of the same kind.

    Memory that the heap holds but nobody uses goes back to the system first. Loading PyTorch leaves more than 1 MiB of
    it, in which activations would find room without being counted.
    """
    small, step = STEPS[name]
    _seconds(small(), 10)
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    baseline = status("VmRSS")
    _seconds(step(), 10)
    return {"name": name, "baseline_bytes": baseline, "peak_bytes": status("VmHWM")}


if __name__ == "__main__":
    main()
