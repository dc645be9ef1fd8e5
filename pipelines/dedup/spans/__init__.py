"""Passages that several documents have: spans and substrings are found, and all but one copy of each is cut."""
