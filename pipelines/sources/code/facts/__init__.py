"""What is known of a file of code beside its text: licences with their evidence, and what a notebook says."""
