"""What `winnow fit-limits` shows: a page with a picture of each cut."""
