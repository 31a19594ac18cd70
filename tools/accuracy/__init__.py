"""The transcendental functions against exact values: how many results are not correctly rounded, and how far off."""
