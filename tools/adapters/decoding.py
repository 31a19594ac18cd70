"""Greedy and beam search over CTC probabilities in plain Python, written from reference/README.md.

No library that the adapters drive has these two in this form; the PyTorch adapter adds them to give the whole table.
"""

from itertools import groupby

import numpy as np


def greedy(inputs, arguments):
    probabilities = inputs["probabilities"][:, :, 0]
    score = probabilities.dtype.type(1)
    entries = []
    for column in probabilities.T:
        entries.append(int(column.argmax()))
        score = score * column[entries[-1]]
    kept = [entry for entry, _ in groupby(entries) if entry > 0]
    return {"path": "".join(arguments["symbols"][entry - 1] for entry in kept), "score": np.asarray(score)}


def beam(inputs, arguments):
    probabilities = inputs["probabilities"][:, :, 0]
    symbols, width = arguments["symbols"], arguments["beam_width"]
    zero, one = probabilities.dtype.type(0), probabilities.dtype.type(1)
    # A hypothesis is the entries so far, without repeats and blanks, and whether its last entry was a blank.
    scores = {((), True): one}
    for column in probabilities.T:
        best = sorted(scores, key=scores.get, reverse=True)[:width]
        scores, previous = {}, scores
        for hypothesis in best:
            for entry, probability in enumerate(column):
                longer = _extended(hypothesis, entry)
                scores[longer] = scores.get(longer, zero) + previous[hypothesis] * probability
    texts = {}
    for (entries, _), score in scores.items():
        text = "".join(symbols[entry - 1] for entry in entries)
        texts[text] = texts.get(text, zero) + score
    path = max(texts, key=texts.get)
    return {
        "path": path,
        "score": np.asarray(texts[path]),
        "merged_paths": sorted(texts),
        "merged_scores": np.array([texts[text] for text in sorted(texts)], probabilities.dtype),
    }


def _extended(hypothesis, entry):
    entries, ends_in_blank = hypothesis
    if entry == 0:
        return entries, True
    if not ends_in_blank and entries[-1] == entry:
        return entries, False
    return (*entries, entry), False
