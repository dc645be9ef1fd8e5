"""Winnow's trainer beside its peers: `python -m benchmarks.training`; the other files are its parts, or commands."""
