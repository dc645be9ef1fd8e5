"""What a page says of itself: title, date, author, site and licence, read from its parsed tree."""
