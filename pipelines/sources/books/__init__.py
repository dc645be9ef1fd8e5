"""Sources of kind `books`: plain text, HTML and EPUB, a file a book."""
