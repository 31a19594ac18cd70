"""Tests of the generator's own rules."""
