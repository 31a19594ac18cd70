"""Family `attention`: one attention head from its weight matrices, and scaled dot-product attention by itself."""

import torch
import torch.nn.functional as F

from ..core.case import Case, Row, operand
from .samples import differentiable, leaf, parameter

INFINITY = float("inf")


def _head(inputs, arguments):
    """softmax(query key^T / sqrt(width of a key), future positions left out where causal) value."""
    value_of = {name: inputs["input"] @ inputs[f"weight_{name}"] for name in ("query", "key", "value")}
    query, key, value = value_of["query"], value_of["key"], value_of["value"]
    scores = query @ key.transpose(1, 2) / key.shape[-1] ** 0.5
    if arguments.get("is_causal", False):
        future = torch.ones(scores.shape[1:], dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, -INFINITY)
    weights = scores.softmax(-1)
    return {"output": weights @ value, "query": query, "key": key, "value": value, "weights": weights}


def _attention(batch, steps, width, key_width, value_width, _options=None, scale=1.0, **arguments):
    def inputs(draw):
        return {
            "input": leaf(draw, "input", (batch, steps, width), -2.0 * scale, 2.0 * scale),
            "weight_key": parameter(draw, "weight_key", (width, key_width)),
            "weight_query": parameter(draw, "weight_query", (width, key_width)),
            "weight_value": parameter(draw, "weight_value", (width, value_width)),
        }

    return Case(
        operation="attention",
        arguments=arguments,
        inputs=inputs,
        compute=_head,
        no_cotangent=("query", "key", "value", "weights"),
        retain=("query", "key", "value"),
        **(_options or {}),
    )


def _refused(**shapes):
    fitting = {"input": (2, 3, 4), "weight_key": (4, 5), "weight_query": (4, 5), "weight_value": (4, 6)}
    return Case(
        operation="attention",
        arguments={},
        inputs=lambda draw: {name: leaf(draw, name, shape) for name, shape in (fitting | shapes).items()},
        compute=_head,
        raises=True,
    )


def _scaled(inputs, arguments):
    """PyTorch's own function, in the variant that is plain tensor operations."""
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return F.scaled_dot_product_attention(
            inputs["query"], inputs["key"], inputs["value"], attn_mask=inputs.get("attn_mask"), **arguments
        )


def _product(query, key, value, mask=None, _options=None, **arguments):
    """`mask` draws the operand attn_mask."""

    def inputs(draw):
        operands = {
            "query": leaf(draw, "query", query),
            "key": leaf(draw, "key", key),
            "value": leaf(draw, "value", value),
        }
        if mask is not None:
            operands["attn_mask"] = mask(draw)
        return operands

    return Case(
        operation="scaled_dot_product_attention",
        arguments=arguments,
        inputs=inputs,
        compute=_scaled,
        **(_options or {}),
    )


def _kept(*shape):
    """A bool mask that keeps about half of the keys and at least the first one of every query."""

    def drawn(draw):
        mask = draw.mask("attn_mask", shape)
        mask[..., 0] = True
        return operand(mask)

    return drawn


def _alone(*shape):
    """A bool mask that keeps no key at all for one query: PyTorch gives it zeros, and no gradient."""

    def drawn(draw):
        mask = draw.mask("attn_mask", shape, keep=0.75)
        mask[..., 0] = True
        mask[..., 1, :] = False
        return operand(mask)

    return drawn


def _added(*shape):
    """A float mask: numbers that are added to the scores, and minus infinity at some places."""

    def drawn(draw):
        values = draw.dyadic("attn_mask", shape)
        barred = draw.mask("barred", shape, keep=0.25)
        barred[..., 0] = False
        values[barred] = -INFINITY
        return operand(values)

    return drawn


def _learnt(*shape):
    """A float mask with a gradient of its own, as a learnt position bias has."""
    return lambda draw: leaf(draw, "attn_mask", shape)


