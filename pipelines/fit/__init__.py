"""`winnow fit-limits`: limits of a recipe's rules for one language, taken from a user's own reference text."""
