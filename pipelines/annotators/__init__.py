"""Steps that ask models and tables about a document: what they find is added to it, or decides what is cut of it."""
