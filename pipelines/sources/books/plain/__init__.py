"""Books in plain text: from hard-wrapped lines to paragraphs."""
