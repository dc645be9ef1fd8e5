"""Source code: folders and git repositories as they are, archives, single files."""
