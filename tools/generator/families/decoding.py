"""Family `decoding`: greedy and beam search over the probabilities of a CTC network, in plain Python and NumPy.

An alignment names one symbol or the blank for every step; its text is what remains when repeats are collapsed and
blanks then dropped. Greedy search takes the likeliest entry of every step (the first of equals) and multiplies their
probabilities. Beam search keeps hypotheses, pairs of a prefix and whether the alignment ends in a blank, whose scores
add up the alignments they stand for; before each step the best `beam_width` of them go on. At the end hypotheses with
the same text are merged, those that differ in the last blank and, where symbols have several characters, those whose
symbols spell the same.
"""

import itertools

import numpy as np

from ..core.case import Case, Row, operand

BLANK = 0
# Scores that decide must differ by more than this factor: far more than float32 rounds away.
CLEAR = 1.0001


def _greedy(inputs, arguments, dtype):
    probabilities, symbols = inputs["probabilities"][:, :, 0], arguments["symbols"]
    score = np.ones((), dtype)
    alignment = []
    for step in probabilities.T:
        best = int(np.argmax(step))
        alignment.append(best)
        score = score * step[best]
    return {"path": _text(alignment, symbols), "score": np.asarray(score, dtype)}


def _text(alignment, symbols):
    """What an alignment spells."""
    return "".join(symbols[entry - 1] for entry, _ in itertools.groupby(alignment) if entry != BLANK)


def _beam(inputs, arguments, dtype):
    probabilities, symbols = inputs["probabilities"][:, :, 0], arguments["symbols"]
    hypotheses = {((), True): np.ones((), dtype)}
    for step in probabilities.T:
        extended = {}
        for (prefix, blank), score in _pruned(hypotheses, arguments["beam_width"]):
            for entry, probability in enumerate(step):
                successor = _successor(prefix, blank, entry)
                extended[successor] = extended.get(successor, np.zeros((), dtype)) + score * probability
        hypotheses = extended
    merged = {}
    for (prefix, _), score in hypotheses.items():
        text = "".join(symbols[entry - 1] for entry in prefix)
        merged[text] = merged.get(text, np.zeros((), dtype)) + score
    paths = sorted(merged)
    best = max(merged, key=merged.get)
    if any(merged[path] * CLEAR > merged[best] for path in paths if path != best):
        raise ValueError("the best path hangs on rounding: choose other probabilities")
    return {
        "path": best,
        "score": np.asarray(merged[best], dtype),
        "merged_paths": paths,
        "merged_scores": np.array([merged[path] for path in paths], dtype),
    }


def _pruned(hypotheses, width):
    """The best `width` hypotheses, which must stand clear of the first that is left out."""
    ranked = sorted(hypotheses.items(), key=lambda item: -item[1])
    if len(ranked) > width and not ranked[width - 1][1] > CLEAR * ranked[width][1]:
        raise ValueError("the beam's edge hangs on rounding: choose other probabilities")
    return ranked[:width]


def _successor(prefix, blank, entry):
    """The hypothesis that a step with this entry leads to."""
    if entry == BLANK:
        return prefix, True
    if not blank and prefix[-1] == entry:
        return prefix, False
    return (*prefix, entry), False


def _exhaustive(inputs, arguments, dtype):
    """Beam search that drops nothing, checked against the sum over every alignment."""
    found = _beam(inputs, arguments, dtype)
    probabilities = inputs["probabilities"][:, :, 0].astype(np.float64)
    entries, steps = probabilities.shape
    totals = {}
    for alignment in itertools.product(range(entries), repeat=steps):
        text = _text(alignment, arguments["symbols"])
        likelihood = float(np.prod(probabilities[list(alignment), range(steps)]))
        totals[text] = totals.get(text, 0.0) + likelihood
    expected = np.array([totals[path] for path in sorted(totals)])
    if found["merged_paths"] != sorted(totals):
        raise ValueError("beam search misses a path that an alignment spells")
    if not np.allclose(found["merged_scores"], expected, rtol=64 * np.finfo(dtype).eps, atol=0):
        raise ValueError("beam search and the sum over all alignments disagree")
    return found


def _distributions(draw, entries, steps):
    """One drawn distribution a step: multiples of 2**-12, none zero, that sum to one."""

    def distribution(step):
        cuts = 1 + np.sort(draw.permutation(f"probabilities/{step}", 4095)[: entries - 1])
        return np.diff(cuts, prepend=0, append=4096) / 4096

    columns = [distribution(step) for step in range(steps)]
    return np.stack(columns, axis=1)[:, :, np.newaxis] if columns else np.zeros((entries, 0, 1))


# Where the right path is the empty one.
EMPTY = {"same_by_definition": ("outputs/path",)}


def _drawn(operation, evaluate, symbols, steps, _options=None, **arguments):
    return Case(
        operation=operation,
        arguments={"symbols": symbols, **arguments},
        inputs=lambda draw: {"probabilities": operand(_distributions(draw, len(symbols) + 1, steps))},
        evaluate=evaluate,
        **(_options or {}),
    )


