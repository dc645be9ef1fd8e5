"""What rules measure and how they are judged: text and numbers only, no files."""
