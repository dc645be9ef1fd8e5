"""The pictures that stand beside the card: small SVG, drawn of the ledger alone."""