def _far_apart():
    """Scores in the hundreds of thousands, the two largest equal: only a softmax that subtracts the maximum works."""
    return Case(
        operation="scaled_dot_product_attention",
        inputs=lambda draw: {
            "query": differentiable(draw.values("query", [[[1024.0, 0.0], [-1024.0, 0.0]]])),
            "key": differentiable(draw.values("key", [[[512.0, 1.0], [512.0, -1.0], [-512.0, 2.0], [-512.0, -3.0]]])),
            "value": leaf(draw, "value", (1, 4, 3)),
        },
        compute=_scaled,
    )


def _self_attention():
    """One value as query, key and value: its gradient is the sum of three."""
    steps = [
        {
            "operation": "scaled_dot_product_attention",
            "inputs": {"query": "x", "key": "x", "value": "x"},
            "arguments": {"is_causal": True},
            "output": "attended",
        },
        {"operation": "add", "inputs": {"input": "x", "other": "attended"}, "arguments": {}, "output": "output"},
    ]

    def compute(inputs, _):
        x = inputs["x"]
        return x + _scaled({"query": x, "key": x, "value": x}, {"is_causal": True})

    return Case(
        operation="program",
        arguments={"steps": steps},
        inputs=lambda draw: {"x": leaf(draw, "x", (2, 4, 3))},
        compute=compute,
    )


# A softmax over one key is 1 whatever its score is: no gradient reaches queries and keys.
ONE_KEY = {"same_by_definition": True}


def _cases():
    return [
        _attention(2, 5, 4, 6, 3),
        _attention(2, 5, 4, 6, 3, is_causal=True),
        _attention(1, 10, 5, 6, 8, is_causal=True),
        _attention(1, 10, 5, 6, 8, is_causal=False),
        _attention(3, 4, 6, 2, 2, is_causal=True),
        _attention(2, 3, 4, 1, 1),
        _attention(1, 2, 1, 1, 1, is_causal=True),
        _attention(2, 1, 3, 4, 5, ONE_KEY),
        _attention(2, 1, 3, 4, 5, ONE_KEY, is_causal=True),
        _attention(0, 3, 4, 5, 6, ONE_KEY),
        _attention(1, 17, 5, 7, 7, is_causal=True),
        _attention(2, 4, 5, 6, 3, scale=1.5, is_causal=True),
        _refused(input=(2, 3, 5)),
        _refused(weight_key=(5, 5)),
        _refused(weight_key=(4, 6)),
        _refused(weight_value=(3, 6)),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6)),
        _product((2, 2, 4, 3), (2, 2, 4, 3), (2, 2, 4, 3), is_causal=True),
        _product((2, 3, 4), (2, 6, 4), (2, 6, 5), is_causal=True),
        _product((2, 6, 4), (2, 3, 4), (2, 3, 5), is_causal=True),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), scale=0.25),
        _product((4, 3), (5, 3), (5, 2), scale=2.0),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), _kept(2, 4, 5)),
        _product((2, 2, 4, 3), (2, 2, 5, 3), (2, 2, 5, 2), _kept(4, 5), scale=1.5),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), _alone(4, 5)),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), _added(2, 4, 5)),
        _product((2, 2, 4, 3), (2, 2, 5, 3), (2, 2, 5, 2), _added(2, 1, 1, 5)),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), _learnt(4, 5)),
        _product((2, 1, 3), (2, 1, 3), (2, 1, 4), None, ONE_KEY),
        _far_apart(),
        _self_attention(),
        _product((2, 4, 3), (2, 5, 2), (2, 5, 6), None, {"raises": True}),
        _product((2, 4, 3), (2, 5, 3), (2, 6, 6), None, {"raises": True}),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), _kept(2, 4, 4), {"raises": True}),
        _product((2, 4, 3), (2, 5, 3), (2, 5, 6), _kept(2, 4, 5), {"raises": True}, is_causal=True),
    ]


ROWS = [Row(id="attention/attention", title="Attention Forward/Backward (Pytorch impl.)", cases=_cases())]
