"""Templates that become text, by subject."""
