"""Which code and which libraries a stage runs, found without importing them."""
