"""Writes the reference fixtures: `python3 -m tools.generator [--output DIR] [--only NAME]`."""

NAME = "purutorch-fixtures"
VERSION = "1"
FORMAT = "autograd-conformance"
FORMAT_VERSION = 1
