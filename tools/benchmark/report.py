"""The tables of a run, in Markdown that reads well on a terminal too."""

from .families import LEAST, MEAN


def text(found):
    parts = [_about(found), *_comparisons(found), _below(found), _memory(found), _growth(found)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _about(found):
    machine, versions, options = found["machine"], found["versions"], found["options"]
    limits = [f"{_threads(limit['threads'])}: {limit['gflops']:.0f} GFLOP/s float32, "
              f"copying {limit['gb_per_s']:.0f} GB/s" for limit in found["limits"]]
    pytorch = (f"PyTorch {versions['pytorch']} ({versions['pytorch_instruction_set']})" if "pytorch" in versions
               else "PyTorch can't be imported: these are PuruTorch's times alone")
    busy = ["- The machine was busy when the run began, so that no figure is to be trusted, least of all PyTorch's on "
            "several threads"] if machine["load"] > 0.5 else []
    return "\n".join([
        f"- {found['date']}, {found['seconds']} s, {options['rounds']} rounds of {options['budget']} s a workload",
        f"- {machine['cpu']}, {machine['cores']} cores, governor {machine['governor'] or 'unknown'}, "
        f"load {machine['load']:.1f} at the start",
        f"- {machine['system']}",
        f"- PuruTorch {versions['purutorch'] or 'of no commit'} ({found['limits'][0]['instruction_set']}); {pytorch}",
        f"- Measured limits: {'; '.join(limits)}", *busy,
    ])


def _comparisons(found):
    """For each number of threads the workloads, and the means."""
    for threads in dict.fromkeys(row["threads"] for row in found["workloads"]):
        rows = [row for row in found["workloads"] if row["threads"] == threads]
        compared = "pytorch_ratio" in rows[0]
        title = f"## {_threads(threads)}\n\n"
        if not compared:
            yield title + _table("workload", "PuruTorch, µs", "rate",
                                 rows=[[row["name"], _number(row["purutorch_us"]), _rate(row)] for row in rows])
            continue
        yield title + _table(
            "workload", "PuruTorch, µs", "PyTorch, µs", "ratio", "spread", "least", "tuned, µs", "ratio", "spread",
            "missed", "PuruTorch's rate", rows=[[
                row["name"], _number(row["purutorch_us"]),
                _number(row["pytorch_us"]), *_ratio(row["pytorch_ratio"]), f"{row['least_ratio']:g}",
                _number(row["tuned_us"]), *_ratio(row["tuned_ratio"]), ", ".join(row["misses"]), _rate(row),
            ] for row in rows])
        yield _table("geometric mean", "workloads", "ratio to PyTorch", "ratio to tuned", rows=[
            [mean["family"], str(mean["workloads"]), f"{mean['pytorch_ratio']:.2f}", f"{mean['tuned_ratio']:.2f}"]
            for mean in found["means"] if mean["threads"] == threads] + [
            ["aim for all", "", f"{MEAN['pytorch']:g}", f"{MEAN['tuned']:g}"]])


def _below(found):
    """The workloads below an aim for each of them, the worst first."""
    rows = [(min(row[f"{program}_ratio"]["median"] / least for program, least in LEAST.items()), row)
            for row in found["workloads"] if set(row.get("misses", [])) & set(LEAST)]
    if not rows:
        return ""
    return (f"## Below {LEAST['pytorch']} of PyTorch, or {LEAST['tuned']} of PyTorch tuned\n\n" + _table(
        "workload", "threads", "ratio to PyTorch", "ratio to tuned", "of the least times", "tuned", rows=[
            [row["name"], str(row["threads"]),
             *(f"{row[f'{program}_ratio']['median']:.2f}" for program in LEAST),
             *(f"{row['least_us'][program] / row['least_us']['purutorch']:.2f}" for program in LEAST)]
            for _, row in sorted(rows, key=lambda pair: pair[0])]))


def _memory(found):
    if not found["memory"]:
        return ""
    keys = [key for key in ("purutorch_bytes", "pytorch_bytes") if key in found["memory"][0]]
    heads = {"purutorch_bytes": "PuruTorch, MiB", "pytorch_bytes": "PyTorch, MiB"}
    return f"## Peak memory of ten steps, {_threads(found['memory'][0]['threads'])}\n\n" + _table(
        "step", *(heads[key] for key in keys),
        rows=[[row["name"], *(f"{row[key] / 2**20:.1f}" for key in keys)] for row in found["memory"]])


def _growth(found):
    if not found["growth"]:
        return ""
    compared = "pytorch_exponent" in found["growth"][0]
    return "## Growth of cost with size, one thread: exponents\n\n" + _table(
        "kind", "sizes", "work", "PuruTorch", *["PyTorch"] * compared, rows=[[
            row["kind"], f"{row['sizes'][0]} … {row['sizes'][-1]}", str(row["work_exponent"]),
            f"{row['purutorch_exponent']:.2f}", *[f"{row.get('pytorch_exponent', 0):.2f}"] * compared,
        ] for row in found["growth"]])


def _threads(count):
    return f"{count} thread{'s' * (count > 1)}"


def _number(value):
    """Three digits at least."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(ratio):
    return f"{ratio['median']:.2f}", f"{ratio['low']:.2f}–{ratio['high']:.2f}"


def _rate(row):
    if "gflops" in row:
        return f"{row['gflops']:.0f} GFLOP/s, {row['share_of_peak']:.0%}"
    return f"{row['gb_per_s']:.0f} GB/s" if "gb_per_s" in row else ""


def _table(*heads, rows):
    """Columns of even width, all but the first flush right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows)]
    lines = [[head.ljust(width) for head, width in zip(heads, widths)],
             ["-" * width if index == 0 else "-" * (width - 1) + ":" for index, width in enumerate(widths)]]
    lines += [[cell.ljust(width) if index == 0 else cell.rjust(width)
               for index, (cell, width) in enumerate(zip(row, widths))] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
