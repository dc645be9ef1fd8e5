"""One unit: its records read, their text extracted, the steps of the recipe run."""
