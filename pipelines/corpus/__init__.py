"""The rows of a corpus: their schema, how they are cut into files, what is counted while they are written."""
