"""Folders and git repositories as one stream: the tar archive that could be made of them, read on demand."""
