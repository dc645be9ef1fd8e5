"""Books in HTML: from a tree to paragraphs."""
