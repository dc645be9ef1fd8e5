"""What a page's two forms, wikitext and HTML, share on their way to text."""
