"""MediaWiki's wikitext to text."""
