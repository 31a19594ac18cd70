"""Pins what a PyTorch result depends on, and says what made a file's numbers."""

import os
import platform

from .. import NAME, VERSION
from .integers import SEED

_PINNED = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def pin():
    """Before torch is imported: one instruction set, one thread."""
    os.environ.update(_PINNED)


def provenance(uses_torch):
    """What made the numbers. Where torch has no part, IEEE 754 arithmetic in a stated order did, and the versions of
    Python, NumPy and h5py leave no trace in the bytes; so they aren't named, and every machine writes the same file."""
    common = {"generator": NAME, "generator_version": VERSION, "seed": f"{SEED:#018x}"}
    if not uses_torch:
        return common | {"arithmetic": "IEEE 754 in Python"}
    import h5py
    import numpy
    import torch

    return common | {
        "torch": torch.__version__.split("+")[0],
        "numpy": numpy.__version__,
        "h5py": h5py.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "architecture": platform.machine(),
        "instruction_set": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
    }
