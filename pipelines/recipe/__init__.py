"""What a recipe can say, how it is read, and what its names stand for."""
