"""What is measured of every block, for the model: numbers that mean the same in every language."""
