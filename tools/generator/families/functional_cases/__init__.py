"""The cases of the functional rows, by topic."""
