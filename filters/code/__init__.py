"""What rules on code have in common: comments, marks of generated files, names of files."""
