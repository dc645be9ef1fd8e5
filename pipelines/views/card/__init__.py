"""The data card, a section or two a file."""
