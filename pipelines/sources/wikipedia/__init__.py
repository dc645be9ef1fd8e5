"""Wikipedia: MediaWiki XML dumps, Enterprise HTML dumps."""
