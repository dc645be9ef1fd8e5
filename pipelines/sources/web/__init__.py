"""What web records share, whatever holds them: HTTP, media types, charsets."""
