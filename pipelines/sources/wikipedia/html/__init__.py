"""Parsoid's HTML to text."""
