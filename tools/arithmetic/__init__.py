"""A plain reading of the article Arithmetic.md: every operation again in NumPy, compared with PuruTorch to the bit."""
