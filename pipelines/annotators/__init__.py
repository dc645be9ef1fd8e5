"""Steps that add facts to a document, and the models that they need."""
