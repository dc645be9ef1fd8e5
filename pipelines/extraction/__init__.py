"""From a page to its main text: what is too much, what is the text, and the process in which it is safe to ask."""
