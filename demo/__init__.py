"""The sample of `make demo`: `python -m demo.make_sample` writes it."""
