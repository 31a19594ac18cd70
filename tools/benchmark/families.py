"""What is expected of a workload: its family, the least ratio, its arithmetic and the memory that it touches."""

# The aims against PyTorch as installed, and with an allocator that keeps memory: each workload, and the mean.
LEAST = {"pytorch": 1.0, "tuned": 0.9}
MEAN = {"pytorch": 3.0, "tuned": 2.0}

# A workload belongs to the first family that has a prefix of its name.
_FAMILIES = {
    "operation overhead": ["op."],
    "small training steps": ["mlp.32"],
    "MLP": ["mlp.", "adamw."],
    "ResBlock step": ["resblock."],
    "convolution": ["conv2d.", "conv1d.", "convT"],
    "pooling, dropout": ["max_pool2d.", "avg_pool2d.", "dropout."],
    "batch norm, softmax, losses": ["batchnorm", "softmax.", "cross_entropy.", "ctc."],
    "recurrent": ["gru.", "rnn."],
    "attention": ["attention."],
    "elementwise, 4M": ["ew."],
    "reductions": ["reduce."],
    "broadcast, transpose": ["broadcast.", "transpose_contig."],
    "products": ["matmul.", "bmm."],
}
_SMALL = "elementwise, small"
FAMILIES = [*_FAMILIES, _SMALL]

# The least ratio to PyTorch as installed: that of the first prefix that fits, after what the name's middle says.
_RATIOS = {
    "op.": 8, "mlp.32": 6, "mlp.": 1.5, "adamw.": 1.5, "resblock.": 3, "conv": 1.1, "max_pool2d.": 5, "avg_pool2d.": 5,
    "dropout.": 5, "batchnorm": 1.5, "softmax.": 1.5, "cross_entropy.": 1.5, "ctc.": 2, "gru.": 2, "rnn.": 2,
    "attention.": 1.3, "ew.exp.": 2, "ew.tanh.": 2, "ew.sigmoid.": 1.3, "ew.log.": 1.3, "ew.": 1,
    "broadcast.add_4096x1_1x4096.": 3, "broadcast.": 1.5, "transpose_contig.": 1.5, "matmul.": 1.1, "bmm.": 1.1,
}


def family(name):
    if _elements(name) in ("1k", "64k"):
        return _SMALL
    return next(family for family, prefixes in _FAMILIES.items() if name.startswith(tuple(prefixes)))


def least_ratio(name):
    if name.startswith("reduce."):
        _, kind, _, axis = name.split(".")
        return 10 if kind in ("var", "max") and axis != "axisNone" else 1
    small = {"1k": 4, "64k": 1.5}.get(_elements(name))
    return small or next(ratio for prefix, ratio in _RATIOS.items() if name.startswith(prefix))


def _elements(name):
    """The size in the name of an elementwise workload."""
    parts = name.split(".") if name.startswith("ew.") else []
    return next((part for part in parts if part in ("1k", "64k", "4M")), None)


# Arithmetic: forward once, and as much again for each operand that has a gradient. What padding leaves out counts too.
_MULTIPLY_ADDS = {
    "conv2d.N32C64_32x32_K3O64p1": 32 * 64 * 64 * 9 * 32 * 32,
    "conv2d.N16C3_64x64_K3O32p1": 16 * 3 * 32 * 9 * 64 * 64,
    "conv2d.resblock_N10C24_128x128_K5O3s5p2": 10 * 24 * 3 * 25 * 26 * 26,
    "conv2d.1x1_N32C64_32x32_O64": 32 * 64 * 64 * 32 * 32,
    "conv1d.N32C64L1024_K5O64p2": 32 * 64 * 64 * 5 * 1024,
    "convT2d.N16C64_32x32_K4s2p1_O32": 16 * 64 * 32 * 16 * 32 * 32,
    "convT1d.N16C64_L512_K4s2p1_O32": 16 * 64 * 32 * 4 * 512,
    "matmul.64": 64**3, "matmul.256": 256**3, "matmul.1024": 1024**3, "bmm.64x64x64x64": 64 * 64**3,
}
_PASSES = {"fwd": 1, "fwd_bwd": 3, "fwd_bwd_w": 2}


def operations(name):
    """The floating-point operations of a product or a convolution, None for other workloads."""
    shape, _, mode = name.rpartition(".")
    return 2 * _MULTIPLY_ADDS[shape] * _PASSES[mode] if shape in _MULTIPLY_ADDS else None


# Memory: every operand that can't be known otherwise read once in each direction, every result written once.
_FOUR = 4 * 4_000_000
_IMAGE = 4 * 32 * 64 * 64 * 64
_POOL = {"fwd": _IMAGE + _IMAGE // 4, "fwd_bwd": 2 * (_IMAGE + _IMAGE // 4)}
_BYTES = {
    **{f"ew.{name}.4M": 2 * _FOUR for name in ("exp", "tanh", "sigmoid", "relu", "log", "sqrt", "exp.out")},
    **{f"ew.{name}.4M": 3 * _FOUR for name in ("add", "mul", "div", "pow", "add.out")},
    "ew.tanh.4M.fwd_bwd": 5 * _FOUR, "ew.mul.4M.fwd_bwd": 8 * _FOUR,
    **{f"{name}.2x2_32x64x64x64.{mode}": size for name in ("max_pool2d", "avg_pool2d") for mode, size in _POOL.items()},
    "reduce.sum.64x128x512.axis1": 4 * 64 * 128 * 512,
    **{f"reduce.{name}.2048x2048.axis{axis}": 4 * 2048**2
       for name in ("sum", "var", "mean", "max") for axis in (0, 1, None)},
    "softmax.4096x1000.fwd": 2 * 4 * 4096 * 1000, "softmax.4096x1000.fwd_bwd": 5 * 4 * 4096 * 1000,
    "cross_entropy.4096x1000.fwd": 4 * 4096 * 1000, "cross_entropy.4096x1000.fwd_bwd": 3 * 4 * 4096 * 1000,
    "broadcast.add_4096x1_1x4096.fwd": 4 * 4096**2, "broadcast.add_4096x1_1x4096.fwd_bwd": 2 * 4 * 4096**2,
    "broadcast.add_bias_4096x1024.fwd": 2 * 4 * 4096 * 1024, "transpose_contig.2048x2048": 2 * 4 * 2048**2,
}


def bytes_touched(name):
    """The bytes that a memory-bound workload reads and writes at least, None for other workloads."""
    return _BYTES.get(name)


# How the work of the growing workloads grows with the number in their names.
GROWTH = {"matmul": 3, "conv2d": 2, "attention": 2, "ctc": 1, "graph": 1}
