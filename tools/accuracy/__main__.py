"""`python -m tools.accuracy`: every function against exact values, beside PyTorch; status 1 if a row has a fault."""

import argparse
import platform
import sys

import torch

from . import libraries, table
from .rows import ROWS, Row, all_threads


def _peers():
    """PyTorch's function of each name, from arrays to an array."""
    unary = {"exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "sigmoid": torch.sigmoid, "tanh": torch.tanh}

    def call(function):
        return lambda a, b: function(torch.from_numpy(a)).numpy()

    peers = {name: call(function) for name, function in unary.items()}
    peers["pow"] = lambda a, b: torch.pow(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    return peers


def _wanted(text):
    """The rows of names like `exp` and `exp:float32`, separated by commas; all where there are none."""
    names = [name for name in text.split(",") if name]
    rows = [key for key in ROWS if not names or key[0] in names or ":".join(key) in names]
    known = {key[0] for key in ROWS} | {":".join(key) for key in ROWS}
    if unknown := sorted(set(names) - known):
        sys.exit(f"Unknown functions: {', '.join(unknown)}. Known are {', '.join(sorted(known))}.")
    return rows


def _cpu():
    with open("/proc/cpuinfo") as file:
        names = [text.split(":")[1].strip() for text in file if text.startswith("model name")]
    return names[0] if names else platform.machine()


def main():
    parser = argparse.ArgumentParser(prog="python -m tools.accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("--functions", default="", help="names like exp or exp:float32, separated by commas")
    parser.add_argument("--samples", type=int, default=0, help="the most inputs of a row; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=all_threads())
    parser.add_argument("--build", default=".build/accuracy", help="where the libraries go")
    parser.add_argument("--table", default="reference/ACCURACY.md")
    parser.add_argument("--force", action="store_true", help="write the table even if it gets worse")
    options = parser.parse_args()
    wanted = _wanted(options.functions)

    torch.set_num_threads(1)
    libraries.compile_all(options.build)
    kernels = [libraries.Kernels(options.build, variant) for variant in libraries.VARIANTS]
    reference = libraries.Reference(options.build)
    versions = (f"Made with PyTorch {torch.__version__}, MPFR {reference.mpfr}, {kernels[-1].compiler.split(' (')[0]}, "
                f"seed {options.seed}, on {_cpu()}; kernels {', '.join(kernel.variant for kernel in kernels)}.")
    print(versions, flush=True)
    committed, _ = table.read(options.table)
    peers, bad = _peers(), False
    for function, dtype in wanted:
        row = Row(function, dtype, options.samples, peers.get(function))
        row.run(kernels, reference, options.seed, options.threads)
        print(table.line(row), f"{row.seconds:.0f} s", flush=True)
        faults = row.faults(committed.get((function, dtype)))
        for fault in faults:
            print(f"  {function} of {dtype}: {fault}", flush=True)
        bad = bad or bool(faults)
        if row.inputs == row.full and (not faults or options.force):
            table.write(options.table, [row], versions)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
