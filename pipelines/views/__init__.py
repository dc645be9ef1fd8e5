"""What people look at: the data card, and what the commands print of a finished build."""
