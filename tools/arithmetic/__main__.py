"""Compares what an implementation answers with the article's arithmetic, to the bit."""

import argparse
import fnmatch
import sys
import time

import numpy as np

from .evaluate import evaluate
from .fused import exact
from .products import product
from .protocol import Implementation
from .samples import drawn, fixtures, large


def main():
    parser = argparse.ArgumentParser(prog="arithmetic", description=__doc__)
    parser.add_argument("--implementation", default=".build/release/conformance serve", metavar="COMMAND")
    parser.add_argument("--reference", default="reference", metavar="DIR")
    parser.add_argument("--filter", default="*", metavar="GLOB", help="only rows whose id matches")
    options = parser.parse_args()
    start, count, faults = time.time(), 0, []
    with Implementation(options.implementation) as implementation:
        groups = [(row, samples) for row, samples in fixtures(options.reference) if fnmatch.fnmatch(row, options.filter)]
        if options.filter == "*":
            groups.append(("larger shapes", dict(large())))
        seen = set()
        for row, samples in groups:
            found = [f"{row}, {name}: {fault}" for name, fault in _compare(implementation, samples)]
            print(f"{row}: {len(samples) - len(found)} of {len(samples)} samples to the bit", flush=True)
            count, faults = count + len(samples), faults + found
            seen |= {sample.operation for sample in samples.values()}
        faults += _chains()
    print("\n".join(faults) or "Everything is as the article says.")
    print(f"{count} samples of {len(seen)} operations of {implementation.name}, {time.time() - start:.0f} s")
    return 1 if faults or count == 0 else 0


def _compare(implementation, samples):
    """One fault a sample that isn't the article's."""
    answers = implementation.answers(samples)
    for name, sample in samples.items():
        answer = answers[name]
        if isinstance(answer, str):
            yield name, answer
            continue
        expected = evaluate(sample.operation, sample.arguments, sample.inputs, sample.cotangents, sample.retain)
        fault = _difference("outputs", expected[0], answer[0]) or _difference("gradients", expected[1], answer[1])
        if fault:
            yield name, f"{sample.operation} {sample.arguments} {sample.dtype}: {fault}"


def _difference(part, expected, found):
    missing = [name for name in found if name not in expected and not name.endswith("num_batches_tracked")]
    if missing or not set(expected) <= set(found):
        return f"{part} are {sorted(found)}, by the article {sorted(expected)}"
    for name, value in expected.items():
        if not _equal(value, found[name]):
            return f"{part}/{name}: {_first(value, found[name])}"
    return None


def _equal(a, b):
    """The same type, shape and bits, NaN being NaN."""
    if isinstance(a, (str, list)):
        return a == b
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind != "f":
        return np.array_equal(a, b)
    return bool(np.all((_bits(a) == _bits(b)) | (np.isnan(a) & np.isnan(b))))


def _bits(x):
    return np.array(x, order="C").view(np.uint32 if x.dtype == np.float32 else np.uint64)


def _first(a, b):
    if isinstance(a, (str, list)) or a.dtype != b.dtype or a.shape != b.shape:
        return f"{b!r}, by the article {a!r}"
    different = (a != b) | (np.signbit(a) != np.signbit(b)) if a.dtype.kind == "f" else a != b
    index = tuple(int(i) for i in np.argwhere(different & ~((a != a) & (b != b)))[0])
    return f"at {list(index)}: {b[index]!r}, by the article {a[index]!r}"


def _chains():
    """RepDL's definition of a product, one element after the other by exact rational numbers, against the article's."""
    for m, k, n in ((5, 7, 9), (3, 1000, 2), (4, 300, 3)):
        for dtype in (np.float32, np.float64):
            a, b = drawn((m, k), k, dtype), drawn((k, n), n, dtype)
            found = product(a, b)
            for i in range(m):
                for j in range(n):
                    total = dtype(0)
                    for p in range(k):
                        total = dtype(exact(a[i, p], b[p, j], total))
                    if total != found[i, j]:
                        return [f"the product {m}x{k}x{n} {dtype.__name__} at {i}, {j} is not one chain of fma"]
    return []


if __name__ == "__main__":
    sys.exit(main())
