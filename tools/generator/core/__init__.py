"""Everything the families share: numbers, evaluation, admission, files."""
