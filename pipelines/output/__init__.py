"""The output directory: whose it is, whether it is done, how it is replaced."""
