"""The cases of the rows of family `layer`, by topic."""
