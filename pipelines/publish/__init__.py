"""`winnow publish`: what of a finished build goes to the Hub or into a folder, and how it gets there."""
