"""Decoders of CTC probabilities, in double."""

import numpy as np


def greedy(probabilities, symbols):
    table = probabilities.data[..., 0].astype(np.float64)
    path, score, last = "", np.float64(1), 0
    for step in range(table.shape[1]):
        best = 0
        for entry in range(1, len(table)):
            if table[entry, step] > table[best, step]:
                best = entry
        score = score * table[best, step]
        if best not in (last, 0):
            path += symbols[best - 1]
        last = best
    return {"path": path, "score": np.asarray(score).astype(probabilities.dtype)}


def beam(probabilities, symbols, beam_width):
    table = probabilities.data[..., 0].astype(np.float64)
    scores = {((), True): np.float64(1)}
    for step in range(table.shape[1]):
        ranked = list(scores.items())
        if len(ranked) > beam_width:
            ranked = sorted(ranked, key=lambda item: -item[1])[:beam_width]
        scores = {}
        for (prefix, ends_in_blank), score in ranked:
            for entry in range(len(table)):
                if entry == 0:
                    key = (prefix, True)
                elif not ends_in_blank and prefix and prefix[-1] == entry:
                    key = (prefix, False)
                else:
                    key = (prefix + (entry,), False)
                term = score * table[entry, step]
                scores[key] = scores[key] + term if key in scores else term
    merged = {}
    for (prefix, _), score in scores.items():
        text = "".join(symbols[entry - 1] for entry in prefix)
        merged[text] = merged.get(text, np.float64(0)) + score
    paths = sorted(merged)
    best = paths[0]
    for path in paths:
        best = path if merged[path] > merged[best] else best
    dtype = probabilities.dtype
    return {"path": best, "score": np.asarray(merged[best]).astype(dtype), "merged_paths": paths,
            "merged_scores": np.array([merged[path] for path in paths]).astype(dtype)}
