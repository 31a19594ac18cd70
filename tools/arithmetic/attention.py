"""Scaled dot-product attention."""

import math

import numpy as np

from . import shapes, softmax
from .elementwise import add, log, scaled
from .products import matmul
from .tape import Value, record, retain


def weighted(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """The output and the weights."""
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    small = scaled(query, factor)
    scores = matmul(small, shapes.transpose(key, -2, -1))
    if is_causal:
        attn_mask = Value(np.arange(scores.shape[-1])[None, :] <= np.arange(scores.shape[-2])[:, None])
    if attn_mask is not None:
        if attn_mask.dtype == bool:
            attn_mask = Value(log(Value(attn_mask.data.astype(query.dtype))).data)
        scores = add(scores, attn_mask)
    weights = _masked_softmax(scores)
    return matmul(weights, value), weights


def _masked_softmax(scores):
    """Zeros where a row is -∞ alone."""
    x = softmax.arranged(scores.data, -1)
    terms, total = softmax.statistics(x)[1:]
    y = terms * (1 / total).astype(x.dtype)[:, None]
    y = np.where((x == -np.inf).all(axis=1, keepdims=True), x.dtype.type(0), y)
    return record(y.reshape(scores.shape), (scores,), lambda g: (
        softmax.gradient(y, softmax.arranged(g, -1)).reshape(scores.shape),))


def attention(input, weight_key, weight_query, weight_value, is_causal=False):
    """The layer with its intermediate values."""
    query, key, value = matmul(input, weight_query), matmul(input, weight_key), matmul(input, weight_value)
    output, weights = weighted(query, key, value, is_causal=is_causal)
    for kept in (query, key, value):
        retain(kept)
    return {"output": output, "query": query, "key": key, "value": value, "weights": weights}
