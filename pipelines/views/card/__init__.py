"""The data card: a section or table a file, in the order of page.py."""
