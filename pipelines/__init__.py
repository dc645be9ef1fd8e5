"""From inputs to a corpus, its ledger and its card: docs/architecture.md shows the way of the data."""
