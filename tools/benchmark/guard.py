"""`python -m tools.benchmark.guard`: instructions that workloads take, compared with the committed figures.

Counts don't depend on what else the machine does, unlike times. Each is the difference between a run of many calls and
one of few, divided by the calls between them, so that starting the process doesn't count.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

FIGURES = os.path.join(os.path.dirname(__file__), "INSTRUCTIONS.json")
TOLERANCE = 0.03
# Workload, calls of the short run, calls of the long run.
WORKLOADS = [
    ("op.add[8x8].nograd", 10, 60),
    ("op.chain100[8x8].fwd_per_op", 10, 60),
    ("op.chain100[8x8].fwd_bwd_per_op", 10, 60),
    ("op.matmul[8x8].nograd", 10, 60),
    ("op.linear_relu[8x8].fwd_bwd", 20, 220),
    ("mlp.32-64-10.b16.adamw_step", 10, 60),
    ("matmul.256.fwd", 2, 6),
    ("bmm.64x64x64x64.fwd_bwd", 1, 3),
    ("conv2d.N16C3_64x64_K3O32p1.fwd_bwd_w", 1, 3),
    ("convT1d.N16C64_L512_K4s2p1_O32.fwd", 1, 3),
    ("batchnorm1d.train_512x256.fwd_bwd", 2, 6),
    ("attention.sdpa_causal_B8T256D256.fwd", 1, 3),
    ("ew.exp.64k", 2, 12),
    ("ew.log.64k", 2, 12),
    ("reduce.var.2048x2048.axis0", 1, 3),
]
# Valgrind has no AVX-512. Hash tables have a seed of their own in each process unless they are told not to.
ENVIRONMENT = {"PURUTORCH_CPU": "v3", "SWIFT_DETERMINISTIC_HASHING": "1", "SWIFT_BACKTRACE": "enable=no"}


def main():
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark.guard", description=__doc__)
    parser.add_argument("--command", default=".build/release/benchmark")
    parser.add_argument("--figures", default=FIGURES, metavar="FILE")
    parser.add_argument("--update", action="store_true", help="write the figures in place of comparing them")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("the guard counts with valgrind, which is missing (on Debian and Ubuntu: valgrind)")
    found = measure(options.command)
    if options.update:
        write(options.figures, found)
        print(f"Written to {options.figures}.")
        return
    with open(options.figures, encoding="utf-8") as file:
        known = json.load(file)
    print(table(known, found))
    changed = changes(known, found)
    for line in changed:
        print(line, file=sys.stderr)
    if changed:
        sys.exit("If the change is meant: make benchmark-guard UPDATE=1, and say why in the commit.")


def measure(command):
    """The instructions of a call of each workload."""
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind can't read all debugging information that the compiler writes.
        program = os.path.join(os.path.dirname(os.path.abspath(command)), f"benchmark-counted-{os.getpid()}")
        try:
            subprocess.run(["strip", "-g", "-o", program, command], check=True)
            return {name: round((instructions(program, name, many, folder) - instructions(program, name, few, folder))
                                / (many - few)) for name, few, many in WORKLOADS}
        finally:
            if os.path.exists(program):
                os.remove(program)


def instructions(program, name, calls, folder):
    """All that one process executes."""
    process = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.path.join(folder, 'counts')}", program,
         "repeat", name, "--calls", str(calls), "--threads", "1"],
        env=os.environ | ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    total = re.search(r"Collected : (\d+)", process.stderr)
    if process.returncode != 0 or total is None:
        sys.exit(f"'{name}' can't be counted:\n{process.stderr}")
    return int(total[1])


def changes(known, found):
    """What differs by more than the tolerance, fewer instructions too: the figures are to stay true."""
    lines = [f"{name}: no figure is committed" for name in found if name not in known]
    for name, figure in known.items():
        if name not in found:
            lines.append(f"{name}: a figure is committed, but it isn't counted")
        elif abs(found[name] - figure) > TOLERANCE * figure:
            lines.append(f"{name}: {found[name]:,} instructions a call, {figure:,} are committed "
                         f"({found[name] / figure - 1:+.1%})")
    return lines


def table(known, found):
    width = max(map(len, found))
    rows = [f"{'workload':{width}}  {'committed':>13}  {'now':>13}"]
    for name, count in found.items():
        rows.append(f"{name:{width}}  {known.get(name, 0):13,}  {count:13,}")
    return "\n".join(rows)


def write(path, figures):
    with open(f"{path}.partial", "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2)
        file.write("\n")
    os.replace(f"{path}.partial", path)


if __name__ == "__main__":
    main()
