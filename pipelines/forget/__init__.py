"""`winnow forget`: documents are removed from a finished build, and those that they had displaced come back."""
