"""What holds for a document in one language: stop words, word lengths, marks and limits, from a table."""
