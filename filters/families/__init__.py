"""The published rule sets, one a file."""
