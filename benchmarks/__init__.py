"""Every figure that docs/measurements.md claims is made again here: `python -m benchmarks.web`, from the repository."""
