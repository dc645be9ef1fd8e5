"""What the commands print of a finished build."""
