"""What a word is: ours, and those of other tools whose figures are compared."""
