"""What people look at: the data card, the ledger, one document's way."""
