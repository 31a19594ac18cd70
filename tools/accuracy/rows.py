"""One row of the table: a function of one type over its inputs, ours and PyTorch's, and how the row is judged."""

import collections
import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from . import inputs
from .libraries import Verdict, operand

# (function, type): how many inputs a full run takes; longest first.
ROWS = {
    ("sigmoid", "float32"): inputs.ALL_FLOAT32,
    ("exp", "float32"): inputs.ALL_FLOAT32,
    ("tanh", "float32"): inputs.ALL_FLOAT32,
    ("log", "float32"): inputs.ALL_FLOAT32,
    ("weight", "float32"): inputs.ALL_FLOAT32 // 2,
    ("sqrt", "float32"): inputs.ALL_FLOAT32,
    ("log", "float64"): 1 << 23,
    ("sigmoid", "float64"): 1 << 23,
    ("tanh", "float64"): 1 << 23,
    ("exp", "float64"): 1 << 23,
    ("pow", "float64"): 1 << 22,
    ("sqrt", "float64"): 1 << 23,
    ("pow", "float32"): 1 << 28,
}
# Up to so many inputs of a row the baseline kernels get all.
MOST_BASELINE = 1 << 24


def _gets_baseline(block):
    """Of longer rows they get one block of each 32 in turn: of all of float32, one or more of each power of two."""
    return block % 32 == 7 * (block // 32) % 32


class Row:
    def __init__(self, function, dtype, count, peer):
        """`count` inputs at most; `peer` is PyTorch's function, where there is one."""
        self.function, self.dtype = function, dtype
        self.full = ROWS[function, dtype]
        self.inputs = -(-min(count or self.full, self.full) // inputs.BLOCK) * inputs.BLOCK
        self.verdicts = [Verdict() for _ in range(2 if peer else 1)]
        self.differing, self.decided, self.seconds = collections.Counter(), 0, 0
        self._peer = peer

    def operands(self, block, seed):
        if self.inputs == self.full and self.function == "weight":
            # The upper half of the bit patterns has the sign: all that softmax may ask for.
            block += inputs.ALL_FLOAT32 // 2 // inputs.BLOCK
        if self.inputs >= inputs.ALL_FLOAT32 // 2:
            return 2 * (inputs.every_float32(block),)
        return inputs.sample(self.function, self.dtype, block, seed)

    def run(self, kernels, reference, seed, threads):
        started = time.monotonic()
        with ThreadPoolExecutor(threads) as pool:
            blocks = range(self.inputs // inputs.BLOCK)
            for outcome in pool.map(lambda block: self._judge(block, kernels, reference, seed), blocks):
                self._enter(*outcome)
        self.seconds = time.monotonic() - started
        return self

    def _judge(self, block, kernels, reference, seed):
        a, b = self.operands(block, seed)
        ours, other = np.empty_like(a), np.empty_like(a)
        kernels[-1](self.function, a, b, ours)
        differing = {}
        for kernel in kernels[:-1]:
            # Without instructions for fma the kernels take far longer than everything else together.
            if kernel.variant != "baseline" or self.inputs <= MOST_BASELINE or _gets_baseline(block):
                kernel(self.function, a, b, other)
                differing[kernel.variant] = reference.differing(ours, other)
        if self.function == "pow":
            # The kernel has a path without special cases for stretches that have none; these have one each.
            broken = a.copy()
            broken[::256] = np.nan
            kernels[-1](self.function, broken, b, other)
            other[::256] = ours[::256]
            differing["special cases"] = reference.differing(ours, other)
        columns = [ours, self._peer(a, b)] if self._peer else [ours]
        return (*reference.judge(self.function, a, b, columns), differing)

    def _enter(self, verdicts, decided, differing):
        for total, verdict in zip(self.verdicts, verdicts):
            total.add(verdict)
        self.decided += decided
        self.differing.update(differing)

    def where(self, column=0, odd=False):
        """The operands with the largest error, or of the first misplaced result, as text."""
        verdict = self.verdicts[column]
        words = (verdict.odd if odd else verdict.where)[:2 if self.function == "pow" else 1]
        return ", ".join(float(operand(word, self.dtype)).hex() for word in words)

    def faults(self, committed):
        """What is wrong with the row, by itself, beside PyTorch's results and beside the committed row."""
        ours = self.verdicts[0]
        faults = [f"{number} results have other bits with {what}" for what, number in self.differing.items() if number]
        if ours.misplaced:
            faults.append(f"{ours.misplaced} results have a NaN, an infinity or a sign where it doesn't belong, as of "
                          f"{self.where(odd=True)}")
        if ours.worst > 1:
            faults.append(f"the error reaches {ours.worst:.4f} ULP, at {self.where()}")
        if self.dtype == "float32" and len(self.verdicts) == 2:
            # Float64 has to be within 1 ULP, which PyTorch's need not be.
            theirs = self.verdicts[1]
            if worst(ours) > worst(theirs) or ours.wrong > theirs.wrong:
                faults.append(f"{ours.wrong} results are not correctly rounded, up to {worst(ours):.7f} ULP; "
                              f"of PyTorch's {theirs.wrong}, up to {worst(theirs):.7f}")
        if committed and self.inputs <= committed.inputs:
            if ours.wrong > committed.wrong:
                faults.append(f"{ours.wrong} results are not correctly rounded, {committed.wrong} in the table")
            if round(worst(ours), 7) > committed.worst:
                faults.append(f"the error reaches {worst(ours):.7f} ULP, in the table {committed.worst:.7f}")
        return faults


def worst(verdict):
    """The largest error in units in the last place; of correctly rounded results it is known to be half of one."""
    return max(0.5, verdict.worst)


def all_threads():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
