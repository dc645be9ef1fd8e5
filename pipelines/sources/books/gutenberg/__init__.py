"""What Project Gutenberg puts around and into its books."""
