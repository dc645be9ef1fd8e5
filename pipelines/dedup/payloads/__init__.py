"""Records with the same payload, found before anything is extracted: one of them is read."""