def _given(operation, evaluate, symbols, columns, _options=None, **arguments):
    """Probabilities listed step by step, blank first."""
    return Case(
        operation=operation,
        arguments={"symbols": symbols, **arguments},
        inputs=lambda draw: {
            "probabilities": operand(draw.values("probabilities", columns).T[:, :, np.newaxis]),
        },
        evaluate=evaluate,
        **(_options or {}),
    )


def _spelled(operation, evaluate, symbols, alignment, _options=None, **arguments):
    """Drawn probabilities in which an alignment's entries have more than half of each step."""

    def inputs(draw):
        probabilities = _distributions(draw, len(symbols) + 1, len(alignment)) / 2
        probabilities[alignment, range(len(alignment)), 0] += 0.5
        return {"probabilities": operand(probabilities)}

    return Case(
        operation=operation,
        arguments={"symbols": symbols, **arguments},
        inputs=inputs,
        evaluate=evaluate,
        **(_options or {}),
    )


LETTERS = ["a", "b", "c"]
# A ligature, letters beyond the first plane and from its very end, in an order that isn't that of their code points.
UNICODE = ["\U0001d552", "z", "\ufb01", "\u00e9"]


def _greedy_cases():
    def drawn(symbols, steps, options=None):
        return _drawn("decode.greedy", _greedy, symbols, steps, options)

    def spelled(symbols, alignment):
        return _spelled("decode.greedy", _greedy, symbols, alignment)

    return [
        drawn(LETTERS, 10),
        drawn(["a", "b", "c", "d", "e"], 20),
        drawn(["x"], 6),
        drawn(LETTERS, 1),
        drawn(LETTERS, 0, EMPTY),
        drawn(["th", "e", "sh", "a"], 9),
        drawn(UNICODE, 12),
        spelled(LETTERS, [1, 0, 1]),
        spelled(LETTERS, [1, 1, 1, 0, 0, 1, 2, 2, 0, 3, 3, 0, 3]),
        spelled(LETTERS, [0, 0, 1, 1, 2, 1, 0]),
        spelled(LETTERS, [3, 2, 1, 1, 0, 1, 0, 0, 2, 3] * 5),
        spelled(["ab", "b", "a"], [1, 1, 3, 2, 0, 2, 1]),
        _given("decode.greedy", _greedy, LETTERS, [[0.25, 0.25, 0.25, 0.25], [0.125, 0.375, 0.375, 0.125]]),
        _given("decode.greedy", _greedy, LETTERS, [[0.0, 0.0, 1.0, 0.0], [0.0, 0.5, 0.0, 0.5], [0.75, 0.0, 0.25, 0.0]]),
    ]


def _beam_cases():
    def drawn(symbols, steps, width):
        return _drawn("decode.beam", _beam, symbols, steps, beam_width=width)

    def exhaustive(symbols, steps, options=None):
        return _drawn("decode.beam", _exhaustive, symbols, steps, options, beam_width=100_000)

    def spelled(alignment, width, options=None):
        return _spelled("decode.beam", _beam, LETTERS, alignment, options, beam_width=width)

    def given(columns, width, evaluate=_beam):
        return _given("decode.beam", evaluate, LETTERS[: len(columns[0]) - 1], columns, beam_width=width)

    return [
        drawn(LETTERS, 10, 2),
        drawn(["a", "b", "c", "d"], 20, 3),
        drawn(["a", "b", "c", "d", "e"], 20, 3),
        drawn(LETTERS, 8, 1),
        drawn(LETTERS, 6, 12),
        drawn(["a", "b", "c", "d", "e", "f", "g"], 30, 9),
        exhaustive(LETTERS, 5),
        exhaustive(["x"], 8),
        exhaustive(LETTERS, 1),
        exhaustive(LETTERS, 0, EMPTY),
        exhaustive(["a", "b", "ab"], 4),
        exhaustive(UNICODE, 3),
        drawn(["th", "e", "sh", "a"], 9, 4),
        drawn(UNICODE, 7, 5),
        given([[0.25, 0.125, 0.5, 0.125]], 1),
        spelled([1, 0, 1, 1, 0, 2], 4),
        spelled([0, 0, 0, 0], 3, EMPTY),
        spelled([1, 1, 2, 2, 0, 2, 3], 6),
        given([[0.75, 0.25], [0.625, 0.375]], 8, _exhaustive),
        given([[0.0, 0.5, 0.5, 0.0], [0.25, 0.0, 0.75, 0.0], [1.0, 0.0, 0.0, 0.0]], 100, _exhaustive),
    ]


ROWS = [
    Row(id="decoding/greedy_search", title="Decoding: Greedy Search (Numpy impl.)", cases=_greedy_cases()),
    Row(id="decoding/beam_search", title="Decoding: Beam Search (Numpy impl.)", cases=_beam_cases()),
]
