"""PuruTorch and PyTorch on the same workloads, in turn in one run."""
