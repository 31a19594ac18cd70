"""What a run found out, as it is written to JSON: `README.md` has the fields."""

import statistics

from . import families
from .figures import exponent, geometric_mean, ratios


def workload(name, threads, rounds, least, limits):
    """One workload at one number of threads, from each program's medians, a round each, and its least time of all."""
    row = {"name": name, "family": families.family(name), "threads": threads,
           "least_ratio": families.least_ratio(name), "rounds": rounds, "least_us": least}
    for program, times in rounds.items():
        row[f"{program}_us"] = statistics.median(times)
        if program != "purutorch":
            row[f"{program}_ratio"] = ratios(rounds["purutorch"], times)
    rates = ("gflops", families.operations(name), 1e3), ("gb_per_s", families.bytes_touched(name), 1e3)
    for key, amount, divisor in rates:
        if amount is not None:
            row[key] = amount / row["purutorch_us"] / divisor
    if "gflops" in row:
        row["share_of_peak"] = row["gflops"] / limits["gflops"]
    if "pytorch_ratio" in row:
        row["misses"] = misses(row)
    return row


def misses(row):
    """The aims that a workload is below."""
    found = [program for program, least in families.LEAST.items() if row[f"{program}_ratio"]["median"] < least]
    if row["pytorch_ratio"]["median"] < row["least_ratio"]:
        found.append("family")
    return found


def means(rows):
    """The geometric mean of the ratios, for each number of threads by family and over all."""
    found = []
    for threads in dict.fromkeys(row["threads"] for row in rows):
        here = [row for row in rows if row["threads"] == threads and "pytorch_ratio" in row]
        groups = {family: [row for row in here if row["family"] == family] for family in families.FAMILIES}
        for family, members in {**groups, "all": here}.items():
            if members:
                found.append({"family": family, "threads": threads, "workloads": len(members), **{
                    f"{program}_ratio": geometric_mean(row[f"{program}_ratio"]["median"] for row in members)
                    for program in families.LEAST}})
    return found


def growth(times):
    """For each kind the exponent of its work and of each program's times, which are microseconds by name."""
    found = []
    for kind, expected in families.GROWTH.items():
        names = [name for name in next(iter(times.values())) if name.split(".")[1] == kind]
        if len(names) < 5:
            continue
        sizes = [int(name.split(".")[2]) for name in names]
        entry = {"kind": kind, "sizes": sizes, "work_exponent": expected}
        for program, by_name in times.items():
            entry[f"{program}_us"] = [by_name[name] for name in names]
            entry[f"{program}_exponent"] = exponent(sizes, entry[f"{program}_us"])
        found.append(entry)
    return found
