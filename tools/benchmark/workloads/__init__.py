"""What is timed, in PyTorch: the same names, shapes and work as `Sources/BenchmarkCommand/Workloads`.

`WORKLOADS`, `GROWTH` and `STEPS` map a name to a function that makes inputs and parameters and returns the call.
"""

from . import arrays, growth, layers, sequences, small, training
from .base import GROWTH, OPERATIONS, STEPS, WORKLOADS
