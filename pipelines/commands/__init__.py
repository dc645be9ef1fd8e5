"""What the command line understands, one file a family of commands."""
