"""Which documents are copies of one another, and which of them stays."""
