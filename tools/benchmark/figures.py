"""The arithmetic of a report: medians, geometric means, spreads, exponents."""

import math
import statistics


def microseconds(seconds):
    """Median, least and 90th percentile of times, by rank."""
    times = sorted(seconds)
    ranks = {"us": len(times) // 2, "min_us": 0, "p90_us": len(times) * 9 // 10}
    return {key: times[rank] * 1e6 for key, rank in ranks.items()}


def ratios(ours, theirs):
    """Their times over ours, round by round: median, least and largest.

    Both times of a pair were taken one after the other, so that a machine which slows down from one round to the next
    leaves the ratios alone.
    """
    pairs = [their / our for our, their in zip(ours, theirs, strict=True)]
    return {"median": statistics.median(pairs), "low": min(pairs), "high": max(pairs)}


def geometric_mean(values):
    values = list(values)
    return math.exp(math.fsum(map(math.log, values)) / len(values))


def exponent(sizes, costs):
    """The e of cost = c · size^e by least squares in logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    return statistics.linear_regression(x, y).slope


def status(key):
    """A size in bytes from the kernel's account of this process."""
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
    raise KeyError(f"/proc/self/status says nothing about {key}")
