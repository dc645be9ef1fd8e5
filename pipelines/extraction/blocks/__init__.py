"""The engine `blocks`: a page is cut into blocks of text, and a model says which of them are its main text."""
