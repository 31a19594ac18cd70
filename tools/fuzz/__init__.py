"""Damaged fixtures and hostile programs for the harness: what it must survive."""
