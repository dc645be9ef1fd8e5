"""Kinds of input: how a file is taken apart into items, and how an item is read."""
